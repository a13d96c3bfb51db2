"""The rollback of what is watched: prepared when it is needed, and taken when it is asked for or allowed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError
from seatrial.flows.folder import again
from seatrial.flows.rollback import rollback
from seatrial.ledger.read import read_history
from seatrial.ledger.reversals import read_reversals
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Planned
from seatrial.model.reversal import Reversibility
from seatrial.model.undertaking import Retreat
from seatrial.model.watch_page import WayOut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.flows.question import Question
    from seatrial.model.narrator import Narrator
    from seatrial.model.outcome import Outcome
    from seatrial.model.release import Target
    from seatrial.model.watch import Watch
    from seatrial.pg.connection import Connection

__all__ = ["prepared", "taken", "unprepared"]

#: How the question of a rollback names what stays undone.
CANNOT = "cannot be undone: "


def unprepared(watch: Watch, root: Path, target: Target) -> WayOut:
    """The way out as long as nothing is wrong: its command, not rehearsed yet."""
    undoes = tuple(f"takes back {label}" for label in reversed(watch.migrations))
    return WayOut(command=_command(watch, root, target), undoes=undoes)


def prepared(watch: Watch, root: Path, target: Target, connection: Connection, wanted: str) -> WayOut:
    """Rehearsed on a stand-in of the target as it is now; nothing is changed.

    Args:
        watch: what would be taken back.
        root: the release folder.
        target: where.
        connection: to the target, idle.
        wanted: the target as the command line names it.
    """
    command = _command(watch, root, target)
    if why := _others(watch, connection):
        return WayOut(command=command, refused=why)
    how = Retreat(last=len(watch.migrations), dry_run=True)
    try:
        outcome = rollback(root, wanted, how, confirm=_agree, narrator=Silent())
    except SeatrialError as error:
        return WayOut(command=command, refused=f"{error.what}: {error.why}" if error.why else error.what)
    lines = outcome.body.said if isinstance(outcome.body, Planned) else ()
    said = [line.strip() for line in lines[1:]]
    cannot = tuple(line.removeprefix(CANNOT) for line in said if line.startswith(CANNOT))
    undoes = tuple(line for line in said if not line.startswith(CANNOT))
    return WayOut(command=command, undoes=undoes, cannot=cannot, is_proved=not cannot and _proved(watch, connection))


def taken(watch: Watch, root: Path, wanted: str, narrator: Narrator) -> Outcome:
    """Take the release back; whoever asks for it has seen what that does.

    Raises:
        SeatrialError: as `rollback` does.
    """
    return rollback(root, wanted, Retreat(last=len(watch.migrations)), confirm=_agree, narrator=narrator)


def _command(watch: Watch, root: Path, target: Target) -> str:
    return again(f"rollback --last {len(watch.migrations)}", root, target.argument)


def _agree(_: Question) -> None:
    """Asked and answered before."""


def _others(watch: Watch, connection: Connection) -> str:
    """Why the last migrations are not those that are watched; empty where they are."""
    applied = [one.version for one in read_history(connection).applied]
    versions = _versions(watch)
    if not set(versions) <= set(applied):
        return "it was taken back already, or in part"
    if applied[-len(versions) :] != versions:
        return f"{applied[-1]} was deployed since, and would have to be taken back first"
    return ""


def _proved(watch: Watch, connection: Connection) -> bool:
    """Every way back was tried before the deployment, and loses nothing."""
    found = {}
    with suppress(SeatrialError):
        found = dict(read_reversals(connection))
    ways = [found.get(version) for version in _versions(watch)]
    return all(way is not None and way.verdict is not Reversibility.NOT for way in ways)


def _versions(watch: Watch) -> Sequence[str]:
    return [label.partition("_")[0] for label in watch.migrations]
