"""Statements that stop a way back before it loses a value. Pure: the text of queries, filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.pg.queries import load
from seatrial.rollback.column_types import comparable, converted
from seatrial.sql.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["filled", "still_used", "survival"]

_HOLE = re.compile(r"(?<!:):([a-z_]+)\b")


def survival(table: str, column: str, *, now: str, was: str) -> str:
    """Stops where a value of the type `now` does not come back unharmed from a cast to `was`."""

    def there_and_back(value: str) -> str:
        return comparable(converted(f"({converted(value, now, was)})", was, now), now)

    return filled(
        "survives",
        {
            "table": table,
            "name": literal(table),
            "column": column,
            "same": comparable(column, now),
            "back": there_and_back(column),
            "same_of_one": comparable(f"one.{column}", now),
            "back_of_one": there_and_back(f"one.{column}"),
            "message": literal(f" rows of {table}.{column} would not survive as {was}"),
        },
    )


def still_used(table: str, column: str, *, lost: str, as_type: str) -> str:
    """Stops where the condition `lost` holds for a row."""
    message = literal(f" rows of {table}.{column} would not survive as the earlier {as_type}")
    return filled("unused", {"table": table, "name": literal(table), "lost": lost, "message": message})


def filled(name: str, parts: Mapping[str, str]) -> str:
    """A query with every `:part` in its place, as one statement."""
    return _HOLE.sub(lambda hole: parts.get(hole[1], hole[0]), load("seatrial.rollback", name)).strip()
