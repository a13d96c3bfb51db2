"""Asks a file's assertions in the transaction that is open, and leaves it as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.source import Statement
from seatrial.pg.connection import execute
from seatrial.pg.statement import ask, execute_statement
from seatrial.pg.step import StepFailed
from seatrial.sql.assertion import assertion_question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.migration import Migration, Step
    from seatrial.model.source import Assertion
    from seatrial.pg.connection import Connection

__all__ = ["asked", "refusal"]

#: SQLSTATE of a syntax error.
NOT_UNDERSTOOD = "42601"


def asked(connection: Connection, migration: Migration, step: Step) -> Iterator[tuple[Assertion, str]]:
    """Each assertion of a step with its answer: `true`, `false`, or empty for NULL.

    It is asked read-only, with the settings and the role that the file has at its place; both are given back.

    Raises:
        StepFailed: it cannot be asked; names its place.
    """
    for assertion in step.assertions:
        try:
            yield assertion, _answer(connection, step, assertion)
        except StatementFailed as error:
            raise refusal(migration, assertion, error) from error


def refusal(migration: Migration, assertion: Assertion, error: StatementFailed) -> StepFailed:
    """The error at the assertion's place in the file, as of a statement."""
    first, text = assertion.text.partition("\n")[0], migration.script.source.text
    error.position -= len(assertion_question("").partition("\n")[0])
    if error.position >= len(first):
        # The lines that follow begin in a column of the file that the server does not see.
        error.position = -1
    start = max(assertion.start, text.find(first, assertion.start))
    return StepFailed(Statement(text=assertion.text, start=start, node="select_stmt"), error)


def _answer(connection: Connection, step: Step, assertion: Assertion) -> str:
    if assertion.fault:
        raise StatementFailed(f"the assertion cannot be asked: {assertion.fault}", sqlstate=NOT_UNDERSTOOD)
    execute(connection, "SAVEPOINT seatrial_assertion")
    try:
        for statement in (*step.settings, *step.statements):
            if statement.start < assertion.start and _sets(statement):
                execute_statement(connection, statement.text)
        execute(connection, "SET LOCAL transaction_read_only = on")
        return ask(connection, assertion_question(assertion.text)).value
    finally:
        # It takes back the settings and the role, too.
        execute(connection, "ROLLBACK TO SAVEPOINT seatrial_assertion; RELEASE SAVEPOINT seatrial_assertion")


def _sets(statement: Statement) -> bool:
    """SET and RESET, SET LOCAL among them; SET TRANSACTION and SET CONSTRAINTS decide nothing about a question."""
    words = statement.text.lower().split(maxsplit=2)
    return statement.sets or (statement.node == "variable_set_stmt" and words[:2] == ["set", "local"])
