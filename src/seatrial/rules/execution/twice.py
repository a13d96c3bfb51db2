"""Statements that make something of a name that is taken when they run."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.source import Transaction
from seatrial.rules.naming import quoted
from seatrial.rules.once import once
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Function, Life, Occasion, Policy, Schema, Table, Trigger

__all__ = ["Twice", "twice"]

#: NAMEDATALEN - 1.
_LONGEST = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """Something that is made a second time."""

    occasion: Occasion
    #: `policy "own" on "public.notes"`
    said: str
    first: Life
    #: What the server says.
    sqlstate: str
    #: SQL that takes the first one away; empty where that would lose rows, or much else.
    drop: str = ""


@once
def twice(schema: Schema) -> Iterator[Twice]:
    """Each, in order; those that ask first, or that something may have made room for, are left out."""
    unsure = [one.number for one in schema.occasions if _makes_room(schema, one)]
    functions: dict[str, list[Function]] = {}
    for function in schema.all_functions:
        functions.setdefault(function.signature, []).append(function)
    for occasion in schema.occasions:
        # In a block the failure may be caught, or the catalogs asked first.
        if occasion.in_do:
            continue
        for found in _taken(schema, functions, occasion):
            made = found.first.made
            between = bisect_right(unsure, made.number) != bisect_right(unsure, occasion.number)
            if not (between or made.in_do or made.number >= occasion.number or _is_cut(found)):
                yield found


def _is_cut(found: Twice) -> bool:
    """Whether two names may be one only because they are too long, which is another finding."""
    return any(len(part.encode()) >= _LONGEST for part in found.said.split('"'))


def _makes_room(schema: Schema, occasion: Occasion) -> bool:
    """Whether more may be gone after it than its text names, or what is there has another name."""
    match occasion.command:
        case c.Drop() as drop:
            return drop.cascade or drop.kind in {"extension", "owned"}
        case c.AlterTable() as altered:
            return any(action.cascade for action in altered.actions)
        case c.Do() as block:
            return bool(block.dynamic) or block.language != "plpgsql"
        case c.Data() as data:
            return any(one.made.dynamic for called in data.query.names for one in schema.called(called))
        case c.SetVariable(name="search_path", value=value):
            # A name without a schema is another one from there on.
            return bool(value)
        case _:
            renamed = isinstance(occasion.command, c.Rename | c.SetSchema)
            return renamed or occasion.statement.transaction is Transaction.ROLLBACK


def _taken(schema: Schema, functions: dict[str, list[Function]], occasion: Occasion) -> Iterator[Twice]:
    made = occasion.command
    match made:
        case c.CreateTable() if not (made.if_not_exists or made.temporary):
            there = schema.table(made.table, before=occasion)
            if there and not there.temporary:
                yield Twice(occasion=occasion, said=f"table {quoted(made.table)}", first=there.life, sqlstate="42P07")
        case c.CreateFunction() if not made.replace:
            yield from _function(functions, occasion, made)
        case c.CreatePolicy() | c.CreateTrigger() | c.CreateIndex() | c.AlterTable():
            table = schema.table(made.table, before=occasion)
            yield from _part(table, occasion) if table else ()
        case _:
            return


def _function(functions: dict[str, list[Function]], occasion: Occasion, made: c.CreateFunction) -> Iterator[Twice]:
    types = ", ".join(one.type for one in made.parameters if one.mode not in {"out", "table"})
    signature = f"{made.function}({types})"
    for one in functions.get(signature, []):
        if one.life.lasts(occasion):
            yield Twice(occasion=occasion, said=f"function {quoted(signature)}", first=one.life, sqlstate="42723")


def _part(table: Table, occasion: Occasion) -> Iterator[Twice]:
    made = occasion.command
    match made:
        case c.CreatePolicy():
            yield from _named(occasion, table, "policy", made.policy, table.policies)
        case c.CreateTrigger() if not made.replace and made.timing != "rule":
            triggers = [one for one in table.triggers if one.timing != "rule"]
            yield from _named(occasion, table, "trigger", made.trigger, triggers)
        case c.CreateIndex() if made.index and not made.if_not_exists:
            said = f"index {quoted(made.index)} on {quoted(table.name)}"
            for one in table.indexes:
                if one.index.index and one.name == made.index:
                    yield Twice(occasion=occasion, said=said, first=one.life, sqlstate="42P07")
        case c.AlterTable():
            yield from _added(table, occasion, made)
        case _:
            return


def _named(occasion: Occasion, table: Table, kind: str, own: str, there: Iterable[Policy | Trigger]) -> Iterator[Twice]:
    said, drop = f"{kind} {quoted(own)} on {quoted(table.name)}", f"drop {kind} {name(own)} on {relation(table.name)};"
    for one in there:
        if one.name == own:
            yield Twice(occasion=occasion, said=said, first=one.life, sqlstate="42710", drop=drop)


def _added(table: Table, occasion: Occasion, made: c.AlterTable) -> Iterator[Twice]:
    gone = {action.name for action in made.actions if action.kind.startswith("drop ")}
    for action in made.actions:
        said = f"{quoted(action.name)} of {quoted(table.name)}"
        column = table.column(action.name)
        if action.kind == "add column" and not action.if_exists and column and action.name not in gone:
            yield Twice(occasion=occasion, said=f"column {said}", first=column.life, sqlstate="42701")
        if action.kind == "add constraint" and action.name and action.name not in gone:
            for one in table.constraints:
                if one.constraint.name == action.name:
                    yield Twice(occasion=occasion, said=f"constraint {said}", first=one.life, sqlstate="42710")
