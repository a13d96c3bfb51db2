"""A file that is named like a migration and does not end like one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import file_name
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.INFORMS

_VERSIONED = re.compile(r"[0-9]+_.*", re.DOTALL)


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file with a version whose name does not end in `.sql` in any case."""
    for script in scripts:
        name = file_name(script)
        if _VERSIONED.fullmatch(name) and not name.lower().endswith(".sql"):
            yield Hit(
                script=script,
                what=f'the file "{name}" has a version and does not end in ".sql"',
                effect="the Supabase CLI and Seatrial skip this file; if it is a copy it only misleads, "
                "and if it is a migration its change never reaches the database",
                fix="Rename it to end in .sql, or move it out of the folder",
            )
