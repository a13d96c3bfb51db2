"""Asks a view with a condition that fails on a row of others: does the view's own filter come first?

A view that filters for its caller, and is neither a security barrier nor made of tables with row security, lets the
server try a cheap condition of the caller's before that filter. By such errors everything in a row can be guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.hidden import hidden
from seatrial.attack.own import bare_names
from seatrial.attack.tried import Tried, worst
from seatrial.attack.views.shapes import shape_of
from seatrial.attack.words import refusal
from seatrial.model.isolation import Observed, Request
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["ACTION", "cells"]

ACTION = "learn of rows of others by a condition that fails"
DIVISION_BY_ZERO = "22012"


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for a view that lets the condition through, or shows rows of their own to the user: the control."""
    for column, theirs in _columns(scene, kind, relation):
        statement = _fails_on(relation, column, theirs)
        answer = scene.session.attempt(kind, statement)
        request = Request(sql=statement)
        if answer.sqlstate == DIVISION_BY_ZERO:
            way = Tried(observed=Observed.ALLOWED, detail=f"{refusal(answer)}, on a row of others", request=request)
        elif any(_sees(scene, kind, relation, column, own) for own in _own(scene, kind)):
            state = Observed.BLOCKED if answer.worked or answer.sqlstate == "42501" else Observed.UNDECIDED
            way = Tried(observed=state, detail=refusal(answer) if answer.sqlstate else "no error", request=request)
        else:
            continue
        yield from worst(kind, relation, ACTION, [way])
        return


def _columns(scene: Scene, kind: Kind, relation: Relation) -> Iterator[tuple[str, str]]:
    """The tenant's column of a table behind the view, under the name that it has there, and another tenant's key."""
    readable = relation.rights[kind.role].columns["SELECT"]
    names = {bare: name for name, bare in bare_names(relation).items() if name in readable}
    for table in shape_of(scene, relation).tables:
        if table not in scene.relations:
            continue
        rule = scene.rule(scene.relations[table])
        bare = bare_names(scene.relations[table]).get(rule.tenant, "")
        other = next((row.content[bare] for row in hidden(scene, kind, table) if row.tenant and bare), None)
        if bare in names and other is not None:
            yield names[bare], str(other)


def _own(scene: Scene, kind: Kind) -> list[str]:
    return [scene.world.tenants[label] for label in kind.roles if label in scene.world.tenants]


def _sees(scene: Scene, kind: Kind, relation: Relation, column: str, own: str) -> bool:
    return scene.session.attempt(kind, _fails_on(relation, column, own)).sqlstate == DIVISION_BY_ZERO


def _fails_on(relation: Relation, column: str, value: str) -> str:
    fails = f"1 / (CASE WHEN {column} = {literal(value)} THEN 0 ELSE 1 END) = 1"
    return f"SELECT count(*) FROM {relation.name} WHERE {fails}"
