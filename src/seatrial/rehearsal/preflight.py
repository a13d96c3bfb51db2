"""Asks a target how many existing rows a release would trip over; reads only, for a short time, numbers only."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.preflight import PreflightAnswer
from seatrial.pg.statement import ask, execute_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.preflight import Question
    from seatrial.pg.connection import Connection

__all__ = ["ask_target"]

#: How long a question may wait for a lock: less than anybody behind it would notice.
LOCK_TIMEOUT = "100ms"

#: The server's own words may quote a value of a row, so they are not passed on.
_WHY = {
    "57014": "it took longer than the time limit",
    "55P03": "the table is locked",
    "42501": "the role may not read all rows of the table",
    "42P01": "the table is not there",
    "42703": "a column is not there",
    "42883": "the server has no function that could tell",
}


def ask_target(
    connection: Connection, questions: Sequence[Question], *, seconds: float = 10
) -> tuple[PreflightAnswer, ...]:
    """Ask each question in a read-only transaction of its own.

    Args:
        connection: in autocommit mode, outside a transaction.
        questions: what `seatrial.sql.preflight.questions` made of the release's statements.
        seconds: how long each may take.

    Raises:
        ConnectionLost: the target went away.
    """
    return tuple(_answer(connection, question, seconds) for question in questions)


def _answer(connection: Connection, question: Question, seconds: float) -> PreflightAnswer:
    # Row-level security would hide rows from the count without a word; like this the server says so instead.
    begin = (
        "BEGIN TRANSACTION READ ONLY; SET LOCAL row_security = off;"
        f" SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}"
    )
    execute_statement(connection, begin)
    try:
        return PreflightAnswer(question=question, violating=int(ask(connection, question.sql).value))
    except StatementFailed as error:
        why = _WHY.get(error.sqlstate, f"the server refused the question ({error.sqlstate})")
        return PreflightAnswer(question=question, why=why, sqlstate=error.sqlstate)
    finally:
        with contextlib.suppress(StatementFailed):
            execute_statement(connection, "ROLLBACK")
