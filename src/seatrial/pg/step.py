"""Runs one step of a migration: a transaction, or a statement that must stand alone."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError, StatementFailed
from seatrial.pg.statement import RESET, execute_statement, reset_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.model.migration import Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["LOCK_TIMEOUT", "StepFailed", "run_step", "session_of"]

#: How long a statement of a transaction may queue for a lock, with everybody else queueing behind it.
LOCK_TIMEOUT = "5s"


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
) -> None:
    """Execute a step; `before_commit` writes what must become true together with it.

    A stand-alone statement has no transaction to share: there `before_commit` runs in one of its own, afterwards.
    The session's settings and role are as before when this returns.

    Args:
        connection: in autocommit mode, outside a transaction.
        step: what to run.
        before_commit: the ledger's row, gates; an exception from it rolls the step back.
        run: executes one statement of the step.

    Raises:
        StepFailed: the server refused a statement.
        ConnectionLost: the server went away; whether COMMIT happened is unknown.
    """
    if step.standalone:
        with session_of(connection, step):
            _named(step.statements[0], run)
        _transaction(connection, before_commit, _limits(step))
        return

    def whole_step() -> None:
        _set(connection, step)
        for statement in step.statements:
            _named(statement, run)
        # Deferred constraints speak up here, before the row that says the migration is applied.
        execute_statement(connection, f"SET CONSTRAINTS ALL IMMEDIATE; {RESET}")
        before_commit()

    _transaction(connection, whole_step, _limits(step))


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


def _limits(step: Step) -> str:
    """A migration may set others for itself."""
    wait = f"{step.lock_timeout_ms}ms" if step.lock_timeout_ms else LOCK_TIMEOUT
    limit = f"; SET LOCAL statement_timeout = {step.statement_timeout_ms}" if step.statement_timeout_ms else ""
    return f"; SET LOCAL lock_timeout = '{wait}'{limit}"


def _transaction(connection: Connection, work: Callable[[], None], limits: str) -> None:
    try:
        _without_statement(lambda: execute_statement(connection, f"BEGIN{limits}"))
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
