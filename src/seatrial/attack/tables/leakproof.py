"""Functions that are called LEAKPROOF: the server may ask them before a policy, and they may tell what they saw.

A user names such a function in a condition, in the world as it was seeded and in that without hidden rows. Own rows are
away in both, as one of them could be what the function fails on. Only what comes back as an error is noticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.attack.hidden import hidden, remembered
from seatrial.attack.session import QUIET
from seatrial.attack.surface import client_roles
from seatrial.attack.tried import outcome
from seatrial.attack.words import refusal
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.pg.attempt import attempt
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["cells"]

ACTION = "learn of hidden rows by a function called leakproof"


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One for each function of the release that fits a column and fails on a hidden row, as a superuser shows."""
    rights = relation.rights[kind.role]
    functions = remembered(scene, "leakproof", lambda: _functions(scene)) if relation.row_security else ()
    gone = hidden(scene, kind, relation.name) if functions and rights.schema else []
    if not gone or relation.name == getattr(scene.tenancy.membership, "table", ""):
        return
    own = [row for row in scene.seeded(relation.name) if row not in gone]
    worlds = [scene.without(relation.name, away) for away in (own, [*own, *gone])]
    for function in functions:
        for column in relation.columns:
            fits = column.type == function["type"] and kind.role in function["roles"]
            if fits and column.name in rights.columns["SELECT"]:
                yield from _asked(scene, kind, relation, f"{function['called']}({column.name})", worlds)


def _asked(scene: Scene, kind: Kind, relation: Relation, call: str, worlds: Sequence[Sequence[str]]) -> Iterator[Cell]:
    query = f"SELECT count(*) FROM {relation.name} WHERE {call} IS NULL"
    if len({_told(_by_superuser(scene, query, world)) for world in worlds}) == 1:
        # It fails on none of them, so that nobody could learn anything.
        return
    here, there = (scene.session.attempt(kind, query, before=[*world, "SELECT"]) for world in worlds)
    leaks = _told(here) != _told(there)
    yield Cell(
        kind=kind.name, subject=relation.name, action=ACTION, expected=Observed.BLOCKED,
        observed=Observed.ALLOWED if leaks else Observed.BLOCKED, request=Request(sql=query),
        detail=f"{refusal(here).split(':')[0]} on a row of others" if leaks else "the same without hidden rows",
    )  # fmt: skip


def _told(answer: Attempt) -> tuple[object, ...]:
    """How many rows there are is asked elsewhere."""
    return outcome(answer) if not answer.worked else ()


def _by_superuser(scene: Scene, query: str, world: Sequence[str]) -> Attempt:
    default = "SET LOCAL SESSION AUTHORIZATION DEFAULT"
    return attempt(scene.session.connection, ["ROLLBACK TO SAVEPOINT attack", default, QUIET, *world], query)


def _functions(scene: Scene) -> list[Mapping[str, Any]]:
    scene.session.renew()
    roles = list(client_roles(scene.tenancy))
    return list(rows(scene.session.connection, load("seatrial.attack", "leakproof"), {"roles": roles}))
