"""Files with a digest: what comes out is what went in, and an edited one is not taken."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.project.sealed import Seal, read_sealed, write_sealed

if TYPE_CHECKING:
    from pathlib import Path

BOX = Seal(what="box", key="box", format=3, besides=("at",), elsewhere="give --box FILE")
CONTENT = {"at": "noon", "things": [1, "two", None]}


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    write_sealed(tmp_path / "a.box", BOX, CONTENT)
    assert read_sealed(tmp_path / "a.box", BOX, dict) == CONTENT
    assert BOX.digest(CONTENT) == BOX.digest({**CONTENT, "at": "night"}) != BOX.digest({**CONTENT, "things": []})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": 2}, "it is of format 2, and this Seatrial reads format 3"),
        ({"box": {"at": "noon", "things": []}}, "it was edited: its content is not what its digest says"),
        ({"box": None}, "it is no box, or only a part of one"),
    ],
)
def test_another_one_is_not_taken(change: dict[str, object], why: str, tmp_path: Path) -> None:
    path = tmp_path / "a.box"
    write_sealed(path, BOX, CONTENT)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(ValueError, match=f"^{why}$"):
        read_sealed(path, BOX, dict)


@pytest.mark.parametrize(("name", "why"), [("none", "no such file"), ("pipe", "not a regular"), ("link", "not there")])
def test_without_a_file_it_is_said_what_there_is(name: str, why: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(ValueError, match=why):
        read_sealed(tmp_path / name, BOX, dict)


def test_an_older_format_is_replaced_and_another_file_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.box"
    write_sealed(path, Seal(what="box", key="box", format=1), {"other": 1})
    write_sealed(path, BOX, CONTENT)
    assert read_sealed(path, BOX, dict) == CONTENT
    for mine in ('{"format": 3, "findings": []}', '[project]\nname = "x"\n'):
        path.write_text(mine, encoding="utf-8")
        with pytest.raises(CannotRun) as refused:
            write_sealed(path, BOX, CONTENT)
        assert refused.value.code == "document.not-ours"
        assert refused.value.fix.endswith("or give --box FILE")
        assert path.read_text(encoding="utf-8") == mine
