"""How many rows each table gets, and in which order the tables are filled."""

from __future__ import annotations

from math import ceil, prod
from typing import TYPE_CHECKING

from seatrial.rows.choice import ENOUGH
from seatrial.rows.text import constants
from seatrial.rows.values import kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from seatrial.rows.facts import ForeignKey, Key, Schema, Table

__all__ = ["in_order", "needed"]

#: A parent that nobody asked for has one row for so many of its child.
CHILDREN = 20


def needed(schema: Schema, wanted: Mapping[str, int], rows_of: Callable[[str], int]) -> dict[str, int]:
    """Rows for every table that is wanted, and for the parents that they need.

    Args:
        schema: all tables.
        wanted: rows for some of them.
        rows_of: how many a table has.
    """
    numbers: dict[str, int] = {}
    asked = {name: max(number, rows_of(name)) for name, number in wanted.items() if name in schema.tables and number}
    waiting = [(name, number) for name, number in wanted.items() if name in schema.tables]
    while waiting:
        name, number = waiting.pop()
        if number <= numbers.get(name, -1):
            continue
        numbers[name] = number
        table = schema.tables[name]
        parents = [key for key in table.foreign_keys if key.parent != name and key.parent not in asked]
        for key in parents if number > rows_of(name) else ():
            have = rows_of(key.parent)
            demand = max([1, *_demands(table, key, number, asked)])
            if demand > have:
                waiting.append((key.parent, demand if have else max(demand, ceil(number / CHILDREN))))
    return numbers


def _demands(table: Table, key: ForeignKey, number: int, asked: Mapping[str, int]) -> Iterator[int]:
    """Rows that a parent must have so that each of the child's keys allows as many rows as are wanted."""
    for unique in table.keys:
        parents = _parents(table, unique)
        numbered = any(table.columns[name].numbered for name in unique.columns)
        if unique.whole and key in parents and not numbered:
            given = {name for parent in parents for name in parent.columns}
            room = prod(_room(table, name) for name in unique.columns - given)
            room *= prod(asked.get(parent.parent, 1) for parent in parents)
            equal = sum(parent.parent not in asked for parent in parents)
            yield ceil(round((number / max(1, room)) ** (1 / equal), 6))


def _parents(table: Table, unique: Key) -> list[ForeignKey]:
    """The foreign keys that decide columns of a key; the ones with the most columns first."""
    found: list[ForeignKey] = []
    given: set[str] = set()
    ordered = sorted(
        table.foreign_keys, key=lambda key: (not set(key.columns) <= unique.columns, -len(key.columns), key.name)
    )
    for key in ordered:
        if unique.columns.intersection(key.columns) - given:
            found.append(key)
            given.update(key.columns)
    return found


def _room(table: Table, name: str) -> int:
    """Roughly how many values a column can have."""
    column = table.columns[name]
    if kind(column.type) == "bool":
        return 2
    if kind(column.type) == "enum":
        return len(column.type.labels)
    listed = [check.text for check in table.checks if check.columns == {name} and " = ANY " in check.text]
    return min((len(constants(text)) for text in listed), default=ENOUGH)


def in_order(schema: Schema, names: Collection[str]) -> list[str]:
    """Parents before children; where they need each other, the one whose foreign key may be NULL comes first."""
    left = sorted(names)
    ordered: list[str] = []
    while left:
        ready = _first_without(schema, left, hard=False) or _first_without(schema, left, hard=True) or left[0]
        left.remove(ready)
        ordered.append(ready)
    return ordered


def _first_without(schema: Schema, left: Collection[str], *, hard: bool) -> str:
    """The first table that waits for nobody, or for nobody that it cannot do without."""
    for name in left:
        table = schema.tables[name]
        waits_for = {
            key.parent
            for key in table.foreign_keys
            if key.parent in left and key.parent != name and not (hard and table.may_be_null(key.columns))
        }
        if not waits_for:
            return name
    return ""
