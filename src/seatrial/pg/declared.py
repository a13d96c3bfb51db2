"""A question that a release declares, about the time between two moments: its answers, worst first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from psycopg import RawCursor

from seatrial.pg.failure import translated

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["answers"]

#: In lines of its own, as the question may end in a comment; `$1` and `$2` have types, so neither has to be used.
_WORST_FIRST = "SELECT * FROM (\n{question}\n) AS answer ORDER BY 2 DESC NULLS LAST LIMIT {most}"


def answers(connection: Connection, question: str, since: float, until: float, *, most: int) -> list[tuple[Any, ...]]:
    """The rows with the highest second columns.

    Args:
        connection: in a read-only transaction; the question can do there what a query can.
        question: one query.
        since: its `$1`, in seconds since 1970.
        until: its `$2`.
        most: rows that are fetched.

    Raises:
        StatementFailed: the server refused it.
    """
    text = _WORST_FIRST.format(question=question.strip().rstrip(";"), most=int(most))
    with translated(connection), RawCursor(connection) as cursor:
        times = tuple(datetime.fromtimestamp(moment, UTC) for moment in (since, until))
        return cursor.execute(text.encode(), times).fetchall()
