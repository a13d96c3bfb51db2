"""One statement of somebody who may be refused: what came back, whatever it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import generators
from psycopg.pq import DiagnosticField, ExecStatus

from seatrial.errors import StatementFailed
from seatrial.pg.failure import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg.pq.abc import PGresult

    from seatrial.pg.connection import Connection

__all__ = ["Attempt", "attempt", "attempts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What the server answered to one statement."""

    #: Empty where it worked.
    sqlstate: str = ""
    message: str = ""
    #: DETAIL, which may quote values.
    detail: str = ""
    #: The constraint that was violated, and where in functions it happened.
    constraint: str = ""
    context: str = ""
    #: Rows that came back, as text.
    rows: tuple[tuple[str | None, ...], ...] = ()
    #: Rows that were returned or changed, by the command's own count.
    affected: int = 0

    @property
    def worked(self) -> bool:
        """Whether the server did it."""
        return not self.sqlstate


def attempt(connection: Connection, lead: Sequence[str], statement: str) -> Attempt:
    """Send a statement behind others of ours, as one message, and take what came back.

    Args:
        connection: in a transaction block, as the message would become a transaction otherwise.
        lead: single statements that have to work.
        statement: what is tried.

    Raises:
        StatementFailed: one of `lead` did not work, which is a fault of ours.
        ConnectionLost: the connection broke.
    """
    results = _results(connection, [*lead, statement])
    last = results[-1]
    if last.status != ExecStatus.FATAL_ERROR:
        return _answer(last)
    if len(results) <= len(lead):
        field = _fields(last)
        raise StatementFailed(
            f"{field(DiagnosticField.MESSAGE_PRIMARY)} ({lead[len(results) - 1]})",
            sqlstate=field(DiagnosticField.SQLSTATE),
        )
    return _refusal(last)


def attempts(connection: Connection, statements: Sequence[str]) -> list[Attempt]:
    """Send single statements as one message, and take what came back for each, up to the first that was refused.

    Raises:
        ConnectionLost: the connection broke.
    """
    found = _results(connection, statements)
    return [_refusal(one) if one.status == ExecStatus.FATAL_ERROR else _answer(one) for one in found]


def _results(connection: Connection, statements: Sequence[str]) -> list[PGresult]:
    with translated(connection), connection.lock:
        connection.pgconn.send_query("; ".join(statements).encode())
        results: list[PGresult] = connection.wait(generators.execute(connection.pgconn))
        if results[-1].status in {ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH}:
            raise psycopg.ProgrammingError("COPY to or from the client")
    return results


def _answer(result: PGresult) -> Attempt:
    fields = range(result.nfields)
    return Attempt(
        rows=tuple(
            tuple(None if (value := result.get_value(row, field)) is None else value.decode() for field in fields)
            for row in range(result.ntuples)
        ),
        affected=result.command_tuples or 0,
    )


def _refusal(result: PGresult) -> Attempt:
    field = _fields(result)
    return Attempt(
        sqlstate=field(DiagnosticField.SQLSTATE) or "XX000",
        message=field(DiagnosticField.MESSAGE_PRIMARY),
        detail=field(DiagnosticField.MESSAGE_DETAIL),
        constraint=field(DiagnosticField.CONSTRAINT_NAME),
        context=field(DiagnosticField.CONTEXT),
    )


def _fields(result: PGresult):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda code: (result.error_field(code) or b"").decode(errors="replace")
