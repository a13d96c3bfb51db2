"""A file that is written to run twice, and cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.execution.twice import twice
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each file that asks in one place and not in another, at the first statement that would fail."""
    careful = {one.script.source.path for one in schema.occasions if _asks(one.command)}
    # Those stop the first run.
    failing = {found.occasion.number for found in twice(schema)}
    gone: set[tuple[str, str, str]] = set()
    reported: set[str] = set()
    for occasion in schema.occasions:
        path = occasion.script.source.path
        if isinstance(occasion.command, c.Drop):
            gone |= {(path, occasion.command.table, dropped) for dropped in occasion.command.names}
        if path not in careful or path in reported or occasion.guarded or occasion.in_do or occasion.number in failing:
            continue
        for what, key, fix in _unguarded(occasion):
            if (path, *key) not in gone and path not in reported:
                reported.add(path)
                yield _hit(occasion, what, fix)


def _asks(command: c.Command) -> bool:
    """Whether a statement is written for the case that it ran before."""
    match command:
        case c.CreateTable() | c.CreateIndex() | c.CreateSchema():
            return command.if_not_exists
        case c.CreateTrigger():
            return command.replace
        case c.Drop():
            return command.if_exists
        case c.AlterTable():
            return any(action.kind == "add column" and action.if_exists for action in command.actions)
        case _:
            return False


def _hit(occasion: Occasion, what: str, fix: str) -> Hit:
    return Hit(
        script=occasion.script,
        offset=occasion.offset,
        what=f"a second run of the file stops here: {what} is there already",
        effect="a deployment that broke off between a file and its ledger row, or a file pasted into an editor once "
        "more, needs a person",
        fix=fix,
    )


def _unguarded(occasion: Occasion) -> Iterator[tuple[str, tuple[str, str], str]]:
    """What it makes without asking, its table and name, and the SQL that asks."""
    made = occasion.command
    match made:
        case c.CreatePolicy():
            fix = f"drop policy if exists {name(made.policy)} on {relation(made.table)}; -- in front of it"
            yield f"policy {quoted(made.policy)} on {quoted(made.table)}", (made.table, made.policy), fix
        case c.CreateTrigger() if made.table and not made.replace:
            fix = f"create or replace trigger {name(made.trigger)} …"
            yield f"trigger {quoted(made.trigger)} on {quoted(made.table)}", (made.table, made.trigger), fix
        case c.CreateType():
            yield f"type {quoted(made.type)}", ("", made.type), _in_block(occasion)
        case c.CreateDomain() if not made.alters:
            yield f"domain {quoted(made.domain)}", ("", made.domain), _in_block(occasion)
        case c.AlterTable():
            yield from _added(made)
        case _:
            yield from _relations(made)


def _relations(made: c.Command) -> Iterator[tuple[str, tuple[str, str], str]]:
    match made:
        case c.CreateTable() if not made.if_not_exists and not made.temporary:
            fix = f"create table if not exists {relation(made.table)} …"
            yield f"table {quoted(made.table)}", ("", made.table), fix
        case c.CreateIndex() if not made.if_not_exists and made.index:
            index = f"{made.table.partition('.')[0]}.{made.index}"
            yield f"index {quoted(made.index)}", ("", index), f"create index if not exists {name(made.index)} …"
        case c.CreateView() if not (made.replace or made.if_not_exists or made.temporary):
            how = "materialized view if not exists" if made.materialized else "or replace view"
            yield f"view {quoted(made.view)}", ("", made.view), f"create {how} {relation(made.view)} …"
        case c.CreateFunction() if not made.replace:
            yield f"function {quoted(made.function)}", ("", made.function), "create or replace function …"
        case c.CreateSchema() if not made.if_not_exists:
            fix = f"create schema if not exists {name(made.schema)};"
            yield f"schema {quoted(made.schema)}", ("", made.schema), fix
        case _:
            return


def _added(altered: c.AlterTable) -> Iterator[tuple[str, tuple[str, str], str]]:
    dropped: set[str] = set()
    table = relation(altered.table)
    for action in altered.actions:
        of, key = f"{quoted(action.name)} of {quoted(altered.table)}", (altered.table, action.name)
        if action.kind == "drop constraint":
            dropped.add(action.name)
        if action.kind == "add column" and not action.if_exists:
            yield f"column {of}", key, f"add column if not exists {name(action.name)} …"
        elif action.kind == "add constraint" and action.name and action.name not in dropped:
            fix = f"alter table {table} drop constraint if exists {name(action.name)}; -- in front of it"
            yield f"constraint {of}", key, fix


def _in_block(occasion: Occasion) -> str:
    said = " ".join(occasion.statement.text.split())
    return f"do $$ begin {said}; exception when duplicate_object then null; end $$;"
