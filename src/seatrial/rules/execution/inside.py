"""Columns that the bodies of functions speak of and that are not there at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.rules.execution.known import absent, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Function, Occasion, Schema, Table

__all__ = ["Lost", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A column that a body needs."""

    function: Function
    #: Of the statement in the body.
    offset: int
    table: Table
    column: str
    #: The statement that dropped it, after the function was made.
    dropped: Occasion | None


def lost(schema: Schema) -> Iterator[Lost]:
    """Each function and column once, where it is first named."""
    for function in schema.functions:
        seen: set[tuple[str, str]] = set()
        for inner in function.made.inner:
            command = inner.command
            table = _table(schema, function, command) if isinstance(command, c.Data) and not inner.guarded else None
            if table is None or not isinstance(command, c.Data):
                continue
            for column in absent(table, (*command.columns, *command.query.columns)):
                dropped = _dropped(schema, table, column, function)
                # Any other name in a query may be a variable.
                if (dropped or column in command.columns) and (table.name, column) not in seen:
                    seen.add((table.name, column))
                    yield Lost(function=function, offset=inner.offset, table=table, column=column, dropped=dropped)


def _table(schema: Schema, function: Function, command: c.Data) -> Table | None:
    """The only one that a statement speaks of; none where a name may mean that of another schema."""
    names = {*filter(None, (command.table,)), *command.query.tables}
    first = function.made.settings.get("search_path", "").partition(",")[0].strip("'\" ")
    if first not in {"", "public", "pg_catalog"} or len(names) != 1:
        return None
    name = names.pop()
    makes = (one.command for one in function.made.inner)
    if any(isinstance(one, c.CreateTable) and one.table == name for one in makes) or function.made.dynamic:
        return None
    return known(schema, name, None)


def _dropped(schema: Schema, table: Table, column: str, function: Function) -> Occasion | None:
    """Where it went, if it was there when the function was made."""
    for every in schema.all_tables:
        for one in every.columns if every.name == table.name and every.life == table.life else ():
            gone = one.life.gone
            is_drop = gone is not None and isinstance(gone.command, c.AlterTable)
            if is_drop and one.name == column and one.life.lasts(function.life.made):
                return gone
    return None
