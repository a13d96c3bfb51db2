"""A day's version beside the version of a time on that day."""

from __future__ import annotations

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
    for at, script in enumerate(files):
        version = script.source.version
        longer = next((each for each in files[at + 1 :] if _continues(each, version)), None)
        if longer:
            floor = max((each.source.version for each in files if each.source.version < version), default="")
            padded = version.ljust(len(longer.source.version), "0")
            better = fitting(padded, floor=floor, ceiling=longer.source.version)
            yield Hit(
                script=script,
                what=f'"{file_name(longer)}" begins with the version "{version}" and has more digits',
                effect="the two are applied in one order by file name (older Supabase CLI) and in the other by "
                "version (the ledger, Seatrial): what works on one machine fails on the next",
                fix=moved([(script, f"{better}_{script.source.name}.sql")]),
            )


def _is_valid(version: str) -> bool:
    """A version that is no time at all is FIL002's."""
    return is_time(version) and not time_fault(version)


def _continues(script: Script, version: str) -> bool:
    return script.source.version.startswith(version) and script.source.version != version
