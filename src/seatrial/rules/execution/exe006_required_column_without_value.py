"""A column that must have a value, on a table whose rows have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import alterations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Column
    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such column."""
    for one in alterations(schema, "add column"):
        column = one.action.column
        if column is None or not _needs_value(column):
            continue
        table, added = relation(one.table), name(column.name)
        yield Hit(
            script=one.occasion.script,
            offset=one.offset,
            what=f"column {quoted(column.name)} is NOT NULL without a default; {quoted(one.table)} was there before",
            effect=f"the statement fails as soon as {one.table} has one row (23502)",
            fix=f"alter table {table} add column {added} {column.type};\n"
            f"-- fill it in batches, in a file of its own; then:\n"
            f"alter table {table} add constraint {column.name}_set check ({added} is not null) not valid;\n"
            f"alter table {table} validate constraint {column.name}_set;\n"
            f"alter table {table} alter column {added} set not null;",
        )


def _needs_value(column: Column) -> bool:
    filled = column.default or column.generated or column.identity or column.serial
    required = column.not_null or any(one.kind == "primary key" for one in column.constraints)
    return required and not filled
