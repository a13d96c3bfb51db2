"""Functions that give whole rows of a table: of one's own tenant, too, they must give no more than may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.expected import may
from seatrial.attack.functions.arguments import own_side
from seatrial.attack.functions.calls import Tally, attacks, is_shared, outcome
from seatrial.attack.functions.control import arranged, control_of
from seatrial.attack.functions.invocation import rest, statement
from seatrial.attack.functions.slots import slots_of
from seatrial.attack.words import refusal
from seatrial.model.isolation import Request
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell, Kind

__all__ = ["ACTION", "cells"]

ACTION = "be given rows of the own tenant that may not be read"


def cells(scene: Scene, kind: Kind, function: Function) -> Iterator[Cell]:
    """One cell for a definer function whose rows are those of a table; an aggregate is nobody's row."""
    relation = scene.relations.get(function.returns)
    if relation is None or not relation.is_table or not function.definer or kind.super_administrator:
        return
    if not attacks(scene, kind, function) or is_shared(scene, kind, function):
        return
    rule = scene.rule(relation)
    names = ", ".join(column.name for column in relation.columns)
    closed = {
        text for text, row in scene.by_text(relation.name, names)
        if not may(scene.tenancy, kind, rule, "select", tenant=row.tenant, owner=row.owner)
    }  # fmt: skip
    control = control_of(scene, function)
    tally = Tally()
    if closed and not control.timed_out:
        slots = slots_of(scene, function)
        side = own_side(scene, kind, function, control.number)
        values = arranged(scene, function, slots, side, sample=control.sample, source=control.source)
        sql = statement(function, values)
        tally.request = Request(sql=sql, rest=rest(function, values))
        answer = scene.session.attempt(kind, sql)
        given = sum(row in closed for row in answer.rows)
        if given:
            tally.leak = f"{count(given, 'row')} of {relation.name}"
        elif not answer.worked:
            tally.refusals.append(refusal(answer))
        yield outcome(kind, function, ACTION, tally, control)
