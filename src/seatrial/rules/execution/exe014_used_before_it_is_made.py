"""A table or view that a later file makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.execution.wanted import relations, wanted
from seatrial.rules.folder import file_name
from seatrial.rules.hit import Hit
from seatrial.rules.naming import line_at, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each relation, where it is first wanted."""
    lives = relations(schema)
    reported: set[str] = set()
    for occasion, name in wanted(schema):
        made = lives.get(name, [])
        if name in reported or not made or any(life.lasts(occasion) for life in made):
            continue
        reported.add(name)
        later = next((life.made for life in made if life.made.number > occasion.number), None)
        gone = made[-1].gone
        where = later or gone
        if where is None:
            continue
        line = line_at(where.script, where.offset)
        is_later = "is made only in" if later else "is gone since"
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=f"{quoted(name)} {is_later} line {line} of {file_name(where.script)}",
            effect="the statement fails (42P01), and the release stops here",
            fix=f"Move this statement behind line {line} of {file_name(where.script)}"
            if later
            else "Take the statement out",
        )
