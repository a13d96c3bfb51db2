"""Asks the server for the plan of a query, with the values of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import RawCursor

from seatrial.errors import StatementFailed
from seatrial.pg.failure import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.pg.connection import Connection

__all__ = ["explained"]

_PLAN = b"EXPLAIN (VERBOSE, FORMAT JSON) "
_RUN = b"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, VERBOSE, FORMAT JSON) "


def explained(connection: Connection, query: str, params: Sequence[object] = (), *, run: bool) -> dict[str, Any]:
    """The plan as EXPLAIN writes it: `Plan`, and `Execution Time` where it was run.

    Args:
        connection: inside a transaction, as whoever asks.
        query: one statement, with `$1` and so on where the parameters go.
        params: their values.
        run: run it, and count; what it changes stays until the transaction is rolled back.

    Raises:
        StatementFailed: the server refused it; the place is counted from the beginning of `query`.
    """
    lead = _RUN if run else _PLAN
    try:
        with translated(connection), RawCursor(connection) as cursor:
            row = cursor.execute(lead + query.encode(), tuple(params)).fetchone()
    except StatementFailed as error:
        error.position = max(-1, error.position - len(lead))
        raise
    # A rule may leave nothing to plan.
    found: dict[str, Any] = row[0][0] if row and row[0] else {}
    return found
