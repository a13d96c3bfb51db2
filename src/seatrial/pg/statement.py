"""Runs statements as their author wrote them, and says where one failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import generators
from psycopg.pq import ExecStatus

from seatrial.errors import StatementFailed
from seatrial.pg.connection import execute
from seatrial.pg.failure import translated
from seatrial.pg.prepared import forget_prepared

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.pq.abc import PGresult
    from psycopg.rows import TupleRow

    from seatrial.pg.connection import Connection

__all__ = [
    "RESET",
    "Answered",
    "ask",
    "clean_session",
    "converse",
    "execute_script",
    "execute_statement",
    "reset_session",
]

#: RESET ALL alone would keep a SET ROLE.
RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"
#: What RESET leaves; DISCARD ALL but for DISCARD PLANS: no file can tell whether a function's plan is kept, and making
#: all of them anew for every file takes longer than most files. What it has counted so far is not of the next file.
CLEAN = (
    "CLOSE ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD SEQUENCES;"
    " DISCARD TEMP; SELECT pg_catalog.pg_stat_force_next_flush()"
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
    with translated(connection):
        _converse(connection, text, None)


def ask(connection: Connection, text: str) -> Answered:
    """Send one statement and read its answer: the first value as text, and how many rows it returned or changed.

    Raises:
        StatementFailed: the server refused it.
    """
    cursor = _send(connection, text)
    row = cursor.fetchone() if cursor.description else None
    value = "" if row is None or row[0] is None else _as_text(row[0])
    return Answered(value=value, rows=cursor.rowcount)


def converse(
    connection: Connection, text: str, *, lead: str = "", meanwhile: Callable[[], None] | None = None
) -> list[tuple[str | None, ...]]:
    """Send statements as one message, do something else while the server works, and take the last row of each answer.

    Inside a transaction block only: elsewhere the statements would become one transaction.

    Args:
        connection: in a transaction block.
        text: what is executed.
        lead: something of ours in front of it.
        meanwhile: must not use this connection.

    Returns:
        For each answer that has rows, the last of them as text.

    Raises:
        StatementFailed: the server refused it; the place is counted from the beginning of `text`.
        ConnectionLost: the connection broke.
    """
    try:
        with translated(connection):
            return [row for row in map(_last_row, _converse(connection, lead + text, meanwhile)) if row]
    except StatementFailed as error:
        error.position -= len(lead) if error.position >= 0 else 0
        raise


def _converse(connection: Connection, text: str, meanwhile: Callable[[], None] | None) -> list[PGresult]:
    # Cursors cost more than many a statement.
    with connection.lock:
        connection.pgconn.send_query(text.encode())
        if meanwhile:
            meanwhile()
        results: list[PGresult] = connection.wait(generators.execute(connection.pgconn))
    status = results[-1].status
    if status == ExecStatus.FATAL_ERROR:
        raise psycopg.errors.error_from_result(results[-1], "utf-8")
    if status in {ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH}:
        raise psycopg.ProgrammingError("COPY to or from the client")
    return results


def _last_row(result: PGresult) -> tuple[str | None, ...]:
    at = result.ntuples - 1
    if at < 0:
        return ()
    values = (result.get_value(at, column) for column in range(result.nfields))
    return tuple(None if value is None else value.decode() for value in values)


def execute_script(connection: Connection, text: str) -> None:
    """Send many statements at once; outside a transaction they are one of their own."""
    execute_statement(connection, text)


def clean_session(connection: Connection, *, prepares: bool = True) -> None:
    """Temporary tables, LISTEN and prepared statements of a file must not help, or mislead, the next one.

    Args:
        connection: outside a transaction.
        prepares: whether it may have prepared a statement; those of ours are spared where it has not.
    """
    execute_statement(connection, f"DEALLOCATE ALL; {CLEAN}" if prepares else CLEAN)
    if prepares:
        forget_prepared(connection)


def reset_session(connection: Connection) -> None:
    """Undo what a migration's SET left behind."""
    execute(connection, RESET)


def _send(connection: Connection, text: str) -> psycopg.Cursor[TupleRow]:
    with translated(connection):
        return connection.execute(text.encode())


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
