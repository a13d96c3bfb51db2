"""Calls functions that make settings, and looks what the next user of the same connection would be taken for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import own_side
from seatrial.attack.functions.control import arranged, control_of
from seatrial.attack.functions.invocation import rest, statement
from seatrial.attack.functions.read import read_routines
from seatrial.attack.functions.slots import slots_of
from seatrial.attack.session import as_kind
from seatrial.attack.words import refusal
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.pg.attempt import attempt
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Kind
    from seatrial.pg.connection import Connection

__all__ = ["LEFTOVER", "leftovers", "settings_of"]

LEFTOVER = "leave a setting behind for the next user of the connection"
_MADE = re.compile(
    r"\bset_config\s*\(\s*'([\w.]+)'|\bset\s+(?!local\b)(?:session\s+)?([a-z_]\w*\.\w+)\s*(?:=|to\b)", re.IGNORECASE
)


def settings_of(function: Function) -> tuple[str, ...]:
    """Settings that its text makes, those that end with the transaction too."""
    return tuple(dict.fromkeys((made or said).lower() for made, said in _MADE.findall(function.text)))


def leftovers(connection: Connection, scene: Scene, function: Function) -> Iterator[Cell]:
    """One cell for a function that makes settings; what the function does is committed.

    Args:
        connection: of a superuser, idle, to a copy of the scene's database that may be thrown away.
        scene: what is attacked, to know how the function can be called.
        function: one that some client may call.
    """
    names = settings_of(function)
    kind = _caller(scene, function) if names else None
    if kind is None:
        return
    control = control_of(scene, function)
    slots = slots_of(scene, function)
    values = arranged(scene, function, slots, own_side(scene, kind, function, control.number), sample=control.sample)
    request = Request(sql=statement(function, values), rest=rest(function, values))
    observed, detail = _observe(connection, scene, kind, request.sql, names)
    yield Cell(
        kind=kind.name, subject=function.name, action=LEFTOVER, expected=Observed.BLOCKED, observed=observed,
        detail=detail, request=request,
    )  # fmt: skip


def _observe(
    connection: Connection, scene: Scene, kind: Kind, sql: str, names: tuple[str, ...]
) -> tuple[Observed, str]:
    asked = "SELECT " + ", ".join(f"coalesce(current_setting({literal(name)}, true), '')" for name in names)
    try:
        execute_statement(connection, "BEGIN")
        [before] = attempt(connection, [], asked).rows
        answer = attempt(connection, as_kind(kind), sql)
        execute_statement(connection, "COMMIT" if answer.worked else "ROLLBACK")
        execute_statement(connection, "BEGIN")
        [after] = attempt(connection, [], asked).rows
    finally:
        execute_statement(connection, "ROLLBACK; RESET ALL")
    if not answer.worked:
        return Observed.UNDECIDED, refusal(answer)
    stay = [name for name, one, other in zip(names, before, after, strict=True) if one != other]
    heeded = [name for name in stay if name in _looked_at(scene)]
    if heeded:
        return Observed.ALLOWED, f"{', '.join(heeded)} outlasts the transaction, and decides what is seen"
    return (
        Observed.BLOCKED,
        f"{', '.join(stay)} stays, and nothing looks at it" if stay else "it ends with the transaction",
    )


def _caller(scene: Scene, function: Function) -> Kind | None:
    """Whoever has most rights among those who may call it."""
    able = [one for one in scene.world.kinds if one.role in function.roles and one.role != scene.tenancy.service_role]
    roles = scene.tenancy.roles

    def rank(kind: Kind) -> int:
        return max((roles.index(role) if role in roles else 0 for role in kind.roles.values()), default=-1)

    return max(able, key=rank, default=None)


def _looked_at(scene: Scene) -> str:
    """The text of all policies and functions, in small letters, without what makes settings."""
    if "looking" not in scene.memory:
        scene.session.renew()
        found = rows(scene.session.connection, load("seatrial.attack", "policy_texts"))
        texts = [row["text"] for row in found]
        texts += [one.source for one in read_routines(scene.session.connection, scene.tenancy).values()]
        scene.memory["looking"] = _MADE.sub(" ", "\n".join(texts)).lower()
    looking: str = scene.memory["looking"]
    return looking
