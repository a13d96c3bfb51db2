"""A column that its table does not have."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.execution.known import absent, known
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema, Table

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement and column."""
    for occasion in schema.occasions:
        if occasion.guarded:
            continue
        for table_name, columns, offset in _named(occasion.command):
            table = known(schema, table_name, occasion)
            if table is not None:
                yield from (_hit(occasion, table, column, offset) for column in absent(table, columns))


def _hit(occasion: Occasion, table: Table, column: str, offset: int) -> Hit:
    names = [one.name for one in table.columns]
    near = get_close_matches(column, names, n=1)
    has = f'did you mean "{near[0]}"?' if near else f"the table has {along(names)}"
    return Hit(
        script=occasion.script,
        offset=place(occasion, offset),
        what=f"{quoted(table.name)} has no column {quoted(column)}",
        effect="the statement fails (42703), and the release stops here",
        fix=f"Name another column; {has}",
    )


def _named(command: c.Command) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Tables, the columns that are named of each, and where."""
    match command:
        case c.CreateIndex():
            yield command.table, (*command.columns, *command.included), -1
            yield from _in(command.table, *command.expressions, command.where)
        case c.CreatePolicy():
            yield from _in(command.table, command.using, command.check)
        case c.Comment() if command.kind == "column":
            yield command.name, (command.part,), -1
        case c.AlterTable():
            yield from _altered(command)
        case c.Data() if command.kind in {"insert", "update"}:
            yield command.table, command.columns, -1
        case _:
            return


def _altered(command: c.AlterTable) -> Iterator[tuple[str, tuple[str, ...], int]]:
    added = {action.name for action in command.actions if action.kind == "add column"}
    for action in command.actions:
        if action.constraint is not None:
            found = tuple(one for one in action.constraint.columns if one not in added)
            yield command.table, found, action.offset
        elif action.kind in _ON_COLUMNS and not action.if_exists and action.name not in added:
            yield command.table, (action.name,), action.offset


_ON_COLUMNS = frozenset({"drop column", "set type", "set default", "drop default", "set not null", "drop not null"})


def _in(table: str, *expressions: Expression | None) -> Iterator[tuple[str, tuple[str, ...], int]]:
    for one in expressions:
        if one is not None:
            yield table, one.columns, one.offset
