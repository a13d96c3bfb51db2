"""Puts a temporary table in the way of a definer function that names a table without its schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import own_side
from seatrial.attack.functions.calls import Tally, attacks, outcome
from seatrial.attack.functions.choices import calls_of
from seatrial.attack.functions.control import arranged, control_of
from seatrial.attack.functions.invocation import statement
from seatrial.attack.functions.slots import bare, slots_of
from seatrial.attack.functions.two_worlds import TIMED_OUT, differ
from seatrial.attack.words import refusal
from seatrial.model.isolation import Request
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["SHADOW", "cells", "unqualified"]

SHADOW = "call with a temporary table in the way"
_AFTER = re.compile(
    r'\b(?:from|join|(?:insert|merge)\s+into|update|only|using|table)\s+(?:only\s+)?("(?:[^"]|"")+"|[a-z_][\w$]*)(?!\s*\.)(?![\w$])',
    re.IGNORECASE,
)
MOST_SHADOWS = 4
MOST_CALLS = 3


def unqualified(scene: Scene, function: Function) -> list[Relation]:
    """Tables and views that its text names without a schema, in order."""
    said = {bare(name) if name.startswith('"') else name.lower() for name in _AFTER.findall(function.text)}
    return [one for one in scene.relations.values() if bare(one.name.rpartition(".")[2]) in said]


def cells(scene: Scene, kind: Kind, function: Function) -> Iterator[Cell]:
    """One cell for a definer function that names a table without its schema.

    What the server counts on the temporary table shows whether the function has used it; where the call fails, that its
    answer is another one.
    """
    shadowed = unqualified(scene, function)[:MOST_SHADOWS] if function.definer else []
    if not shadowed or not attacks(scene, kind, function):
        return
    control = control_of(scene, function)
    tally = Tally()
    for call in _statements(scene, kind, function) if not control.timed_out else ():
        for relation in shadowed:
            if not tally.leak:
                _try(scene, kind, relation, call, tally)
    yield outcome(kind, function, SHADOW, tally, control, nothing="it is not used")


def _statements(scene: Scene, kind: Kind, function: Function) -> list[str]:
    control = control_of(scene, function)
    slots = slots_of(scene, function)
    own = arranged(scene, function, slots, own_side(scene, kind, function, control.number), sample=control.sample)
    every = [
        statement(function, own),
        *(statement(function, one.values) for one in calls_of(scene, kind, function, control)),
    ]
    return list(dict.fromkeys(every))[:MOST_CALLS]


def _try(scene: Scene, kind: Kind, relation: Relation, call: str, tally: Tally) -> None:
    name = relation.name.rpartition(".")[2]
    rows = _rows(scene, kind, relation)
    lines = [
        f"CREATE TEMPORARY TABLE {name} ({', '.join(f'{one.name} {one.type}' for one in relation.columns)})",
        f"GRANT ALL ON pg_temp.{name} TO PUBLIC",
        *(f"INSERT INTO pg_temp.{name} {row}" for row in rows),
        call,
    ]
    tally.request = Request(sql=";\n".join(lines))
    answer = scene.session.attempt(kind, "; ".join(lines))
    used = answer.worked and _is_used(scene, name, len(rows))
    plain = scene.session.attempt(kind, call)
    if used or (not answer.worked and answer.sqlstate != "42501" and differ(scene, kind, call, plain, answer)):
        tally.leak = f"it uses a temporary table of the caller in the place of {relation.name}"
    elif not answer.worked:
        tally.refusals.append(refusal(answer))
        if answer.sqlstate == TIMED_OUT:
            tally.doubts.append(refusal(answer))


def _is_used(scene: Scene, name: str, rows: int) -> bool:
    """Whether anybody has read it, or written to it but us."""
    place = f"{literal('pg_temp.' + name)}::regclass"
    [[used]] = scene.session.look(
        f"SELECT pg_stat_get_xact_numscans({place}) > 0 OR pg_stat_get_xact_tuples_inserted({place}) > {rows} "
        f"OR pg_stat_get_xact_tuples_updated({place}) + pg_stat_get_xact_tuples_deleted({place}) > 0"
    )
    return used == "t"


def _rows(scene: Scene, kind: Kind, relation: Relation) -> list[str]:
    """What lets the user in everywhere, where the table says who is a member."""
    declared = scene.tenancy.membership
    if declared is None or declared.table != relation.name or not kind.user:
        return []
    given = {declared.user: kind.user}
    given |= {declared.role: declared.roles[-1]} if declared.role and declared.roles else {}
    given |= {declared.state: declared.active[0]} if declared.state and declared.active else {}
    columns = ", ".join([declared.tenant, *given])
    values = ", ".join(map(literal, given.values()))
    return [f"({columns}) VALUES ({literal(key)}, {values})" for key in scene.world.tenants.values()]
