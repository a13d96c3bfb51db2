"""A table in which nobody can say which row is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import CreateTable
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each table whose statement lists its columns."""
    for table in schema.tables:
        made = table.life.made
        if not _lists_all(table) or any(_is_key(table, columns) for columns, _ in table.unique_keys):
            continue
        free = "id" if table.column("id") is None else "row_id"
        yield Hit(
            script=made.script,
            offset=made.offset,
            what=f"the table {quoted(table.name)} has no primary key",
            effect="of two equal rows nobody can change or delete one, and in a publication UPDATE and DELETE fail",
            fix=f"-- on a small table, or before it has rows; or name the columns that tell rows apart\n"
            f"alter table {relation(table.name)} add column {free} bigint generated always as identity primary key;",
            subject=table.name,
        )


def _lists_all(table: Table) -> bool:
    command = table.life.made.command
    is_whole = isinstance(command, CreateTable) and not (command.query or command.like or command.inherits)
    is_part = table.partitioned or table.partition_of or (isinstance(command, CreateTable) and command.partition_of)
    return bool(is_whole and table.columns) and not (is_part or table.foreign or table.unlogged)


def _is_key(table: Table, columns: tuple[str, ...]) -> bool:
    if columns == table.primary_key:
        return True
    found = [table.column(name) for name in columns]
    return all(one is not None and one.not_null for one in found)
