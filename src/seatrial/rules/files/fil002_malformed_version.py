"""A version that is meant as a time and is none."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import migrations, moved
from seatrial.rules.hit import Hit
from seatrial.rules.versions import fitting, mended, time_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file whose version names a day or an hour that does not exist."""
    files = migrations(scripts)
    floor = ""
    for script, follower in zip_longest(files, files[1:]):
        version = script.source.version
        fault = time_fault(version)
        if not fault:
            floor = version
            continue
        # What is proposed for one file is what the next one has to come after.
        floor = fitting(mended(version), floor=floor, ceiling=follower.source.version if follower else "")
        yield Hit(
            script=script,
            what=f'the version "{version}" is no time: {fault}',
            effect="the file is sorted by a time that never was, after files that were written later; "
            "a tool that reads the version as a time refuses it",
            fix=moved([(script, f"{floor}_{script.source.name}.sql")]),
        )
