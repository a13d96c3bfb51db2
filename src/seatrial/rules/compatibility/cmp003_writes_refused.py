"""A column that every new row has to name from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.finding import Level
from seatrial.rules.before import was_not_null
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import alterations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table
    from seatrial.rules.usage import Alteration

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column of a table in use that is NOT NULL and has nothing in the place of a missing value."""
    for each in alterations(schema, "drop default", "drop identity", "set not null"):
        column = each.known.column(each.action.name) if each.known else None
        if column is None or each.known is None or _is_filled(schema, each, each.known):
            continue
        fresh, has = each.is_fresh(schema, column.name), bool(column.column.default or column.column.identity)
        if each.action.kind == "set not null":
            refused = fresh and not has and not column.column.serial
        else:
            refused = has and was_not_null(schema, each.known, column.name, each.occasion)
        if refused:
            said = quoted(f"{each.table}.{column.name}")
            yield Hit(
                script=each.occasion.script,
                offset=each.offset,
                what=f"{said} must have a value, and has no default",
                effect="what is running now writes rows without it, and fails with 23502 from the moment this is "
                "committed",
                fix=f"alter table {relation(each.table)} alter column {name(column.name)} set default …;\n"
                "-- and take it away in a later migration, when every writer names the column",
            )


def _is_filled(schema: Schema, each: Alteration, known: Table) -> bool:
    """By a trigger, or by a default or identity that the same file gives it afterwards."""
    if any(one.timing == "before" and "insert" in one.events for one in known.triggers):
        return True
    path = each.occasion.script.source.path
    return any(
        action.name == each.action.name and action.kind in {"set default", "add identity"}
        for one in schema.occasions[each.occasion.number - 1 :]
        if one.script.source.path == path and isinstance(one.command, AlterTable) and one.command.table == each.table
        for action in one.command.actions
        if (one.number, action.offset) > (each.occasion.number, each.action.offset)
    )
