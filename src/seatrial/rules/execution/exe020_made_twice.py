"""Something of a name that is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.execution.twice import twice
from seatrial.rules.folder import file_name
from seatrial.rules.hit import Hit
from seatrial.rules.naming import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement that makes it a second time."""
    for found in twice(schema):
        made = found.first.made
        where = f"line {line_at(made.script, made.offset)} of {file_name(made.script)}"
        yield Hit(
            script=found.occasion.script,
            offset=found.occasion.offset,
            what=f"{found.said} is there already: {where} makes it",
            effect=f"the statement fails ({found.sqlstate}), and the release stops here",
            fix=f"{found.drop} -- in front of it"
            if found.drop
            else "Take it out, or drop the first one in front of it",
        )
