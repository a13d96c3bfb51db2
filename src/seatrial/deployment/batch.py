"""Executes a statement in batches: each a transaction that writes how far it came, so that it goes on after any end."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from seatrial.deployment.batch_key import NO_KEY, shown_key
from seatrial.deployment.batch_plan import refuse_seeing_others
from seatrial.deployment.batch_progress import BatchProgress
from seatrial.deployment.pace import Pace, Throttle
from seatrial.errors import StatementFailed
from seatrial.ledger.batch import Reached, claim, record_batch
from seatrial.ledger.resting import as_wished
from seatrial.model.source import Batch
from seatrial.model.words import duration
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask
from seatrial.pg.step import Limits, StepFailed, run_step
from seatrial.sql.batch import CannotCut, Cut, cut
from seatrial.sql.kept_rows import keeps

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.migration import Migration, Step
    from seatrial.model.narrator import Narrator
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection
    from seatrial.pg.statement import Answered

__all__ = ["run_batches"]

PACKAGE = "seatrial.deployment"
USUAL = Limits()
GENTLE = Throttle()
#: How often a replica is asked whether it has caught up, and how long a pause for others may be; in seconds.
POLL_SECONDS = 0.5
LONGEST_PAUSE = 5.0
_ESTIMATE = re.compile(r"\brows=(\d+)")


def run_batches(  # noqa: PLR0913 - all but three are told apart by their names
    connection: Connection,
    migration: Migration,
    step: Step,
    *,
    record: Callable[[], None],
    narrator: Narrator,
    limits: Limits = USUAL,
    throttle: Throttle = GENTLE,
    before_batch: Callable[[], None] = lambda: None,
    before_commit: Callable[[], None] = lambda: None,
) -> int:
    """Execute a step of the kind BATCH, from where the ledger says that it came.

    Args:
        connection: in autocommit mode, outside a transaction.
        migration: to which the step belongs.
        step: one UPDATE or INSERT … SELECT with its batch.
        record: gates, and the row of the ledger that says that the step is done; in the last batch's transaction.
        narrator: told how far it is, and how many rows there were in the end.
        limits: of each batch.
        throttle: when to wait, and how often to try.
        before_batch: called outside of a transaction, before each one begins.
        before_commit: called in each transaction, right before its COMMIT; an exception takes the batch back.

    Returns:
        How many rows were changed, in all runs together.

    Raises:
        StepFailed: a batch was refused; those before it are kept, and the ledger says how far they came.
        ConnectionLost: whether the last batch is in the database, the ledger says.
    """
    parts, size = _parts(step)
    batch = _Batch(connection, migration, step, parts, limits)
    progress = BatchProgress(narrator, throttle.report)
    pace, is_last = Pace(size=size, wanted=size), False
    while not is_last:
        before_batch()
        _let_replicas_catch_up(connection, narrator, throttle)
        begun = time.monotonic()
        try:
            batch.run(pace.size, record, before_commit, estimate=progress.is_due())
        except StepFailed as failed:
            slower = pace.refused(failed.error.sqlstate, throttle)
            if slower is None:
                raise
            pace = slower
            time.sleep(pace.pause(throttle))
            continue
        is_last = batch.upto is None
        progress.passed(batch.begun, batch.rows, pace.size, batch.left)
        if batch.waiting and not is_last:
            # Who has waited for one batch must not wait for the next at once.
            time.sleep(min(LONGEST_PAUSE, time.monotonic() - begun))
        pace = pace.hindered() if batch.waiting else pace.passed()
    progress.ended()
    return batch.begun.rows + batch.rows


def _parts(step: Step) -> tuple[Cut, int]:
    [statement] = step.statements
    batch = statement.batch or Batch(key="", size=1)
    try:
        return cut(statement.text, batch.key), batch.size
    except CannotCut as error:
        failure = StatementFailed(f"this statement cannot be cut into batches: {error}", sqlstate=NO_KEY)
        raise StepFailed(statement, failure) from error


class _Batch:
    """One batch after the other; what is known of the last one is in its attributes."""

    def __init__(
        self, connection: Connection, migration: Migration, step: Step, parts: Cut, limits: Limits
    ) -> None:  # fmt: skip
        self._connection = connection
        self._migration = migration
        self._step = step
        self._cut = parts
        self._keeping = step.statements[0].batch.kept if step.statements[0].batch else None
        self._limits = limits
        self._shown = ""
        self.begun = Reached()
        #: The key of its last row; None where it went on to the end of the table.
        self.upto: str | None = None
        #: Rows that it changed, sessions that waited for it, and rows that are left by the planner's estimate.
        self.rows = 0
        self.waiting = 0
        self.left: int | None = None

    def run(
        self, size: int, record: Callable[[], None], before_commit: Callable[[], None], *, estimate: bool
    ) -> None:  # fmt: skip
        """The next one, with its COMMIT.

        Raises:
            StepFailed: nothing of it is in the database.
        """

        def end() -> None:
            above = self.begun.above if self.upto is None else self.upto
            self._record(Reached(above=above, rows=self.begun.rows + self.rows))
            if self.upto is None:
                record()
            [found] = rows(self._connection, load(PACKAGE, "waiting_for_us"))
            self.waiting = found["sessions"]
            before_commit()

        def update(statement: Statement) -> None:
            with as_wished(self._connection, statement):
                self._update(size, estimate=estimate)

        run_step(
            self._connection, self._step, limits=self._limits, first=self._begin, before_commit=end, run=update
        )  # fmt: skip

    def _begin(self) -> None:
        self.begun = claim(self._connection, self._migration, self._step, self._cut.column)

    def _record(self, reached: Reached) -> None:
        record_batch(self._connection, self._migration, self._step, self._cut.column, reached)

    def _update(self, size: int, *, estimate: bool) -> None:
        """The rows of one batch; the last one has no end, so that no row that came meanwhile is forgotten."""
        above = self.begun.above
        if not self._shown:
            self._shown = shown_key(self._connection, self._cut)
            refuse_seeing_others(self._connection, self._cut)
        found = self._ask(self._cut.question(above, size, self._shown))
        self.upto = found.value if found.rows else None
        try:
            self.rows = ask(self._connection, self._kept(self._cut.statement(above, self.upto))).rows
        except StatementFailed as error:
            # The author looks for it in the file, and not in the statement that was made of it.
            error.position = -1 if self._keeping else self._cut.offset(error.position, above, self.upto)
            raise
        planned = self._ask(f"EXPLAIN {self._cut.rest(self.upto)}").value if estimate and found.rows else ""
        self.left = int(of[1]) if (of := _ESTIMATE.search(planned)) else None

    def _kept(self, text: str) -> str:
        """The same, and its rows are kept where they have to be."""
        return keeps(text, self._keeping, self._keeping.columns) if self._keeping else text

    def _ask(self, question: str) -> Answered:
        try:
            return ask(self._connection, question)
        except StatementFailed as error:
            error.position = -1
            raise


def _let_replicas_catch_up(connection: Connection, narrator: Narrator, throttle: Throttle) -> None:
    deadline, told = time.monotonic() + throttle.patience, False
    while (lag := _lag(connection)) > throttle.lag and time.monotonic() < deadline:
        if not told:
            narrator.say(f"    waiting for a replica that is {duration(lag)} behind")
        told = True
        time.sleep(POLL_SECONDS)


def _lag(connection: Connection) -> float:
    try:
        [found] = rows(connection, load(PACKAGE, "replica_lag"))
    except StatementFailed as error:
        raise StepFailed(None, error) from error
    return float(found["seconds"])
