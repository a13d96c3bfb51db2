"""Executes steps as a deployment does, batches really in batches, and is killed in the middle of one."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.deployment.batch import run_batches
from seatrial.deployment.pace import Throttle
from seatrial.ledger.resume import clear_way
from seatrial.ledger.watch import Timed
from seatrial.model.migration import StepKind
from seatrial.model.narrator import Silent
from seatrial.pg.step import StepFailed, run_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.migration import Migration, Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["Hurried", "Killer"]

#: Somebody else is the reason: no lock in time, a deadlock, a serialization failure.
OTHERS = frozenset({"55P03", "40P01", "40001"})
TRIES = 20
QUICK = Throttle(pause=0.01, longest=0.1, tries=TRIES)


class Killer:
    """Ends a session at a moment that is counted, once."""

    def __init__(self, office: Connection, victim: Connection | None = None, moments: int = 0) -> None:
        """No moment is the first one that never comes."""
        self._office = office
        self._pid = victim.info.backend_pid if victim else 0
        self._left = moments
        self.killed = False

    def moment(self) -> None:
        """One passes."""
        self._left -= 1
        if self._left == 0 and self._pid:
            self._office.execute("SELECT pg_terminate_backend(%s, 5000)", [self._pid])
            self.killed = True


class Hurried(Timed):
    """Tries again at once where writers were in the way."""

    def __init__(self, connection: Connection, killer: Killer) -> None:
        """Each statement, each batch and each COMMIT is a moment."""
        super().__init__(connection)
        self._killer = killer

    def execute(self, migration: Migration, step: Step, record: Callable[[], None]) -> None:
        """Until it is through."""

        def confirmed() -> None:
            record()
            self._killer.moment()

        if step.kind is StepKind.BATCH:
            run_batches(
                self._connection, migration, step, record=record, narrator=Silent(), throttle=QUICK,
                before_batch=self._killer.moment, before_commit=self._killer.moment,
            )  # fmt: skip
            return
        for tries in range(TRIES):
            try:
                run_step(self._connection, step, before_commit=confirmed, run=self.run)
            except StepFailed as failed:
                if failed.error.sqlstate not in OTHERS or tries == TRIES - 1:
                    raise
                if step.standalone and clear_way(self._connection, step, begun_before=True):
                    step = replace(step, statements=(), kind=StepKind.TRANSACTION)
                time.sleep(0.01)
            else:
                return

    def run(self, statement: Statement) -> None:
        """Execute it."""
        self._killer.moment()
        super().run(statement)
