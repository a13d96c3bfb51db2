"""Indexes that a plan builds CONCURRENTLY before their file, which then only finds them, as far as the files tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.rules.naming import last_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.model.commands import CreateIndex
    from seatrial.model.schema import Occasion, Schema

__all__ = ["is_built_ahead"]

#: Change rows.
_CHANGES = frozenset({"insert", "update", "delete", "merge", "copy", "call"})
#: Make operator classes, operators and collations, which are not read.
_OPERATORS = frozenset({"create_op_class_stmt", "create_op_family_stmt", "define_stmt"})


def is_built_ahead(schema: Schema, occasion: Occasion, made: CreateIndex) -> bool:
    """Whether an index has a name to be found by, and nothing of its file has to come first.

    What a rehearsal tries out is decided by it; this is what can be told without one.
    """
    if not (made.index and made.if_not_exists) or made.concurrently or made.only:
        return False
    earlier = tuple(_earlier_in_file(schema, occasion))
    first = earlier[-1] if earlier else occasion
    table = schema.table(made.table, before=first)
    if table is None or table.partitioned or table.foreign or table.temporary:
        return False
    there = {one.name for one in table.columns}
    written = (*made.expressions, *filter(None, (made.where,)))
    columns = {*filter(None, made.columns), *made.included, *(name for one in written for name in one.columns)}
    calls = {last_name(call.name) for one in written for call in one.calls}
    if not columns <= there or any(_brings(one.command, calls, is_plain=not written) for one in earlier):
        return False
    # What is unique only when the file has thrown out the doubles is not unique before.
    rests_on_rows = made.unique or bool(written)
    return not (rests_on_rows and any(_may_change_rows(one.command) for one in earlier))


def _brings(command: c.Command, calls: Collection[str], *, is_plain: bool) -> bool:
    """Whether it may make what the index is written with: an extension its operators, and functions and types."""
    match command:
        case c.CreateExtension():
            return True
        case c.CreateFunction():
            return last_name(command.function) in calls
        case c.CreateType() | c.CreateDomain():
            return not is_plain
        case c.Other():
            return command.node in _OPERATORS
        case _:
            return False


def _may_change_rows(command: c.Command) -> bool:
    match command:
        case c.Data():
            return command.kind in _CHANGES
        case c.Do():
            return bool(command.dynamic)
        case _:
            return isinstance(command, c.Truncate)


def _earlier_in_file(schema: Schema, occasion: Occasion) -> Iterator[Occasion]:
    """The nearest first."""
    path = occasion.script.source.path
    for number in range(occasion.number - 2, -1, -1):
        one = schema.occasions[number]
        if one.script.source.path != path:
            return
        yield one
