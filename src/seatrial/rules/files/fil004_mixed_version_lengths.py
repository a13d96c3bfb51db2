"""A day's version beside the version of a time on that day."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import file_name, migrations, moved
from seatrial.rules.hit import Hit
from seatrial.rules.versions import fitting, is_time, time_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each version with which a longer one begins: names and versions sort the two differently.

    `_` sorts after the digits, the end of a text before them.
    """
    files = [script for script in migrations(scripts) if _is_valid(script.source.version)]
    floor = ""
    # In text order everything that begins with a version follows it at once.
    for script, longer in pairwise(files):
        version, other = script.source.version, longer.source.version
        if other.startswith(version) and other != version:
            better = fitting(version.ljust(len(other), "0"), floor=floor, ceiling=other)
            yield Hit(
                script=script,
                what=f'"{file_name(longer)}" begins with the version "{version}" and has more digits',
                effect="the two are applied in one order by file name (older Supabase CLI) and in the other by "
                "version (the ledger, Seatrial): what works on one machine fails on the next",
                fix=moved([(script, f"{better}_{script.source.name}.sql")]),
            )
        floor = version


def _is_valid(version: str) -> bool:
    """A version that is no time at all is FIL002's."""
    return is_time(version) and not time_fault(version)
