"""Runs statements as their author wrote them, and says where one failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.pg.connection import execute
from seatrial.pg.failure import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    from seatrial.pg.connection import Connection

__all__ = ["RESET", "Answered", "ask", "execute_script", "execute_statement", "reset_session"]

#: RESET ALL alone would keep a SET ROLE.
RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back for one statement."""

    #: First column of the first row as text; empty for NULL and for no row.
    value: str
    #: Rows returned or changed.
    rows: int


def execute_statement(connection: Connection, text: str) -> None:
    """Send one statement as it is.

    Raises:
        StatementFailed: the server refused it; carries SQLSTATE, DETAIL, HINT and the place in the statement.
        ConnectionLost: the connection broke while it ran.
    """
    _send(connection, text)


def ask(connection: Connection, text: str) -> Answered:
    """Send one statement and read its answer: the first value as text, and how many rows it returned or changed.

    Raises:
        StatementFailed: the server refused it.
    """
    cursor = _send(connection, text)
    row = cursor.fetchone() if cursor.description else None
    value = "" if row is None or row[0] is None else _as_text(row[0])
    return Answered(value=value, rows=cursor.rowcount)


def execute_script(connection: Connection, text: str) -> None:
    """Send many statements at once; outside a transaction they are one of their own."""
    execute_statement(connection, text)


def reset_session(connection: Connection) -> None:
    """Undo what a migration's SET left behind."""
    execute(connection, RESET)


def _send(connection: Connection, text: str) -> psycopg.Cursor[TupleRow]:
    with translated(connection):
        return connection.execute(text.encode())


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
