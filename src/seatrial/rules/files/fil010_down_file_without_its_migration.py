"""A file that takes another back, and lies alone."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import file_name, migrations, takes_back
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file `NAME.down.sql` without a `NAME.sql` beside it."""
    for script in filter(takes_back, migrations(scripts)):
        name = file_name(script)
        yield Hit(
            script=script,
            what=f'"{name}" takes back "{name.removesuffix(".down.sql")}.sql", which is not there',
            effect="every tool takes it for a migration, and what it drops is gone",
            fix=f"git rm {quote(script.source.path)}",
        )
