"""The same files give the same bytes, and a finding keeps its key while a file is reformatted and moved about."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.corpus.measured import found_in, sources
from tests.unit.rules.test_keys import reformatted

from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from seatrial.model.source import Script, Source

#: Every format, by the way that the command line shows it.
SHOW = """
import sys
from pathlib import Path
from seatrial.cli.session import FindingsFormat, show
from seatrial.flows.check import check
for folder in sys.argv[1:]:
    outcome = check(Path(folder))
    for form in FindingsFormat:
        show(outcome, form, folder=Path(folder))
"""
PARSED = [source for source in sources("bad") if parse(source).fault is None]
LAYOUTS = [" ", "\n", "\r\n\t", "\n\n\n", " -- a comment\n", "/* a; 'comment */"]


def test_two_processes_with_other_hash_seeds_answer_with_the_same_bytes_in_every_format(tmp_path: Path) -> None:
    whole = _release(tmp_path / "whole", (*sources("."), *PARSED))
    broken = _release(tmp_path / "broken", sources("bad"))

    one, other = (_shown(seed, whole, broken) for seed in ("1", "2"))

    assert len(one) > 200_000
    assert one == other


def _release(root: Path, files: Iterable[Source]) -> Path:
    folder = root / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (root / "supabase" / "config.toml").touch()
    for number, source in enumerate(files, start=1):
        (folder / f"202501010000{number:02}_{source.name}.sql").write_text(source.text, encoding="utf-8", newline="")
    return root


def _shown(seed: str, *folders: Path) -> bytes:
    return subprocess.run(
        [sys.executable, "-c", SHOW, *map(str, folders)],
        env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "120"}, capture_output=True, check=True,
    ).stdout  # fmt: skip


@pytest.mark.parametrize("source", PARSED, ids=lambda source: source.name)
def test_findings_keep_their_keys_in_another_layout_and_when_lines_move_down(source: Source) -> None:
    chance = random.Random(source.name)  # noqa: S311 - a layout
    layout = reformatted(source.text, LAYOUTS, chance.randrange(1000))
    moved = "-- A comment.\n" + chance.randint(1, 40) * "\n" + "/* another */ " + source.text
    expected = _keys(parse(source))

    for text in (layout, moved):
        changed = parse(replace(source, text=text))
        assert changed.fault is None, text
        assert _keys(changed) == expected, text


def _keys(script: Script) -> list[str]:
    return sorted(finding.key for finding in found_in(script))
