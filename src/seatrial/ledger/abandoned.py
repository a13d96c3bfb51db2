"""What builds ahead of files have left that no file wants any more: an index that was taken out after a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.ledger.resume import drop_invalid
from seatrial.ledger.write import forget_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection

__all__ = ["clear_abandoned"]


def clear_abandoned(connection: Connection, pending: Sequence[Migration], history: History) -> tuple[str, ...]:
    """Drop the INVALID indexes of steps ahead that were begun and are wanted no more, and forget the steps.

    One that is valid is somebody's: it stays.

    Args:
        connection: outside a transaction, with the lock of the deployment.
        pending: what is to be applied, with the steps that the plan puts in front.
        history: of the target.

    Returns:
        The names of the indexes that were dropped.

    Raises:
        StatementFailed: the server refused to drop one.
    """
    dropped = []
    for version, number, index in _abandoned(pending, history):
        if index and drop_invalid(connection, index):
            dropped.append(index)
        forget_step(connection, version, number)
    return tuple(dropped)


def _abandoned(pending: Sequence[Migration], history: History) -> Iterator[tuple[str, int, str]]:
    for migration in pending:
        wanted = {step.digest for step in migration.steps}
        progress = history.progress.get(migration.version)
        for number, done in progress.steps.items() if progress else ():
            if number < 1 and not done and progress and progress.digests[number] not in wanted:
                yield migration.version, number, progress.indexes.get(number, "")
