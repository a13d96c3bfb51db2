"""Two files with one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import file_name, migrations, moved, takes_back
from seatrial.rules.hit import Hit
from seatrial.rules.versions import following, time_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS
#: Nothing can be applied as long as it is there.
WAIVABLE = False


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file whose version an earlier file of the folder has already."""
    # Of what takes another file back, FIL010 says more.
    files = [script for script in migrations(scripts) if not takes_back(script)]
    taken = {script.source.version for script in files}
    first: dict[str, Script] = {}
    for script in files:
        version = script.source.version
        owner = first.setdefault(version, script)
        if owner is not script:
            yield Hit(
                script=script,
                what=f'the version "{version}" is also that of "{file_name(owner)}"',
                effect="the ledger has one row for a version: on a new database this file fails with 23505, and "
                "where the other is applied this one counts as applied too and never runs",
                fix=_fix(script, taken),
            )


def _fix(script: Script, taken: set[str]) -> str:
    if time_fault(script.source.version):
        return "Rename it as FIL002 says for this file: the two differ then"
    version = following(script.source.version, taken)
    taken.add(version)
    return moved([(script, f"{version}_{script.source.name}.sql")])
