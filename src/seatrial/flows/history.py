"""`seatrial history`: every try to deploy to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        attempts = read_attempts(connection, last)
        summary = _summary(attempts, target.name) if attempts else _before(read_history(connection), target.name)
    cut_off = bool(attempts) and attempts[0].result in {Result.OPEN, Result.LOST}
    return Outcome(
        command="history",
        summary=summary,
        next=(again("status", root, target.argument),) if cut_off else (),
        body=Recounted(target=target.name, attempts=attempts),
    )


def _summary(attempts: tuple[PastAttempt, ...], target: str) -> str:
    newest = attempts[0]
    return f"{count(len(attempts), 'try')} on {target}; the last one: {newest.result}, {newest.started_at}."


def _before(ledger: History, target: str) -> str:
    """A ledger may be older than the history."""
    known = sum(bool(one.applied_by) for one in ledger.applied)
    if not known:
        return f"Nothing was deployed by Seatrial to {target}."
    return f"No try is on record at {target}; a Seatrial that kept no history applied {count(known, 'migration')}."
