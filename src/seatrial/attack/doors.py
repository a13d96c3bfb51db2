"""Doors that have to be closed for a role of the database: each is tried, and a superuser shows that it is one."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.attack.session import LOUD, QUIET, Session, as_kind
from seatrial.errors import StatementFailed
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.pg.attempt import Attempt, attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Kind
    from seatrial.pg.connection import Connection

__all__ = ["Door", "is_through", "once_for_each_role", "try_doors", "was_open"]

REFUSED = "42501"
#: Raised by a function of the release's own; a trigger, mostly.
RAISED = "P0001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One thing that a role must not be able to do."""

    subject: str
    action: str
    #: One statement.
    sql: str
    #: What a superuser does first.
    before: tuple[str, ...] = ()
    #: A query with another answer once it was done, where a statement may work and do nothing.
    trace: str = ""
    #: It is closed, too, where no row came back or was changed.
    rows: bool = False
    #: SQLSTATEs of what is only checked once the privilege was found.
    behind: frozenset[str] = frozenset()
    #: SQLSTATEs with which even a superuser fails where there is no such door.
    none_there: frozenset[str] = frozenset()
    #: In a session that the role itself logged in to, and no gateway for it.
    alone: bool = False
    #: Why it matters that it is open.
    why: str = ""
    #: One of so many that it is only worth a word where it is open.
    only_open: bool = False
    #: The same through the REST layer.
    rest: str = ""


def once_for_each_role(scene: Scene, kind: Kind, family: str, find: Iterable[Cell]) -> Iterator[Cell]:
    """Cells that depend on the role of the database alone: found out once, and repeated for each kind of that role.

    Args:
        scene: remembers them.
        kind: who.
        family: of probes, by its name.
        find: finds them out, as this kind, when it is asked.
    """
    key = (family, kind.role)
    if key not in scene.memory:
        found = []
        for cell in find:
            found.append(cell)
            yield cell
        # Only now: whoever asks may have stopped at the first leak.
        scene.memory[key] = found
    else:
        yield from (replace(cell, kind=kind.name) for cell in scene.memory[key])


def try_doors(scene: Scene, kind: Kind, doors: Iterable[Door]) -> Iterator[Cell]:
    """One cell for each door that is there.

    Raises:
        StatementFailed: what a superuser was to do first did not work.
    """
    for door in doors:
        if door.none_there and _with_key(scene, door).sqlstate in door.none_there:
            continue
        observed, detail = _observe(scene, door, _knock(scene, kind, door))
        if observed is not Observed.BLOCKED or not door.only_open:
            yield Cell(
                kind=kind.name, subject=door.subject, action=door.action, expected=Observed.BLOCKED, observed=observed,
                detail=detail, request=Request(sql=door.sql, rest=door.rest),
            )  # fmt: skip


def is_through(door: Door, answer: Attempt) -> bool:
    """Whether an answer is that of an open door, as long as it left its trace."""
    return (answer.worked and (answer.affected > 0 or not door.rows)) or answer.sqlstate in door.behind


def was_open(before: Connection, kind: Kind, door: Door, *, prepared: Iterable[str] = ()) -> bool:
    """Whether the same door was open before the release.

    Args:
        before: of a superuser, idle and in autocommit mode, to the database as it was then.
        kind: who.
        door: which.
        prepared: statements for a superuser that come first there.
    """
    with closing(Session(before)) as session:
        try:
            return is_through(door, session.attempt(kind, door.sql, before=[*prepared, *door.before]))
        except StatementFailed:
            return False


def _knock(scene: Scene, kind: Kind, door: Door) -> Attempt:
    if not door.alone:
        return scene.session.attempt(kind, door.sql, before=(LOUD, *door.before) if door.before else ())
    return attempt(scene.session.connection, [*_afresh(door), *as_kind(kind)], door.sql)


def _observe(scene: Scene, door: Door, answer: Attempt) -> tuple[Observed, str]:
    said = f"{answer.sqlstate} {answer.message}".strip()
    if is_through(door, answer):
        if answer.worked and door.trace and not _left_a_trace(scene, door):
            return _closed(scene, door, "nothing was changed")
        return Observed.ALLOWED, door.why or said or "it was done"
    if answer.worked or answer.sqlstate == REFUSED:
        return _closed(scene, door, said or "no rows")
    if answer.sqlstate == RAISED and is_through(door, _with_key(scene, door, quiet=True)):
        return Observed.BLOCKED, said
    return Observed.UNDECIDED, said


def _closed(scene: Scene, door: Door, said: str) -> tuple[Observed, str]:
    """Closed, if it is a door: otherwise what kept one out says nothing."""
    key = _with_key(scene, door)
    if is_through(door, key) or is_through(door, _with_key(scene, door, quiet=True)):
        return Observed.BLOCKED, said
    return Observed.UNDECIDED, f"not even a superuser can: {key.sqlstate} {key.message or 'no rows'}"


def _left_a_trace(scene: Scene, door: Door) -> bool:
    default = "SET LOCAL SESSION AUTHORIZATION DEFAULT"
    looks = [attempt(scene.session.connection, lead, door.trace) for lead in ([default], _afresh(door))]
    for look in looks:
        if not look.worked:
            raise StatementFailed(f"{look.message} ({door.trace})", sqlstate=look.sqlstate)
    return looks[0].rows != looks[1].rows


def _with_key(scene: Scene, door: Door, *, quiet: bool = False) -> Attempt:
    """The same as a superuser, without triggers where it is quiet; done once."""
    place = ("key", door.sql, door.before, quiet)
    if place not in scene.memory:
        lead = [*_afresh(door), *([QUIET] if quiet else [])]
        scene.memory[place] = attempt(scene.session.connection, lead, door.sql)
    found: Attempt = scene.memory[place]
    return found


def _afresh(door: Door) -> list[str]:
    return ["ROLLBACK TO SAVEPOINT attack", "SET LOCAL SESSION AUTHORIZATION DEFAULT", *door.before]
