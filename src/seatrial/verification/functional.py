"""Does what the release's users do, as each of them, on a scratch: the `[[functional]]` round trips."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.verification import Answer
from seatrial.pg.impersonate import impersonating
from seatrial.pg.statement import ask, execute_statement
from seatrial.sql.parse import ends_transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.release import FunctionalCheck
    from seatrial.pg.connection import Connection

__all__ = ["run_functional"]


def run_functional(connection: Connection, checks: Iterable[FunctionalCheck]) -> tuple[Answer, ...]:
    """Run the checks in order in one transaction, so that each sees what the ones before did; nothing stays.

    Args:
        connection: to a scratch that holds the deployed state and the seeds; never to a target.
        checks: who does what, and how the database must answer.
    """
    execute_statement(connection, "BEGIN")
    try:
        return tuple(_answer(connection, check) for check in checks)
    finally:
        execute_statement(connection, "ROLLBACK")


def _answer(connection: Connection, check: FunctionalCheck) -> Answer:
    expected, observed = _expected(check), _observed(connection, check)
    return Answer(kind="functional", name=check.name, expected=expected, observed=observed)


def _expected(check: FunctionalCheck) -> str:
    if check.error is not None:
        return f"error {check.error}"
    return f"rows {check.rows}" if check.rows is not None else f"value {check.value}"


def _observed(connection: Connection, check: FunctionalCheck) -> str:
    if ends_transaction(check.sql):
        return "error: it ends the transaction that the checks share"
    execute_statement(connection, "SAVEPOINT functional_check")
    try:
        with impersonating(connection, check.role, json.dumps(check.claims)):
            answer = ask(connection, check.sql)
    except StatementFailed as error:
        execute_statement(connection, "ROLLBACK TO SAVEPOINT functional_check")
        # The words are for the reader of a difference; where the code is the expected one it says it all.
        return f"error {error.sqlstate}" if check.error == error.sqlstate else f"error {error.sqlstate}: {error.what}"
    execute_statement(connection, "RELEASE SAVEPOINT functional_check")
    return f"value {answer.value}" if check.value is not None else f"rows {answer.rows}"
