"""The driver's errors as ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus

from seatrial.errors import CannotConnect, StatementFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.rows import TupleRow

__all__ = ["ConnectionLost", "translated"]


class ConnectionLost(CannotConnect):
    """The server went away; whether the last thing asked of it happened must be looked up."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "target.lost", "the connection to the server was lost", why=reason, fix="run the command again"
        )


@contextmanager
def translated(connection: psycopg.Connection[TupleRow]) -> Iterator[None]:
    """Around anything that speaks to the server.

    Raises:
        StatementFailed: the server refused it; carries SQLSTATE, DETAIL, HINT and the place in the statement.
        ConnectionLost: the connection broke.
    """
    try:
        yield
    except psycopg.Error as error:
        if connection.closed or connection.broken:
            raise ConnectionLost(_first_line(error)) from error
        if connection.info.transaction_status is TransactionStatus.ACTIVE:
            # The server waits in the middle of a COPY; only a new session gets out of that, and it rolls back.
            connection.close()
            raise StatementFailed(
                "COPY to or from the client has nobody to speak to here", sqlstate="0A000",
                hint="Write the rows as INSERT … VALUES, or COPY a file of the server.",
            ) from error  # fmt: skip
        raise _failure(error) from error


def _failure(error: psycopg.Error) -> StatementFailed:
    diagnostics = error.diag
    return StatementFailed(
        diagnostics.message_primary or _first_line(error),
        sqlstate=error.sqlstate or "XX000",
        detail=diagnostics.message_detail or "",
        hint=diagnostics.message_hint or "",
        position=int(diagnostics.statement_position or 0) - 1,
        context=diagnostics.context or "",
    )


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
