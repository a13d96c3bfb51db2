"""`seatrial history`: every try to deploy to a target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.deployment.lock import DEPLOYER, WORKER, holders
from seatrial.flows.folder import again, target_of
from seatrial.ledger.attempts import read_attempts
from seatrial.ledger.read import read_history
from seatrial.model.attempt import Result
from seatrial.model.outcome import Outcome, Recounted
from seatrial.model.words import count
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.attempt import PastAttempt
    from seatrial.model.history import History
    from seatrial.pg.connection import Connection

__all__ = ["history"]


def history(root: Path, wanted: str, last: int | None = None) -> Outcome:
    """The tries, newest first; the target is only read.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        last: how many at most.

    Raises:
        CannotRun: no connection, or a ledger that cannot be read.
    """
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        attempts = _looked_up(read_attempts(connection, last), connection)
        summary = _summary(attempts, target.name, last) if attempts else _before(read_history(connection), target.name)
    cut_off = bool(attempts) and attempts[0].result in {Result.RUNNING, Result.KILLED, Result.LOST}
    return Outcome(
        command="history",
        summary=summary,
        next=(again("status", root, target.argument),) if cut_off else (),
        body=Recounted(target=target.name, attempts=attempts),
    )


def _looked_up(attempts: tuple[PastAttempt, ...], connection: Connection) -> tuple[PastAttempt, ...]:
    """The newest without an end still runs if its deployer holds one of its locks, and was killed if nobody does."""
    if not any(one.result is Result.OPEN for one in attempts):
        return attempts
    runs = holders(connection, DEPLOYER) or holders(connection, WORKER)
    result = Result.RUNNING if runs else Result.KILLED
    return tuple(replace(one, result=result) if one.result is Result.OPEN else one for one in attempts)


def _summary(attempts: tuple[PastAttempt, ...], target: str, last: int | None) -> str:
    newest, number = attempts[0], len(attempts)
    how = f"{newest.result}, {newest.started_at}"
    if number != last:
        return f"{count(number, 'try')} on {target}; the last one: {how}."
    if number == 1:
        return f"The last try on {target}: {how}."
    return f"The last {count(number, 'try')} on {target}; the newest: {how}."


def _before(ledger: History, target: str) -> str:
    """A ledger may be older than the history."""
    known = sum(bool(one.applied_by) for one in ledger.applied)
    if not known:
        return f"Nothing was deployed by Seatrial to {target}."
    return f"No try is on record at {target}; a Seatrial that kept no history applied {count(known, 'migration')}."
