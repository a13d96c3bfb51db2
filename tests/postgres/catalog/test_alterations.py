"""Every alteration of a release is noticed, under its right name, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from seatrial.model.catalog import Catalog
    from seatrial.pg.connection import Connection


def _cases() -> dict[str, list[str]]:
    """Statements → the differences that they must make, from blocks that an empty line ends."""
    text = Path(__file__).with_name("alterations.sql").read_text(encoding="utf-8")
    cases = {}
    for block in text.split("\n\n"):
        lines = block.strip().splitlines()
        expected = [line.removeprefix("-- > ") for line in lines if line.startswith("-- > ")]
        if expected:
            statements = "\n".join(line for line in lines if not line.startswith("--"))
            cases[statements] = [] if expected == ["nothing"] else sorted(expected)
    return cases


CASES = _cases()


def test_there_are_enough_alterations() -> None:
    assert len(CASES) > 80


def test_an_untouched_release_has_no_difference(release: Connection, recorded: Catalog) -> None:
    assert compare(recorded, read(release)) == ()


@pytest.mark.parametrize("alteration", CASES)
def test_an_alteration_is_noticed_and_named(alteration: str, release: Connection, recorded: Catalog) -> None:
    """Noticed means that nothing but the right thing is named."""
    execute_script(release, alteration)

    found = compare(recorded, read(release))

    said = [" | ".join(part for part in (d.change, d.kind, d.name, d.fact) if part) for d in found]
    assert sorted(said) == CASES[alteration]
