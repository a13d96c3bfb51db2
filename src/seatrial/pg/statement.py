"""Runs statements as their author wrote them, and says where one failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from seatrial.errors import StatementFailed

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["ConnectionLost", "execute_script", "execute_statement", "reset_session"]

#: RESET ALL alone would keep a SET ROLE.
RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"


class ConnectionLost(Exception):
    """The server process went away; whether the last thing asked of it happened must be looked up."""


def execute_statement(connection: Connection, text: str) -> None:
    """Send one statement as it is.

    Raises:
        StatementFailed: the server refused it; carries SQLSTATE, DETAIL, HINT and the place in the statement.
        ConnectionLost: the connection broke while it ran.
    """
    try:
        connection.execute(text.encode())
    except psycopg.Error as error:
        if connection.closed or connection.broken:
            raise ConnectionLost(_first_line(error)) from error
        raise failure(error) from error


def execute_script(connection: Connection, text: str) -> None:
    """Send many statements at once; outside a transaction they are one of their own."""
    execute_statement(connection, text)


def reset_session(connection: Connection) -> None:
    """Undo what a migration's SET left behind."""
    connection.execute(RESET)


def failure(error: psycopg.Error) -> StatementFailed:
    """The driver's error as ours."""
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
