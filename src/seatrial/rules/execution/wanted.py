"""Which relations a statement needs to be there when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.dynamic import CREATES_TABLES, may_run
from seatrial.model.schema import Life
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema

#: What lies there is the platform's, whatever the files replace of it.
_OF_PLATFORM = frozenset({
    "auth", "cron", "extensions", "graphql", "graphql_public", "net", "pg_catalog", "pgmq", "realtime", "storage",
    "vault",
})  # fmt: skip

__all__ = ["called", "functions", "relations", "wanted"]


def relations(schema: Schema) -> dict[str, list[Life]]:
    """Every table, view and sequence that the files make, with its lives."""
    found: dict[str, list[Life]] = {}
    for occasion in schema.occasions:
        if isinstance(occasion.command, c.Maintain) and occasion.command.kind == "create sequence":
            found.setdefault(occasion.command.names[0], []).append(Life(made=occasion))
    for table in schema.all_tables:
        found.setdefault(table.name, []).append(table.life)
    for view in schema.all_views:
        found.setdefault(view.name, []).append(view.life)
    return found


@once
def wanted(schema: Schema) -> Iterator[tuple[Occasion, str]]:
    """Statements with each relation that they cannot do without; those that ask first, or may fail, are left out.

    So are names that no file makes, from where SQL that is put together may have made them.
    """
    made = relations(schema)
    more = False
    for occasion in schema.occasions:
        if not occasion.guarded:
            for name in dict.fromkeys(_of(occasion.command)):
                if name in made or not more:
                    yield occasion, name
        more = more or _may_make_tables(schema, occasion)


def _may_make_tables(schema: Schema, occasion: Occasion) -> bool:
    command = occasion.command
    if isinstance(command, c.Do):
        return may_run(command.dynamic, occasion.statement.text, CREATES_TABLES)
    if not isinstance(command, c.Data):
        return False
    called_there = [one.made for name in command.query.names for one in schema.called(name)]
    return any(may_run(one.dynamic, one.body, CREATES_TABLES) for one in called_there)


def functions(schema: Schema) -> dict[str, list[Life]]:
    """Every function that the files make, with its lives."""
    found: dict[str, list[Life]] = {}
    for function in schema.all_functions:
        found.setdefault(function.name, []).append(function.life)
    return found


def called(schema: Schema) -> Iterator[tuple[Occasion, str]]:
    """Statements with each function that they cannot do without.

    Only of a trigger is a name without a schema one of the files' own: others may mean one of PostgreSQL's.
    """
    for occasion in schema.occasions:
        if occasion.guarded:
            continue
        if isinstance(occasion.command, c.CreateTrigger) and occasion.command.function:
            yield occasion, occasion.command.function
        names = (name for each in _expressions(occasion.command) if each for name in sorted(each.names))
        yield from ((occasion, name) for name in names if "." in name and name.partition(".")[0] not in _OF_PLATFORM)


def _expressions(command: c.Command) -> Iterator[Expression | None]:
    """What the server looks through when the statement runs."""
    match command:
        case c.CreatePolicy() | c.AlterPolicy():
            yield from (command.using, command.check)
        case c.CreateIndex():
            yield from (*command.expressions, command.where)
        case c.CreateView():
            yield command.query
        case c.CreateTable():
            yield command.query
            for column in command.columns:
                yield from (column.default, column.generated)
        case c.AlterTable():
            for action in command.actions:
                yield action.expression
                yield from (action.column.default, action.column.generated) if action.column else ()
        case c.Data():
            yield command.query
        case _:
            return


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
