"""Who executes the statements of a migration, and what is remembered of them."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

from seatrial.model.execution import StatementRun
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from seatrial.model.migration import Migration, Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["Timed", "Watch"]


class Watch(Protocol):
    """Executes statements and remembers them."""

    def step(self, migration: Migration, step: Step) -> AbstractContextManager[None]:
        """Around a step, its COMMIT included."""

    def run(self, statement: Statement) -> None:
        """Execute one statement of the step."""

    def taken(self) -> tuple[StatementRun, ...]:
        """What went through since it was last asked."""


class Timed:
    """Takes their times and nothing else."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: list[StatementRun] = []

    def step(self, migration: Migration, step: Step) -> AbstractContextManager[None]:  # noqa: ARG002 - of the protocol
        """A step needs nothing."""
        return nullcontext()

    def run(self, statement: Statement) -> None:
        """Execute it."""
        begun = time.perf_counter()
        execute_statement(self._connection, statement.text)
        seconds = time.perf_counter() - begun
        self._runs.append(StatementRun(start=statement.start, text=statement.text, seconds=seconds))

    def taken(self) -> tuple[StatementRun, ...]:
        """Their times."""
        runs, self._runs = tuple(self._runs), []
        return runs
