"""Runs one step of a migration: a transaction, or a statement that must stand alone."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError, StatementFailed
from seatrial.pg.statement import RESET, execute_statement, reset_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.model.migration import Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["Limits", "StepFailed", "run_step", "session_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long statements of a transaction may take; a migration may set others for itself."""

    #: Milliseconds in which a statement may queue for a lock, with everybody else queueing behind it.
    lock_ms: int = 5_000
    #: The same for a statement that stands alone; 0 for one that keeps nobody waiting while it waits itself.
    alone_lock_ms: int = 0
    #: Milliseconds that a statement may take; 0 for as long as it takes.
    statement_ms: int = 0
    #: Whether the server ends what nobody waits for any more: a deployer that was killed, or stands still.
    careful: bool = False


USUAL = Limits()
#: A session without a client is noticed; one whose client stands still gives its locks back.
ALONE = "SET client_connection_check_interval = '2s'"
CAREFUL = "; SET LOCAL client_connection_check_interval = '2s'; SET LOCAL idle_in_transaction_session_timeout = '20s'"


class StepFailed(Exception):
    """A statement of the step was refused; the step's transaction, if it was one, was rolled back."""

    def __init__(self, statement: Statement | None, error: StatementFailed) -> None:
        """Without a statement it was COMMIT, or the ledger's row, that failed."""
        super().__init__(error.what)
        self.statement = statement
        self.error = error


def run_step(
    connection: Connection,
    step: Step,
    *,
    before_commit: Callable[[], None],
    run: Callable[[Statement], None],
    limits: Limits = USUAL,
    first: Callable[[], None] | None = None,
) -> None:
    """Execute a step; `before_commit` writes what must become true together with it.

    A stand-alone statement has no transaction to share: there `before_commit` runs in one of its own, afterwards.
    The session's settings and role are as before when this returns.

    Args:
        connection: in autocommit mode, outside a transaction.
        step: what to run.
        before_commit: the ledger's row, gates; an exception from it rolls the step back.
        run: executes one statement of the step.
        limits: of its transaction.
        first: what comes before the first statement, in the transaction.

    Raises:
        StepFailed: the server refused a statement.
        ConnectionLost: the server went away; whether COMMIT happened is unknown.
    """
    if step.standalone:
        with session_of(connection, step):
            if limits.careful:
                queueing = f"; SET lock_timeout = {limits.alone_lock_ms}" if limits.alone_lock_ms else ""
                _without_statement(lambda: execute_statement(connection, ALONE + queueing))
            _named(step.statements[0], run)
        _transaction(connection, before_commit, limits)
        return

    def whole_step() -> None:
        if first:
            first()
        _set(connection, step)
        for statement in step.statements:
            _named(statement, run)
        # Deferred constraints speak up here, before the row that says the migration is applied.
        execute_statement(connection, f"SET CONSTRAINTS ALL IMMEDIATE; {RESET}")
        before_commit()

    _transaction(connection, whole_step, limits)


@contextlib.contextmanager
def session_of(connection: Connection, step: Step) -> Iterator[None]:
    """The session as the steps before have set it, outside a transaction; afterwards it is as before.

    Raises:
        StepFailed: the server refused a setting.
    """
    try:
        _set(connection, step)
        yield
    except BaseException:
        with contextlib.suppress(SeatrialError):
            reset_session(connection)
        raise
    _without_statement(lambda: reset_session(connection))


def _set(connection: Connection, step: Step) -> None:
    for statement in step.settings:
        _named(statement, lambda setting: execute_statement(connection, setting.text))


def _transaction(connection: Connection, work: Callable[[], None], limits: Limits) -> None:
    begin = f"BEGIN; SET LOCAL lock_timeout = {limits.lock_ms}"
    begin += f"; SET LOCAL statement_timeout = {limits.statement_ms}" if limits.statement_ms else ""
    begin += CAREFUL if limits.careful else ""
    try:
        _without_statement(lambda: execute_statement(connection, begin))
        _without_statement(work)
        _without_statement(lambda: execute_statement(connection, "COMMIT"))
    except BaseException:
        with contextlib.suppress(SeatrialError):
            execute_statement(connection, "ROLLBACK")
            reset_session(connection)
        raise


def _named(statement: Statement, run: Callable[[Statement], None]) -> None:
    """What fails here belongs to this statement."""
    try:
        run(statement)
    except StatementFailed as error:
        raise StepFailed(statement, error) from error


def _without_statement(work: Callable[[], None]) -> None:
    """What fails here belongs to no statement of the file."""
    try:
        work()
    except StatementFailed as error:
        raise StepFailed(None, error) from error
