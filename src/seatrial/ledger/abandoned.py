"""What builds ahead of files have left that no file wants any more: an index that was taken out after a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.ledger.resume import drop_invalid
from seatrial.ledger.write import forget_step
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection

__all__ = ["clear_abandoned", "stop_mirrors"]


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


def stop_mirrors(connection: Connection, pending: Sequence[Migration], history: History) -> tuple[str, ...]:
    """Drop the triggers that copy columns of which no step that is to come lets go.

    An earlier try had begun to keep them for a file that was mended since, or that is deployed unrehearsed now: a
    trigger that stayed would refuse every write to its table once the column is gone. What it has copied stays.

    Returns:
        What was dropped, as SQL.

    Raises:
        StatementFailed: the server refused.
    """
    dropped: list[str] = []
    for migration in pending:
        wanted = {step.digest for step in migration.steps}
        progress = history.progress.get(migration.version)
        if progress is None:
            continue
        front = {one: digest for one, digest in progress.digests.items() if one < 1 and one not in progress.indexes}
        if not front or wanted & {*front.values()}:
            continue
        for row in rows(connection, load("seatrial.ledger", "mirrors"), {"version": migration.version}):
            execute_statement(connection, f"SET lock_timeout = '2s'; {row['statement']}; RESET lock_timeout")
            dropped.append(row["statement"])
        for number in front:
            forget_step(connection, migration.version, number)
    return tuple(dropped)


def _abandoned(pending: Sequence[Migration], history: History) -> Iterator[tuple[str, int, str]]:
    for migration in pending:
        wanted = {step.digest for step in migration.steps}
        progress = history.progress.get(migration.version)
        for number, done in progress.steps.items() if progress else ():
            if number < 1 and not done and progress and progress.digests[number] not in wanted:
                yield migration.version, number, progress.indexes.get(number, "")
