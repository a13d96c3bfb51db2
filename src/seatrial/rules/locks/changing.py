"""Rows of tables in use that a migration changes in bulk, as far as the files tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, Data
from seatrial.model.evidence import LockMode
from seatrial.rules.locks.reading import work
from seatrial.rules.locks.taking import taken
from seatrial.rules.naming import along, quoted
from seatrial.rules.once import once
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import is_fresh_column, is_in_use, later_in_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema, Table
    from seatrial.rules.locks.reading import Work

__all__ = ["LOST", "changes", "fills_new_columns"]


#: What another rule says more of.
LOST = "Say which rows are meant"


@once
def changes(schema: Schema) -> Iterator[Work]:
    """Each statement that does, in order; copies only inside of a change of the schema."""
    locking = {one.transaction for one in schema.occasions if taken(schema, one)}
    for occasion in schema.occasions:
        data = occasion.command
        if not isinstance(data, Data) or occasion.statement.batch:
            continue
        if fills_new_columns(schema, occasion):
            why = f"fills {along(data.columns)} in every row"
            fix = _batches(data, schema.table(data.table, before=occasion))
            yield work(occasion, data.table, why=why, fix=fix, mode=LockMode.ROW_EXCLUSIVE)
        elif data.kind in {"update", "delete"} and not data.has_where and is_in_use(schema, data.table, occasion):
            why = f"{data.kind}s every row"
            yield work(occasion, data.table, why=why, fix=LOST, mode=LockMode.ROW_EXCLUSIVE)
        elif data.kind == "insert" and occasion.transaction in locking and (tables := _copied(schema, occasion, data)):
            why = f"copies the rows of {along(tables)} into {quoted(data.table)}"
            fix = "Copy them in batches by key, outside of the migration that changes the schema"
            yield work(occasion, tables[0], why=why, fix=fix, mode=LockMode.ROW_EXCLUSIVE)


def fills_new_columns(schema: Schema, occasion: Occasion) -> bool:
    """Whether it is an UPDATE of all rows of a table in use, or of all without a value, beside a schema change.

    That is one that makes the columns in the same file, or, where only rows without a value are changed, asks for one
    later in the transaction.
    """
    data = occasion.command
    if not isinstance(data, Data) or data.kind != "update" or not is_in_use(schema, data.table, occasion):
        return False
    known = schema.table(data.table, before=occasion)
    new = {each for each in data.columns if known and is_fresh_column(schema, known, each, occasion)}
    if data.has_where:
        new |= _required_later(schema, data.table, occasion)
    if not data.columns or not set(data.columns) <= new:
        return False
    empty = {each.rpartition(".")[2] for each in data.query.is_null}
    only = empty & set(data.columns) and not data.query.comparisons
    return not data.has_where or bool(only)


def _required_later(schema: Schema, table: str, occasion: Occasion) -> set[str]:
    """Columns that get NOT NULL in the same transaction."""
    altered = (one.command for one in later_in_file(schema, occasion) if one.transaction == occasion.transaction)
    found = [one for one in altered if isinstance(one, AlterTable) and one.table == table]
    return {action.name for one in found for action in one.actions if action.kind == "set not null"}


def _copied(schema: Schema, occasion: Occasion, data: Data) -> list[str]:
    """Tables in use that INSERT … SELECT reads whole."""
    if data.constant_rows or data.has_where or data.query.comparisons:
        return []
    read = [table for table in data.query.tables if table != data.table or data.query.tables.count(table) > 1]
    return [table for table in read if "." in table and is_in_use(schema, table, occasion) and schema.table(table)]


def _batches(data: Data, known: Table | None) -> str:
    key = known.primary_key if known else ()
    target, first = relation(data.table), name(data.columns[0])
    if key:
        return (
            "-- in a migration of its own; seatrial deploy cuts it there into transactions:\n"
            f"-- seatrial: batch key={name(key[0])} size=5000\n"
            f"update {target} set {first} = …\nwhere {first} is null;"
        )
    some = f"select ctid from {target} where {first} is null limit 5000"  # noqa: S608 - a text for a person
    return (
        "-- outside of the migration, until no row is left, each time in a transaction of its own:\n"
        f"update {target} set {first} = …\nwhere ctid in ({some});"
    )
