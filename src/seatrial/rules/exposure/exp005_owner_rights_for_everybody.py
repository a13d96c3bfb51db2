"""A function that runs with the rights of its owner and that nobody needs to sign in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import asks_who_calls, callers, is_reached
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema


LEVEL = Level.WARNS
TRIED = True

#: What nobody can call.
_TRIGGERS = frozenset({"trigger", "event_trigger"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each that does not ask who calls and touches tables; triggers cannot be called."""
    for function in schema.functions:
        made = function.made
        is_open = "anon" in callers(schema, function) and schema.platform == "supabase"
        if not (made.definer and is_open and is_reached(schema, function.name)) or made.returns in _TRIGGERS:
            continue
        if made.parameters or asks_who_calls(schema, function):
            continue
        yield Hit(
            script=function.life.made.script,
            offset=function.life.made.offset,
            what=f"{quoted(function.signature)} runs with the rights of its owner for everybody, signed in or not",
            effect="anybody on the internet can have it run: POST /rest/v1/rpc/" + function.name.partition(".")[2],
            fix=f"revoke execute on function {function.signature} from public, anon;",
            subject=function.signature,
        )
