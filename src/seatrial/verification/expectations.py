"""Asks a target the questions of `[[expect]]`, read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.verification import Answer
from seatrial.pg.statement import ask

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
    try:
        answer = ask(connection, query)
    except StatementFailed as error:
        return f"error {error.sqlstate}: {error.what}"
    return answer.value
