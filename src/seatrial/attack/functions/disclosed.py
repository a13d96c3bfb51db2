"""Reads views and calls functions, and looks in what comes back for columns that nobody may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import own_side
from seatrial.attack.functions.calls import attacks
from seatrial.attack.functions.choices import calls_of
from seatrial.attack.functions.control import arranged, control_of
from seatrial.attack.functions.invocation import rest as call
from seatrial.attack.functions.invocation import statement
from seatrial.attack.functions.slots import slots_of
from seatrial.attack.tables.columns import ACTION, canaries
from seatrial.attack.tried import as_superuser, rest
from seatrial.attack.views.shapes import shape_of
from seatrial.model.isolation import Cell, Observed, Request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["cells", "cells_of_function"]

MOST_CALLS = 4


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for a view over a table with such columns, where it shows them to the user, or would to a superuser."""
    shape = shape_of(scene, relation)
    rights = relation.rights[kind.role]
    columns = rights.columns["SELECT"] if rights.schema else ()
    if relation.is_table or not columns or not _is_secret(scene, shape.tables):
        return
    sql = f"SELECT {', '.join(columns)} FROM {relation.name}"
    is_shown = _shows(scene, scene.session.attempt(kind, sql, before=shape.fresh))
    if is_shown or _shows(scene, as_superuser(scene, kind, sql, shape.fresh)):
        bare = ",".join(relation.column(name).bare for name in columns)
        yield _cell(kind, relation.name, Request(sql=sql, rest=rest("GET", relation, f"?select={bare}")), is_shown)


def cells_of_function(scene: Scene, kind: Kind, function: Function) -> Iterator[Cell]:
    """One cell for a function that speaks of a table with such columns and can be called so that it works."""
    if not _is_secret(scene, function.mentions) or not attacks(scene, kind, function):
        return
    control = control_of(scene, function)
    if control.timed_out or not control.holds:
        return
    slots = slots_of(scene, function)
    side = own_side(scene, kind, function, control.number)
    own = arranged(scene, function, slots, side, sample=control.sample, source=control.source)
    every = [own, *(one.values for one in calls_of(scene, kind, function, control))][:MOST_CALLS]
    requests = [Request(sql=statement(function, values), rest=call(function, values)) for values in every]
    shown = next((one for one in requests if _shows(scene, scene.session.attempt(kind, one.sql))), None)
    yield _cell(kind, function.name, shown or requests[0], shown is not None)


def _cell(kind: Kind, subject: str, request: Request, is_shown: bool) -> Cell:  # noqa: FBT001
    return Cell(
        kind=kind.name, subject=subject, action=ACTION, expected=Observed.BLOCKED,
        observed=Observed.ALLOWED if is_shown else Observed.BLOCKED, request=request,
        detail="what stands in such a column is in it" if is_shown else "nothing of such a column in it",
    )  # fmt: skip


def _is_secret(scene: Scene, tables: Collection[str]) -> bool:
    return any(one.table in tables for one in scene.tenancy.unreadable)


def _shows(scene: Scene, answer: Attempt) -> bool:
    if ACTION not in scene.memory:
        scene.session.renew()
        scene.memory[ACTION] = canaries(scene)
    known: frozenset[str] = scene.memory[ACTION]
    return any(canary in value for row in answer.rows for value in row if value for canary in known)
