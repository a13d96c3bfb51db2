"""Has rows of the target copied to its stand-in, and sees to it that none of them is quoted afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.pg.connection import connect, rows
from seatrial.pg.queries import load
from seatrial.sql.relations import relations
from seatrial.standin.sample import take_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.flows.stage import Load
    from seatrial.model.execution import Execution, StatementRun
    from seatrial.model.failure import Failure
    from seatrial.model.migration import Migration
    from seatrial.model.release import Target
    from seatrial.model.standin import NotCarried
    from seatrial.pg.connection import Connection

__all__ = ["quiet", "sample_of", "without_words"]

#: Classes of SQLSTATE whose messages name objects, and never a value.
ABOUT_OBJECTS = ("0A", "23", "2B", "3F", "42", "55", "57")


def sample_of(target: Target, number: int) -> Load:
    """Copies so many rows of each table that the pending files speak of."""

    def load_rows(scratch: Connection, pending: Sequence[Migration]) -> tuple[NotCarried, ...]:
        with connect(target.dsn, read_only=True) as connection:
            return take_sample(connection, scratch, _tables(scratch, pending), number)

    return load_rows


def _tables(scratch: Connection, pending: Sequence[Migration]) -> list[str]:
    named = {name for one in pending for statement in one.script.statements for name in relations(statement.text).names}
    found = rows(scratch, load("seatrial.flows", "tables_named"), {"names": sorted(named)})
    return [row["name"] for row in found]


def without_words(execution: Execution) -> Execution:
    """The same, without what the server said that may quote a row: details, notices, messages about values."""
    return replace(
        execution,
        failure=quiet(execution.failure) if execution.failure else None,
        failures=tuple(quiet(failure) for failure in execution.failures),
        runs=tuple(replace(run, statements=tuple(map(_unquoted, run.statements))) for run in execution.runs),
    )


def quiet(failure: Failure) -> Failure:
    """The same, without what may quote a row: whoever raises an error himself may put anything into it."""
    own_words = failure.sqlstate.startswith(ABOUT_OBJECTS) and " at RAISE" not in failure.context
    message = failure.message if own_words else "a row of the sample does not fit"
    return replace(failure, message=message, detail="", hint="", context="")


def _unquoted(run: StatementRun) -> StatementRun:
    return replace(run, evidence=replace(run.evidence, notices=())) if run.evidence else run
