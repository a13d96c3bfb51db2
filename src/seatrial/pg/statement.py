"""Runs statements as their author wrote them, and says where one failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.pg.connection import execute
from seatrial.pg.failure import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    from seatrial.pg.connection import Connection

__all__ = [
    "RESET",
    "Answered",
    "ask",
    "clean_session",
    "execute_between",
    "execute_script",
    "execute_statement",
    "execute_then_ask",
    "reset_session",
]

#: RESET ALL alone would keep a SET ROLE.
RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"
#: DISCARD ALL but for DISCARD PLANS: no file can tell whether a function's plan is kept, and making all of them anew
#: for every file takes longer than most files.
CLEAN = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *; "
    "SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD SEQUENCES; DISCARD TEMP"
)


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


def execute_then_ask(connection: Connection, text: str, question: str) -> TupleRow:
    """Send one statement and a question of ours behind it in one message; the row that answers the question.

    Inside a transaction block only: elsewhere the two would become one transaction.

    Raises:
        StatementFailed: the server refused the statement; the place in it is right, as it comes first.
    """
    # A comment at the statement's end must not swallow the question.
    cursor = _send(connection, f"{text}\n;{question}")
    while cursor.nextset():
        pass
    [row] = cursor.fetchall()
    return row


def execute_between(connection: Connection, first: str, text: str, last: str) -> TupleRow:
    """As `execute_then_ask`, with another question of ours in front; its value comes before the last answer's row."""
    lead = f"{first};"
    try:
        cursor = _send(connection, f"{lead}{text}\n;{last}")
    except StatementFailed as error:
        error.position -= len(lead) if error.position >= 0 else 0
        raise
    [(value,)] = cursor.fetchall()
    while cursor.nextset():
        pass
    [row] = cursor.fetchall()
    return (value, *row)


def execute_script(connection: Connection, text: str) -> None:
    """Send many statements at once; outside a transaction they are one of their own."""
    execute_statement(connection, text)


def clean_session(connection: Connection) -> None:
    """Temporary tables, LISTEN and prepared statements of a file must not help, or mislead, the next one."""
    execute(connection, CLEAN)


def reset_session(connection: Connection) -> None:
    """Undo what a migration's SET left behind."""
    execute(connection, RESET)


def _send(connection: Connection, text: str) -> psycopg.Cursor[TupleRow]:
    with translated(connection):
        return connection.execute(text.encode())


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
