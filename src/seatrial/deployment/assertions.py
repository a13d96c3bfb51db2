"""Assertions of a file, asked before the COMMIT of its step: what must be true, or nothing of the step is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.ledger.assertions import asked, refusal

if TYPE_CHECKING:
    from seatrial.model.migration import Migration, Step
    from seatrial.pg.connection import Connection

__all__ = ["check_assertions"]

#: SQLSTATE, of ours, for an assertion that does not hold.
NOT_TRUE = "ST002"


def check_assertions(connection: Connection, migration: Migration, step: Step) -> None:
    """A gate: every assertion of the step is true, in the transaction that is open; settings and role stay as they are.

    Raises:
        StepFailed: one is false or NULL (ST002), or cannot be asked; it names the assertion's place.
    """
    for assertion, answer in asked(connection, migration, step):
        if answer != "true":
            answered = answer or "NULL"
            # Its line is shown as that of any failure; the rest of a long one is not.
            whole = assertion.text if "\n" in assertion.text else ""
            error = StatementFailed(
                f"the assertion does not hold: it is {answered}", sqlstate=NOT_TRUE, detail=whole,
                hint="Nothing of this step is kept; mend what it counts on, and run it again",
            )  # fmt: skip
            raise refusal(migration, assertion, error)
