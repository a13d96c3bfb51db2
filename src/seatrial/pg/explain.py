"""Asks the server for the plan of a query, with the values of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from psycopg import RawCursor, sql

from seatrial.errors import StatementFailed
from seatrial.pg.connection import execute
from seatrial.pg.failure import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.pg.connection import Connection

__all__ = ["explained", "explained_as_text", "explained_prepared", "prepare"]

_PLAN: LiteralString = "EXPLAIN (VERBOSE, FORMAT JSON) "
_RUN: LiteralString = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, VERBOSE, FORMAT JSON) "
_TEXT: LiteralString = "EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF, TIMING OFF, SUMMARY OFF) "
_PREPARED = sql.Identifier("seatrial_query")


def explained(connection: Connection, query: str, params: Sequence[object] = (), *, run: bool) -> dict[str, Any]:
    """The plan as EXPLAIN writes it: `Plan`, `Planning Time`, and `Execution Time` where it was run.

    Args:
        connection: inside a transaction, as whoever asks.
        query: one statement, with `$1` and so on where the parameters go.
        params: their values.
        run: run it, and count; what it changes stays until the transaction is rolled back.

    Raises:
        StatementFailed: the server refused it; the place is counted from the beginning of `query`.
    """
    lines = _explained(connection, _RUN if run else _PLAN, query, params)
    # A rule may leave nothing to plan.
    found: dict[str, Any] = lines[0][0] if lines and lines[0] else {}
    return found


def explained_as_text(connection: Connection, query: str, params: Sequence[object] = ()) -> tuple[str, ...]:
    """The plan of a run for a person, a line each; it has rows and no times.

    Raises:
        StatementFailed: the server refused it.
    """
    return tuple(_explained(connection, _TEXT, query, params))


def prepare(connection: Connection, query: str) -> None:
    """Prepare a query for `explained_prepared`, in the place of the one before; nothing is asked of its role.

    Raises:
        StatementFailed: the server refused it.
    """
    execute(connection, "DEALLOCATE ALL")
    with translated(connection), RawCursor(connection) as cursor:
        cursor.execute(b"PREPARE seatrial_query AS " + query.encode())


def explained_prepared(connection: Connection, params: Sequence[object], *, generic: bool) -> dict[str, Any]:
    """The plan of a run of the prepared query, with one plan for all values or one for these.

    Args:
        connection: inside a transaction, as whoever asks.
        params: values.
        generic: whether the plan is made for any values.

    Raises:
        StatementFailed: the server refused it.
    """
    mode = sql.SQL("SET LOCAL plan_cache_mode = {}").format("force_generic_plan" if generic else "force_custom_plan")
    values = sql.SQL(", ").join(map(sql.Literal, params))
    given = sql.SQL("({})").format(values) if params else sql.SQL("")
    execute(connection, mode)
    with translated(connection), connection.cursor() as cursor:
        run = sql.SQL(_RUN) + sql.SQL("EXECUTE {}{}").format(_PREPARED, given)
        row = cursor.execute(run).fetchone()
    found: dict[str, Any] = row[0][0] if row and row[0] else {}
    return found


def _explained(connection: Connection, lead: str, query: str, params: Sequence[object]) -> list[Any]:
    """The first column of what EXPLAIN answers."""
    try:
        with translated(connection), RawCursor(connection) as cursor:
            return [row[0] for row in cursor.execute((lead + query).encode(), tuple(params)).fetchall()]
    except StatementFailed as error:
        error.position = max(-1, error.position - len(lead))
        raise
