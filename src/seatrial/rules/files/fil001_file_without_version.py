"""A file of SQL whose name does not begin with digits and an underscore."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import file_name, migrations, moved
from seatrial.rules.hit import Hit
from seatrial.rules.versions import following, time_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS

#: `20250122-add notes.SQL`, `V2__notes.sql`, `20250122.sql`: the digits are there, the form is not.
_NEARLY = re.compile(r"[vV]?(?P<version>[0-9]+)(?:[\s._-]+(?P<name>.*))?", re.DOTALL)
_FIRST = "19700101000000"


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file that ends in `.sql`, in any case, and that the tools pass over."""
    taken = {script.source.version for script in migrations(scripts)}
    for script in scripts:
        name = file_name(script)
        if script.source.version or not name.lower().endswith(".sql"):
            continue
        yield Hit(
            script=script,
            what=f'the name of the file "{name}" {_fault(name)}',
            effect="the Supabase CLI and Seatrial skip this file: its change never reaches the database",
            fix=moved([(script, _better(name[:-4], taken))]),
        )


def _fault(name: str) -> str:
    if re.fullmatch(r"[0-9]+_.*", name[:-4], re.DOTALL):
        return f'ends in "{name[-4:]}", not in ".sql"'
    return "does not begin with a version: digits and an underscore"


def _better(stem: str, taken: set[str]) -> str:
    nearly = _NEARLY.fullmatch(stem)
    version, name = (nearly["version"], nearly["name"]) if nearly else ("", stem)
    if not version or version in taken or not _alike(version, taken):
        version = following(max(taken, default=_FIRST), taken)
    taken.add(version)
    return f"{version}_{name or 'unnamed'}.sql"


def _alike(version: str, taken: set[str]) -> bool:
    """Whether the version is a valid one and of the kind and length that the folder has."""
    return not time_fault(version) and {len(version)} >= {len(each) for each in taken}
