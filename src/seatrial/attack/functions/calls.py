"""Calls every function that a user may call, with identifiers of others in each argument that could take one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import own_side
from seatrial.attack.functions.choices import IDENTITY, PLAIN, calls_of
from seatrial.attack.functions.control import arranged, control_of
from seatrial.attack.functions.invocation import rest, statement
from seatrial.attack.functions.slots import slots_of
from seatrial.attack.functions.two_worlds import TIMED_OUT, tried
from seatrial.attack.words import refusal
from seatrial.model.isolation import NOTHING_OF_OTHERS, Cell, Observed, Request
from seatrial.model.tenancy import ANYONE, SIGNED_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.functions.choices import Call
    from seatrial.attack.functions.control import Control
    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["SHARED", "Tally", "attacks", "cells", "is_shared", "outcome"]

SHARED = "call what is shared"
_REFUSED_STATES = {"42501", "22023", "02000"}


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of the calls of one sort."""

    leak: str = ""
    request: Request | None = None
    doubts: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    calls: int = 0


def cells(scene: Scene, kind: Kind, function: Function) -> Iterator[Cell]:
    """One cell for each sort of call that the function can be called with; none for who may not call it."""
    if not attacks(scene, kind, function) or kind.super_administrator:
        return
    control = control_of(scene, function)
    shared = is_shared(scene, kind, function)
    tallies: dict[str, Tally] = {}
    guessing = function.definer and kind.name in _few(scene)
    for call in calls_of(scene, kind, function, control, guessing=guessing):
        tally = tallies.setdefault(call.action, Tally())
        if not control.timed_out and not tally.leak:
            control = _tell(scene, kind, function, control, call, tally, reading=not shared)
    if shared:
        yield _shared(scene, kind, function, control)
    for action, tally in tallies.items():
        yield outcome(kind, function, action, tally, control)


def attacks(scene: Scene, kind: Kind, function: Function) -> bool:
    """Whether a kind of user may call a function, and would learn more from it than others who do."""
    if kind.role not in function.roles or kind.role == scene.tenancy.service_role:
        return False
    return function.definer or kind.name in _few(scene)


def is_shared(scene: Scene, kind: Kind, function: Function) -> bool:
    """Whether it shows the same to everybody, on purpose."""
    levels = {one.select for one in scene.tenancy.shared if one.name == function.name}
    return ANYONE in levels or (bool(kind.user) and SIGNED_IN in levels)


def _few(scene: Scene) -> frozenset[str]:
    """A function with its caller's rights cannot do more than the caller: a stranger, nobody, and a member tell all."""
    if "few" not in scene.memory:
        kinds = [one for one in scene.world.kinds if not one.super_administrator]
        roles = scene.tenancy.roles

        def rank(kind: Kind) -> int:
            return max((roles.index(role) if role in roles else 0 for role in kind.roles.values()), default=-1)

        picked = [
            # The last one is a member of nothing; those before it may have been members once.
            next((one for one in reversed(kinds) if one.user and not one.roles and not one.forged), None),
            next((one for one in kinds if not one.user), None),
            max((one for one in kinds if len(one.roles) == 1), key=rank, default=None),
        ]
        scene.memory["few"] = frozenset(one.name for one in picked if one)
    found: frozenset[str] = scene.memory["few"]
    return found


def _tell(
    scene: Scene, kind: Kind, function: Function, control: Control, call: Call, tally: Tally, *, reading: bool
) -> Control:  # fmt: skip
    """Make a call and note what came of it; what is known of the function afterwards."""
    sql = statement(function, call.values)
    if ("endless", sql) in scene.memory:
        return control
    # A guess may be no key at all, and then it names nobody.
    alone = (call.action == PLAIN or call.is_guess) and bool(kind.user)
    # Whoever names another user may well add them: what is kept of them is what was given.
    keeping = call.action != IDENTITY
    trial = tried(scene, kind, sql, reading=reading, keeping=keeping, alone=alone, suspects=_suspects(function))
    tally.calls += 1
    if trial.answer.sqlstate == TIMED_OUT and call.is_guess:
        # So many of something take long; with other values it ends.
        scene.memory["endless", sql] = True
    elif trial.answer.sqlstate == TIMED_OUT:
        control = replace(control, timed_out=True)
        scene.memory["control", function.name] = control
    tally.request = Request(sql=sql, rest=rest(function, call.values))
    if trial.leaks:
        tally.leak = ": ".join(filter(None, (call.said, trial.leaks[0])))
    elif doubt := trial.doubt or ("" if call.is_guess else _broken(trial.answer)):
        tally.doubts.append(": ".join(filter(None, (call.said, doubt))))
    elif not trial.answer.worked:
        tally.refusals.append(refusal(trial.answer))
    return control


def _suspects(function: Function) -> tuple[str, ...]:
    """TRUNCATE and DROP leave no footprint."""
    text = function.text.lower()
    return function.mentions if "truncate" in text or "drop" in text else ()


def _broken(answer: Attempt) -> str:
    """An error that is neither the function's own nor a refusal: the call may have been a bad one."""
    own = answer.sqlstate in _REFUSED_STATES or answer.sqlstate.startswith("P0") or " at RAISE" in answer.context
    return "" if answer.worked or own else refusal(answer)


def outcome(
    kind: Kind, function: Function, action: str, tally: Tally, control: Control, *, nothing: str = NOTHING_OF_OTHERS
) -> Cell:
    """The cell of a sort of calls; `nothing` says what did not happen where they worked."""
    observed, detail = Observed.BLOCKED, tally.refusals[-1] if tally.refusals else nothing
    if tally.leak:
        observed, detail = Observed.ALLOWED, tally.leak
    elif control.timed_out or not control.holds:
        observed, detail = Observed.UNDECIDED, control.why_not(function)
    elif tally.doubts:
        observed, detail = Observed.UNDECIDED, tally.doubts[0]
    return Cell(
        kind=kind.name, subject=function.name, action=action, expected=Observed.BLOCKED, observed=observed,
        detail=detail, request=tally.request,
    )  # fmt: skip


def _shared(scene: Scene, kind: Kind, function: Function, control: Control) -> Cell:
    """Who it is for can call it."""
    slots = slots_of(scene, function)
    side = own_side(scene, kind, function, control.number)
    values = arranged(scene, function, slots, side, sample=control.sample, source=control.source)
    sql = statement(function, values)
    answer = scene.session.attempt(kind, sql)
    other = Observed.BLOCKED if answer.sqlstate == "42501" else Observed.UNDECIDED
    return Cell(
        kind=kind.name, subject=function.name, action=SHARED, expected=Observed.ALLOWED,
        observed=Observed.ALLOWED if answer.worked else other, detail="" if answer.worked else refusal(answer),
        request=Request(sql=sql, rest=rest(function, values)),
    )  # fmt: skip
