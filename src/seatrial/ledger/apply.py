"""Applies migrations to a database and records them as it goes; a migration that was begun is continued."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.ledger import write
from seatrial.ledger.batch import kept
from seatrial.ledger.resume import clear_way, half_made, was_undone
from seatrial.ledger.watch import Stopped, Timed
from seatrial.model.execution import Ending, Execution, MigrationRun
from seatrial.model.failure import failure_of
from seatrial.model.history import Progress
from seatrial.model.migration import StepKind
from seatrial.model.words import duration
from seatrial.pg.failure import ConnectionLost
from seatrial.pg.statement import clean_session
from seatrial.pg.step import StepFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.ledger.watch import Watch
    from seatrial.model.migration import Migration, Step
    from seatrial.model.narrator import Narrator
    from seatrial.pg.connection import Connection

__all__ = ["Gate", "apply_all"]

#: A look at a step of a migration in its transaction, all of it done and nothing committed.
Gate = Callable[["Connection", "Migration", "Step"], None]
NOT_BEGUN = Progress(steps={}, digests={})


def apply_all(
    connection: Connection,
    migrations: Sequence[Migration],
    progress: Mapping[str, Progress],
    narrator: Narrator,
    watch: Watch | None = None,
    gate: Gate | None = None,
) -> Execution:
    """Apply migrations in the order given until one fails; the ledger's tables must exist.

    Args:
        connection: in autocommit mode, outside a transaction.
        migrations: none of them in the ledger yet.
        progress: what the ledger says of migrations that were begun.
        narrator: told of each migration as it begins and ends.
        watch: executes the statements, and sees what they do; by default it takes their times only.
        gate: has a look at each step before its COMMIT; StatementFailed keeps it from coming.
    """
    watch = watch or Timed(connection)
    runs: list[MigrationRun] = []
    if not migrations:
        return Execution(ending=Ending.COMPLETE, runs=())
    worker = _Worker(connection, migrations[0], progress, watch, gate)
    # All of it, as a Ctrl-C between two migrations must not forget those that are through.
    try:
        for migration in migrations:
            worker = _Worker(connection, migration, progress, watch, gate)
            narrator.begin(migration.label)
            runs.append(worker.apply())
            narrator.end(f"ok {duration(runs[-1].seconds)}")
    except StepFailed as failed:
        narrator.end("failed")
        failure = failure_of(worker.migration, failed.statement, failed.error)
        return worker.stopped(Ending.FAILED, runs, failure=failure)
    except ConnectionLost as lost:
        narrator.end("connection lost")
        return worker.stopped(Ending.LOST, runs, reason=str(lost))
    except Stopped as stopped:
        narrator.end("stopped")
        return worker.stopped(Ending.STOPPED, runs, reason=str(stopped))
    except KeyboardInterrupt:
        narrator.end("interrupted")
        return worker.stopped(Ending.INTERRUPTED, runs)
    return Execution(ending=Ending.COMPLETE, runs=tuple(runs))


class _Worker:
    """One migration on its way into the database."""

    def __init__(
        self,
        connection: Connection,
        migration: Migration,
        progress: Mapping[str, Progress],
        watch: Watch,
        gate: Gate | None,
    ) -> None:
        self.migration = migration
        self._connection = connection
        self._watch = watch
        self._gate = gate
        self._progress = progress.get(migration.version, NOT_BEGUN)
        self._kept = sum(self._progress.steps.values())
        self._half_made: tuple[str, ...] = ()
        self._begun = time.perf_counter()

    def apply(self) -> MigrationRun:
        """Run every step that is not done yet."""
        for step in self.migration.steps:
            done = self._is_done(step)
            if not done or was_undone(self._connection, step):
                self._run(step)
                self._kept += not done
        clean_session(self._connection, prepares="prepare" in self.migration.script.source.text.lower())
        return MigrationRun(
            version=self.migration.version,
            label=self.migration.label,
            seconds=self._seconds(),
            statements=self._watch.taken(),
        )

    def _is_done(self, step: Step) -> bool:
        """What an earlier plan had put in front of the file, or behind it, may have been something else."""
        done = self._progress.steps.get(step.number)
        return bool(done and self._progress.digests.get(step.number, step.digest) == step.digest)

    def stopped(self, ending: Ending, runs: Sequence[MigrationRun], **facts: object) -> Execution:
        """How it ended early."""
        return Execution(
            ending=ending,
            runs=tuple(runs),
            stopped_in=self.migration.label,
            steps_kept=self._kept,
            half_made=self._half_made,
            **facts,  # type: ignore[arg-type]
        )

    def _run(self, step: Step) -> None:
        if step.standalone:
            self._run_alone(step)
        else:
            self._execute(step)

    def _execute(self, step: Step) -> None:
        try:
            self._watch.execute(self.migration, step, lambda: self._record(step))
        except (StepFailed, Stopped):
            if step.kind is StepKind.BATCH:
                self._half_made = kept(self._connection, self.migration, step)
            raise

    def _run_alone(self, step: Step) -> None:
        """No transaction takes it back when it fails, so what it leaves is looked for."""
        begun_before = step.number in self._progress.steps
        try:
            write.record_step(self._connection, self.migration, step, done=False)
            if clear_way(self._connection, step, begun_before=begun_before):
                step = replace(step, statements=(), kind=StepKind.TRANSACTION)
            before = half_made(self._connection)
        except StatementFailed as error:
            if not begun_before:
                write.forget_step(self._connection, self.migration.version, step.number)
            raise StepFailed(step.statements[0], error) from error
        try:
            self._execute(step)
        except StepFailed as failed:
            self._half_made = tuple(what for what in half_made(self._connection) if what not in before)
            if failed.statement and not self._half_made:
                write.forget_step(self._connection, self.migration.version, step.number)
            raise

    def _record(self, step: Step) -> None:
        if self._gate:
            self._gate(self._connection, self.migration, step)
        if step.number == self.migration.steps[-1].number:
            write.record_applied(self._connection, self.migration, self._seconds())
        else:
            write.record_step(self._connection, self.migration, step, done=True)

    def _seconds(self) -> float:
        return time.perf_counter() - self._begun
