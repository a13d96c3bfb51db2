"""CREATE OR REPLACE FUNCTION that changes what callers rely on."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import CreateFunction
    from seatrial.model.schema import Function, Schema

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each function that PostgreSQL will not replace."""
    for old, new in _successions(schema):
        changed = _changed(old.made, new.made)
        if changed and new.made.replace:
            kind = "procedure" if new.made.procedure else "function"
            yield Hit(
                script=new.life.made.script,
                offset=new.life.made.offset,
                what=f"OR REPLACE of the {kind} {quoted(new.signature)} {changed}",
                effect="PostgreSQL refuses the statement (42P13): what a function gives and what its parameters are "
                "called cannot be replaced",
                fix=f"drop {kind} {new.signature}; -- in front of it; grant again what was granted on it",
            )


def _successions(schema: Schema) -> Iterator[tuple[Function, Function]]:
    """Each function with the one that comes in its place."""
    by_signature: dict[str, list[Function]] = {}
    for one in schema.all_functions:
        by_signature.setdefault(one.signature, []).append(one)
    for lives in by_signature.values():
        for old, new in pairwise(lives):
            if old.life.gone is new.life.made:
                yield old, new


def _changed(old: CreateFunction, new: CreateFunction) -> str:
    if (old.returns, old.returns_set) != (new.returns, new.returns_set):
        return f"returns {_given(new)} where it returned {_given(old)}"
    outputs = [[(one.name, one.type) for one in each.parameters if one.mode in {"out", "table"}] for each in (old, new)]
    if outputs[0] != outputs[1]:
        return "gives other columns"
    inputs = [[one for one in each.parameters if one.mode not in {"out", "table"}] for each in (old, new)]
    for before, after in zip(*inputs, strict=False):
        if before.name and before.name != after.name:
            return f'calls a parameter "{after.name}" that was called "{before.name}"'
        if before.has_default and not after.has_default:
            return f'takes the default of parameter "{before.name}" away'
    return ""


def _given(made: CreateFunction) -> str:
    return ("a set of " if made.returns_set else "") + (made.returns or "columns")
