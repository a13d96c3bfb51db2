"""Numbered files that are not applied in the order of their numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import file_name, migrations, moved
from seatrial.rules.hit import Hit
from seatrial.rules.versions import is_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for a folder, at the first file that is applied before one with a smaller number.

    Tools sort text, by file name or by version: `10` comes before `9`, and `10_b.sql` even before `1_a.sql`.
    """
    files = migrations(scripts)
    pair = _reversed(files) or _reversed(sorted(files, key=file_name))
    if pair:
        early, late = pair
        yield Hit(
            script=early,
            what=f'"{file_name(early)}" is applied before "{file_name(late)}", though {_number(early)} is '
            f"greater than {_number(late)}",
            effect="versions are compared as text: a file runs before those that it builds on",
            fix=moved(_padded(files)),
        )


def _reversed(files: Sequence[Script]) -> tuple[Script, Script] | None:
    """The first two neighbours whose numbers go down, times aside: those are read from the left."""
    for early, late in pairwise(files):
        times = is_time(early.source.version) and is_time(late.source.version)
        if not times and _number(early) > _number(late):
            return early, late
    return None


def _padded(files: Sequence[Script]) -> list[tuple[Script, str]]:
    numbered = [script for script in files if not is_time(script.source.version)]
    width = max(len(script.source.version) for script in numbered)
    # A zero in front keeps numbers before the years that follow them.
    width += len(numbered) < len(files)
    return [
        (script, f"{script.source.version.zfill(width)}_{script.source.name}.sql")
        for script in numbered
        if len(script.source.version) < width
    ]


def _number(script: Script) -> int:
    return int(script.source.version)
