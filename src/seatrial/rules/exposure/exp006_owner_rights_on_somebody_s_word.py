"""A function that runs with the rights of its owner on what a parameter says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import asks_who_calls, callers, is_reached, who
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Function, Schema


LEVEL = Level.BLOCKS
TRIED = True

#: What nobody can call.
_TRIGGERS = frozenset({"trigger", "event_trigger"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each that takes parameters, reads or changes tables, and never asks who calls."""
    for function in schema.functions:
        roles = callers(schema, function)
        made = function.made
        if not (made.definer and roles and is_reached(schema, function.name)) or made.returns in _TRIGGERS:
            continue
        inputs = [one for one in made.parameters if one.mode not in {"out", "table"}]
        if not inputs or _only_answers(function) or not _touches(schema, function) or asks_who_calls(schema, function):
            continue
        yield Hit(
            script=function.life.made.script,
            offset=function.life.made.offset,
            what=f"{quoted(function.signature)} runs with the rights of its owner and never asks who calls",
            effect=f"{who(roles)} can name any {along(_named(function))} and gets, or changes, what belongs to it",
            fix="-- let its body begin with the question whether auth.uid() may; or leave it to the service:\n"
            f"revoke execute on function {function.signature} from public, anon, authenticated;",
            subject=function.signature,
        )


def _named(function: Function) -> list[str]:
    return [one.name or one.type for one in function.made.parameters if one.mode not in {"out", "table"}]


def _only_answers(function: Function) -> bool:
    """Whether it reads and says yes or no: what that tells is for an attack to find."""
    made = function.made
    reads = all(isinstance(one.command, Data) and one.command.kind == "select" for one in made.inner)
    return reads and made.returns == "bool" and not made.returns_set and not made.dynamic


def _touches(schema: Schema, function: Function) -> bool:
    """Whether it comes to a table, as far as its body could be read."""
    return any(
        schema.table(table) is not None or table.startswith("auth.")
        for one in function.made.inner
        for table in getattr(getattr(one.command, "query", None), "tables", ())
    )
