"""A table, view or function that a later statement makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.execution.wanted import called, functions, relations, wanted
from seatrial.rules.folder import file_name
from seatrial.rules.hit import Hit
from seatrial.rules.naming import line_at, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Life, Occasion, Schema

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each relation and function, where it is first wanted."""
    yield from _early(wanted(schema), relations(schema), "42P01")
    yield from _early(called(schema), functions(schema), "42883")


def _early(uses: Iterable[tuple[Occasion, str]], lives: dict[str, list[Life]], sqlstate: str) -> Iterator[Hit]:
    reported: set[str] = set()
    for occasion, name in uses:
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
            effect=f"the statement fails ({sqlstate}), and the release stops here",
            fix=f"Move this statement behind line {line} of {file_name(where.script)}"
            if later
            else "Take the statement out",
        )
