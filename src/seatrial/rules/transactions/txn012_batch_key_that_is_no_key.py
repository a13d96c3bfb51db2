"""A statement that is cut into batches by a column that does not tell rows apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.model.finding import Level
from seatrial.rules.execution.known import known
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such statement that goes through a table of which the files say everything."""
    for occasion in schema.occasions:
        batch, data = occasion.statement.batch, occasion.command
        if batch is None or not isinstance(data, Data):
            continue
        verb, through = ("INSERT", data.first) if data.kind == "insert" else ("UPDATE", data.table)
        table = known(schema, through, before=occasion)
        fault = _fault(table, batch.key) if table and not table.inherits else ""
        if table and fault:
            key = table.primary_key[:1]
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"the {verb} that goes through {quoted(through)} cannot be cut by {quoted(batch.key)}: {fault}",
                effect="the deployment stops here, before the first batch and after everything that comes before it",
                fix=f"-- seatrial: batch key={name(key[0])} size={batch.size}" if key
                else "Give the table a primary key first, and cut by that",
            )  # fmt: skip


def _fault(table: Table, key: str) -> str:
    column = table.column(key)
    if column is None:
        return "the table has no such column"
    if not any(columns[:1] == (key,) for columns, _ in table.unique_keys):
        return "no unique index begins with it"
    if not column.not_null and key not in table.primary_key:
        return "it may be NULL, and no batch would meet such a row"
    return ""
