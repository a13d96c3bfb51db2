"""Asks a target the questions of `[[expect]]`, read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.verification import Answer
from seatrial.pg.statement import ask, execute_statement
from seatrial.sql.parse import is_one_query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.release import Expectation
    from seatrial.pg.connection import Connection

__all__ = ["ask_expectations"]


def ask_expectations(connection: Connection, expectations: Iterable[Expectation]) -> tuple[Answer, ...]:
    """One answer for each question; a question that fails is an answer that differs.

    Args:
        connection: whose session is read-only.
        expectations: queries of one value.
    """
    return tuple(
        Answer(kind="expect", name=each.name, expected=each.equals, observed=_observed(connection, each.sql))
        for each in expectations
    )


def _observed(connection: Connection, query: str) -> str:
    """One SELECT in a transaction that has begun to read, as such a one cannot be made to write any more."""
    if not is_one_query(query):
        return "error: not one SELECT"
    execute_statement(connection, "BEGIN READ ONLY; SELECT 1")
    try:
        return ask(connection, query).value
    except StatementFailed as error:
        return f"error {error.sqlstate}: {error.what}"
    finally:
        execute_statement(connection, "ROLLBACK")
