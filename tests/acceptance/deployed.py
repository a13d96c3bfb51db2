"""A target that was deployed to, by way of the ledger and not of the command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.flows.folder import read_folder
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.attempts import attempt_of, begin, end
from seatrial.ledger.read import read_history
from seatrial.model.attempt import AttemptEnd, end_of
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from tests.acceptance.target import Target

__all__ = ["PLAN", "deployed", "tried"]

#: Digest of a plan.
PLAN = "0123456789abcdef" * 4


def deployed(target: Target, *, longest_wait: float | None = 0.12, tries: int = 1) -> None:
    """Apply what the current folder has and the target has not, and remember the try."""
    pending = read_folder(Path()).migrations
    with connect(target.dsn) as connection:
        write.create(connection)
        history = read_history(connection)
        done = {one.version for one in history.applied}
        waiting = [one for one in pending if one.version not in done]
        number = begin(connection, attempt_of(waiting, plan=PLAN))
        execution = apply_all(connection, waiting, history.progress, Silent())
        end(connection, number, end_of(execution, 1.4, longest_wait=longest_wait, tries=tries))


def tried(target: Target, ended: AttemptEnd | None = None) -> None:
    """Remember a try of the current folder that did nothing; without an end it was killed."""
    with connect(target.dsn) as connection:
        write.create(connection)
        number = begin(connection, attempt_of(read_folder(Path()).migrations))
        if ended:
            end(connection, number, ended)
