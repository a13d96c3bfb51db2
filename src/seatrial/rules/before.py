"""What a table was right before a statement, where its record says only what it is at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, CreateTable
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Action
    from seatrial.model.schema import Occasion, Schema, Table, TableConstraint

__all__ = ["is_proved", "was_not_null", "was_unlogged", "was_valid"]


def was_not_null(schema: Schema, table: Table, column: str, occasion: Occasion) -> bool:
    """Whether a column could not be NULL."""
    found = table.column(column)
    result = bool(found and found.column.not_null) or column in table.primary_key
    for action in _actions(schema, table.name, occasion):
        if action.name == column and action.kind in {"set not null", "drop not null"}:
            result = action.kind == "set not null"
        elif action.kind == "add constraint" and action.constraint and action.constraint.kind == "not null":
            result = result or column in action.constraint.columns
    return result


def was_valid(schema: Schema, table: str, constraint: TableConstraint, occasion: Occasion) -> bool:
    """Whether a constraint held for every row."""
    return not constraint.constraint.not_valid or any(
        action.kind == "validate constraint" and action.name == constraint.name
        for action in _actions(schema, table, occasion)
    )


def was_unlogged(schema: Schema, table: str, occasion: Occasion) -> bool:
    """Whether a table was unlogged."""
    earlier = schema.occasions[: occasion.number - 1]
    made = [one.command for one in earlier if isinstance(one.command, CreateTable) and one.command.table == table]
    kinds = [action.kind for action in _actions(schema, table, occasion)]
    said = [kind for kind in kinds if kind in {"set logged", "set unlogged"}]
    return said[-1] == "set unlogged" if said else bool(made and made[-1].unlogged)


def is_proved(schema: Schema, known: Table | None, column: str, occasion: Occasion) -> bool:
    """Whether the column cannot be NULL, or a CHECK that is valid says so."""
    if known is None:
        return False
    if was_not_null(schema, known, column, occasion):
        return True
    said = {column, name(column)}
    return any(
        check.is_not_null
        and said & {each.rpartition(".")[2] for each in check.is_not_null}
        and not check.alternatives[1:]
        for one in known.constraints
        if (check := one.constraint.expression) and was_valid(schema, known.name, one, occasion)
    )


def _actions(schema: Schema, table: str, occasion: Occasion) -> Iterator[Action]:
    """Of the statements before."""
    for one in schema.occasions[: occasion.number - 1]:
        if isinstance(one.command, AlterTable) and one.command.table == table:
            yield from one.command.actions
