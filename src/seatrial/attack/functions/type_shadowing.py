"""Puts a temporary type in the way of a definer function that names a type without its schema.

A type, like a table, is looked for in `pg_temp` first wherever the path does not say otherwise, `search_path = ''`
included; and what a domain checks is checked with the rights of whoever makes a value of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import own_side
from seatrial.attack.functions.calls import Tally, attacks, outcome
from seatrial.attack.functions.control import arranged, control_of
from seatrial.attack.functions.invocation import statement
from seatrial.attack.functions.slots import slots_of
from seatrial.attack.functions.triggers import definers
from seatrial.attack.own import addable, changeable
from seatrial.attack.words import observed_in, refusal
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind

__all__ = ["SHADOW", "SHADOW_ROW", "cells", "cells_of_triggers", "unqualified_types"]

#: Nothing but the server's own, and pg_temp before it.
EMPTY = {'search_path=""', "search_path=pg_catalog"}
SHADOW = "call with a temporary type in the way"
SHADOW_ROW = "write a row with a temporary type in the way"
SPOKEN = "seatrial: with the rights of the owner"
#: Types whose names are no words of SQL: those would be the server's own wherever they stand.
_TYPES = {
    "text", "uuid", "jsonb", "date", "bytea", "name", "inet", "cidr", "timestamptz", "timetz", "int2", "int4", "int8",
    "float4", "float8", "bool", "regclass", "regconfig", "regprocedure", "regrole", "regtype", "tsquery", "tsvector",
}  # fmt: skip
_CLAIMS = re.compile(r"\bauth\.(uid|jwt|role|email)\s*\(", re.IGNORECASE)
_CAST = re.compile(r"(?:::\s*|\bas\s+)([a-z]\w*)(?!\s*[.\w])", re.IGNORECASE)


def unqualified_types(function: Function) -> list[str]:
    """Types to which its text casts something without saying the schema, in order."""
    cast = [one.lower() for one in _CAST.findall(function.text)]
    # What the platform reads claims with has no path of its own, and casts by bare names.
    cast += ["uuid", "jsonb", "text"] if _CLAIMS.search(function.text) else []
    return [name for name in dict.fromkeys(cast) if name in _TYPES]


def _open_types(scene: Scene, function: Function) -> list[str]:
    """Where a gateway logs in for everybody, nobody makes temporary types; a path that is empty is enough then.

    A function without any path is another matter: it may be called by whatever else runs in the database.
    """
    is_empty = any(one in EMPTY for one in function.config)
    return [] if scene.session.gateway and is_empty else unqualified_types(function)


def cells(scene: Scene, kind: Kind, function: Function) -> Iterator[Cell]:
    """One cell for a definer function that names a type without its schema."""
    types = _open_types(scene, function) if function.definer else []
    if not types or not attacks(scene, kind, function):
        return
    control = control_of(scene, function)
    tally = Tally()
    if not control.timed_out:
        slots = slots_of(scene, function)
        side = own_side(scene, kind, function, control.number)
        values = arranged(scene, function, slots, side, sample=control.sample, source=control.source)
        lines = [*_in_the_way(function, types), _spelled_out(statement(function, values), types)]
        tally.request = Request(sql=";\n".join(lines))
        answer = scene.session.attempt(kind, "; ".join(lines))
        if answer.message == SPOKEN:
            tally.leak = "a check of the caller's own runs with the rights of the owner"
        elif not answer.worked:
            tally.refusals.append(refusal(answer))
    yield outcome(kind, function, SHADOW, tally, control, nothing="it is not used")


def cells_of_triggers(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for a table to which the user may write, and whose triggers name a type with their owner's rights."""
    shadowed = [(one, _open_types(scene, one)) for one in definers(scene).get(relation.name, ())]
    function, types = next(((one, types) for one, types in shadowed if types), (None, []))
    own = (addable(scene, kind, relation) or changeable(scene, kind, relation)) if types else None
    if function is None or own is None or kind.super_administrator:
        return
    column = next(iter(own.columns), "")
    values = (
        {} if own.row is None else {relation.column(column).bare: own.row.content.get(relation.column(column).bare)}
    )
    lines = [*_in_the_way(function, types), own.request(scene, values).sql]
    answer = scene.session.attempt(kind, "; ".join(lines), before=own.room)
    observed = Observed.ALLOWED if answer.message == SPOKEN else observed_in(answer)
    yield Cell(
        kind=kind.name, subject=relation.name, action=SHADOW_ROW, expected=Observed.BLOCKED, observed=observed,
        detail="a check of the caller's own runs with the rights of the trigger's owner" if answer.message == SPOKEN
        else "it is not used" if answer.worked else refusal(answer),
        request=Request(sql=";\n".join(lines)),
    )  # fmt: skip


def _in_the_way(function: Function, types: list[str]) -> Iterator[str]:
    yield (
        "CREATE FUNCTION pg_temp.seatrial_spy() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN "
        f"IF current_user = {literal(function.owner)} THEN RAISE EXCEPTION {literal(SPOKEN)}; END IF; "
        "RETURN true; END $$"
    )
    for name in types:
        yield f"CREATE DOMAIN pg_temp.{name} AS pg_catalog.{name} CHECK (pg_temp.seatrial_spy())"


def _spelled_out(call: str, types: list[str]) -> str:
    """The call itself means the server's own types."""
    return re.sub(rf"::({'|'.join(types)})\b", r"::pg_catalog.\1", call)
