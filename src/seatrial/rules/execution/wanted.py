"""Which relations a statement needs to be there when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Life, Occasion, Schema

__all__ = ["relations", "wanted"]


def relations(schema: Schema) -> dict[str, list[Life]]:
    """Every table and view that the files make, with its lives."""
    found: dict[str, list[Life]] = {}
    for table in schema.all_tables:
        found.setdefault(table.name, []).append(table.life)
    for view in schema.all_views:
        found.setdefault(view.name, []).append(view.life)
    return found


def wanted(schema: Schema) -> Iterator[tuple[Occasion, str]]:
    """Statements with each relation that they cannot do without; those that ask first, or may fail, are left out."""
    for occasion in schema.occasions:
        if not occasion.guarded:
            for name in dict.fromkeys(_of(occasion.command)):
                yield occasion, name


def _of(command: c.Command) -> Iterator[str]:  # noqa: C901, PLR0912 - one kind of statement after the other
    match command:
        case c.CreatePolicy():
            yield command.table
            for condition in (command.using, command.check):
                yield from condition.tables if condition else ()
        case c.CreateIndex():
            yield command.table
        case c.CreateTrigger():
            if command.table:
                yield command.table
        case c.AlterTable():
            if command.kind == "table" and not command.if_exists:
                yield command.table
            for action in command.actions:
                if action.constraint and action.constraint.parent:
                    yield action.constraint.parent
        case c.CreateTable():
            constraints = [*command.constraints, *(one for column in command.columns for one in column.constraints)]
            yield from (one.parent for one in constraints if one.parent and one.parent != command.table)
            yield from filter(None, (*command.inherits, *command.like, command.partition_of))
            yield from command.query.tables if command.query else ()
        case c.CreateView():
            yield from (name for name in command.query.tables if name != command.view)
        case c.Grant():
            if command.kind == "table" and not command.all_in_schema:
                yield from command.names
        case c.Comment():
            if command.kind in {"table", "column", "policy", "trigger"}:
                yield command.name
        case c.Data():
            yield from command.query.tables
        case c.Truncate():
            yield from command.tables
        case _:
            return
