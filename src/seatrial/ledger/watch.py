"""Who executes the statements of a migration, and what is remembered of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from seatrial.ledger.resting import as_wished
from seatrial.model.execution import StatementRun
from seatrial.pg.statement import execute_statement
from seatrial.pg.step import run_step
from seatrial.sql.kept_rows import keeps

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.migration import Migration, Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["Stopped", "Timed", "Watch"]


class Stopped(Exception):
    """Between two transactions, nothing more may be done for now; the words say why."""


class Watch(Protocol):
    """Executes steps and remembers their statements."""

    def execute(self, migration: Migration, step: Step, record: Callable[[], None]) -> None:
        """Execute a step, its COMMIT included.

        Args:
            migration: to which it belongs.
            step: what to run.
            record: looks at what the step did and writes its row of the ledger; in its transaction, where it is one.

        Raises:
            StepFailed: nothing of the step is in the database, or what a stand-alone statement left half-made.
            Stopped: the step was not begun, or is between two of its transactions.
            ConnectionLost: whether the step is in the database must be looked up.
        """

    def taken(self) -> tuple[StatementRun, ...]:
        """What went through since it was last asked."""


class Timed:
    """Takes their times and nothing else."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: list[StatementRun] = []

    def execute(self, migration: Migration, step: Step, record: Callable[[], None]) -> None:  # noqa: ARG002 - of the protocol
        """Once, as it is."""
        run_step(self._connection, step, before_commit=record, run=self.run)

    def run(self, statement: Statement) -> None:
        """Execute it."""
        begun = time.perf_counter()
        with as_wished(self._connection, statement):
            execute_statement(self._connection, _whole(statement))
        seconds = time.perf_counter() - begun
        self._runs.append(StatementRun(start=statement.start, text=statement.text, seconds=seconds))

    def taken(self) -> tuple[StatementRun, ...]:
        """Their times."""
        runs, self._runs = tuple(self._runs), []
        return runs


def _whole(statement: Statement) -> str:
    """What is executed in one piece; an UPDATE in batches keeps its rows here as it does there."""
    kept = statement.batch.kept if statement.batch else None
    return keeps(statement.text, kept, kept.columns) if kept else statement.text
