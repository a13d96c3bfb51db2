"""A primary key that counts in too small a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, TableColumn

LEVEL = Level.INFORMS

_LAST = {"int4": "2,147,483,647", "int2": "32,767"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each."""
    for table in schema.tables:
        column = table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
        if column is None or column.column.type not in _LAST or not _counts(column) or table.foreign:
            continue
        change = f"alter table {relation(table.name)} alter column {name(column.name)} type bigint;"
        sequence = f"alter sequence {relation(f'{table.name}_{column.name}_seq')} as bigint;"
        yield Hit(
            script=column.life.made.script,
            offset=place(column.life.made, column.column.offset),
            what=f"the key {quoted(column.name)} of {quoted(table.name)} counts in a type that ends at "
            f"{_LAST[column.column.type]}",
            effect="after that many rows, deleted ones counted, every INSERT fails (22003), and changing the type by "
            "then closes the table for as long as a rewrite takes",
            fix=f"{change}\n{sequence}" if column.column.serial else change,
            subject=f"{table.name}.{column.name}",
        )


def _counts(column: TableColumn) -> bool:
    default = column.column.default
    return column.column.serial or column.column.identity or bool(default and "nextval" in default.names)
