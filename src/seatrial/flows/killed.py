"""Kills the session of a deployment at every step of a release, on a scratch, and runs it again each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.deployment.batch import run_batches
from seatrial.flows.stage import BEFORE
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.ledger.resume import half_made
from seatrial.ledger.watch import Timed
from seatrial.model.catalog import describe
from seatrial.model.execution import Ending
from seatrial.model.killed import Killed, KilledFault
from seatrial.model.migration import StepKind
from seatrial.model.narrator import Silent
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.flows.stage import Stage
    from seatrial.model.catalog import Catalog
    from seatrial.model.execution import Execution
    from seatrial.model.migration import Migration, Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["killed_at_every_step"]

COPY = "killed"
UNDISTURBED = "undisturbed"


class _Moment(StrEnum):
    """When, within a step."""

    FIRST = "after its first statement"
    COMMIT = "before its COMMIT"
    DONE = "right after it"


def killed_at_every_step(stage: Stage) -> Killed:
    """Three kills for each step; what they leave is looked at, and the last run must end where an undisturbed one does.

    Args:
        stage: with a copy of the state before the release, which applies.
    """
    stage.server.clone(COPY, BEFORE)
    walk = _Walk(stage)
    for migration in stage.pending:
        for step in migration.steps:
            for moment in _Moment:
                walk.kill(migration, step, moment)
        walk.complete(migration)
    return Killed(kills=walk.kills, faults=(*walk.faults, *_end(stage)))


@dataclass(slots=True)
class _Walk:
    """Through the release on one database, from kill to kill."""

    stage: Stage
    kills: int = 0
    faults: list[KilledFault] = field(default_factory=list)
    #: What was there before the step, so that it is read once for all of its kills.
    before: Catalog | None = None

    def kill(self, migration: Migration, step: Step, moment: _Moment) -> None:
        """Run until there, and look at what is left."""
        if self._is_done(migration, step):
            return
        with self.stage.observe(COPY) as observer:
            before = self.before or read(observer)
            made = set(half_made(observer))
            with self.stage.connect(COPY) as connection:
                deadly = _Deadly(connection, observer, step.number, moment)
                execution = self._run(connection, migration, deadly)
            if not deadly.struck:
                # There is no such moment: a step of one statement, or of none.
                self._expect(execution.ending is Ending.COMPLETE, migration, step, moment, _why(execution))
                self.before = None
                return
            self.kills += 1
            nothing = moment is not _Moment.DONE and step.kind is StepKind.TRANSACTION
            if nothing:
                left = [describe(one) for one in compare(before, read(observer))]
                self._expect(not left, migration, step, moment, f"left behind: {', '.join(left[:3])}")
            self._expect(
                step.standalone or set(half_made(observer)) <= made, migration, step, moment, "something is half-made"
            )
            self.before = before if nothing else None

    def complete(self, migration: Migration) -> None:
        """Whatever is left of it, in a run that nobody disturbs."""
        with self.stage.connect(COPY) as connection:
            if migration.version in {one.version for one in read_history(connection).applied}:
                return
            execution = self._run(connection, migration, Timed(connection))
            step = migration.steps[-1]
            self._expect(execution.ending is Ending.COMPLETE, migration, step, _Moment.DONE, _why(execution))
        self.before = None

    def _run(self, connection: Connection, migration: Migration, watch: Timed) -> Execution:
        return apply_all(connection, [migration], read_history(connection).progress, Silent(), watch)

    def _is_done(self, migration: Migration, step: Step) -> bool:
        with self.stage.connect(COPY) as connection:
            history = read_history(connection)
        progress = history.progress.get(migration.version)
        applied = migration.version in {one.version for one in history.applied}
        return applied or bool(progress and progress.steps.get(step.number))

    def _expect(self, held: object, migration: Migration, step: Step, moment: _Moment, what: str) -> None:
        if not held:
            place = f"{migration.label}, step {step.number}"
            self.faults.append(KilledFault(place=place, moment=str(moment), what=what))


class _Deadly(Timed):
    """Executes as usual, until its moment comes: then the session is ended, as by a crash or an administrator."""

    def __init__(self, connection: Connection, observer: Connection, number: int, moment: _Moment) -> None:
        super().__init__(connection)
        self._observer = observer
        self._number = number
        self._moment = moment
        self._now = False
        self.struck = False

    def execute(self, migration: Migration, step: Step, record: Callable[[], None]) -> None:
        """The step, and the end of its session if it is the one."""
        self._now = step.number == self._number

        def record_and_die() -> None:
            record()
            self._strike(_Moment.COMMIT)

        if step.kind is StepKind.BATCH:
            run_batches(
                self._connection, migration, step, record=record, narrator=Silent(),
                before_commit=lambda: self._strike(_Moment.COMMIT),
            )  # fmt: skip
        else:
            super().execute(migration, step, record_and_die)
        self._strike(_Moment.DONE)

    def run(self, statement: Statement) -> None:
        """One statement."""
        super().run(statement)
        self._strike(_Moment.FIRST)

    def _strike(self, moment: _Moment) -> None:
        if self._now and moment is self._moment and not self.struck:
            self.struck = True
            pid = self._connection.info.backend_pid
            rows(self._observer, "SELECT pg_terminate_backend(%(pid)s, 10000) AS ended", {"pid": pid})
            # The server is gone for us; whoever asks it anything finds out.
            execute(self._connection, "SELECT 1")


def _why(execution: Execution) -> str:
    failure = execution.failure
    return f"it cannot be run again: {failure.sqlstate} {failure.message}" if failure else str(execution.ending)


def _end(stage: Stage) -> Iterator[KilledFault]:
    """Where the walk has ended, against a run that nobody disturbed."""
    stage.server.clone(UNDISTURBED, BEFORE)
    with stage.connect(UNDISTURBED) as connection:
        apply_all(connection, stage.pending, stage.progress, Silent())
    with stage.observe(UNDISTURBED) as calm, stage.observe(COPY) as killed:
        differing = [describe(one) for one in compare(read(calm), read(killed))]
        expected, found = _row_counts(calm), _row_counts(killed)
    differing += [
        f"{name} has {found.get(name)} rows, not {number}"
        for name, number in expected.items() if found.get(name) != number
    ]  # fmt: skip
    for what in differing:
        yield KilledFault(place="the whole release", moment="at the end of all runs", what=what)


def _row_counts(connection: Connection) -> dict[str, str]:
    questions = rows(connection, load("seatrial.flows", "row_counts"))
    return {row["name"]: ask(connection, row["question"]).value for row in questions}
