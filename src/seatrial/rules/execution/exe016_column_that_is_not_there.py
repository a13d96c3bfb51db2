"""A column that its table does not have."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema, Table

LEVEL = Level.BLOCKS

#: Every table has them.
_OF_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement and column."""
    for occasion in schema.occasions:
        if occasion.guarded:
            continue
        for table_name, columns, offset in _named(occasion.command):
            table = _known(schema, table_name, occasion)
            if table is None:
                continue
            there = {one.name for one in table.columns} | _OF_SYSTEM | {table.short}
            for column in dict.fromkeys(columns):
                if column and column not in there:
                    yield _hit(occasion, table, column, offset)


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


def _known(schema: Schema, name: str, occasion: Occasion) -> Table | None:
    """The table, where all of its columns are known."""
    table = schema.table(name, before=occasion)
    made = table.life.made.command if table else None
    if table is None or not table.columns or not isinstance(made, c.CreateTable):
        return None
    sources = [*made.like, *made.inherits, *filter(None, [made.partition_of])]
    is_whole = made.query is None and all(schema.table(one, before=table.life.made) for one in sources)
    return table if is_whole else None


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
