"""Executes the steps of a deployment so that nobody who works on the target has to wait for long, or ever twice.

A step is tried when nobody is in its way. Its strong locks come first, in one order and under one deadline, and are
given back when they are held for too long; what failed because of others is tried again. Before every COMMIT it is
looked up whether it is still we who deploy.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial.deployment.batch import run_batches
from seatrial.deployment.blockers import blockers_of, named, older_than, send_away, step_aside
from seatrial.deployment.locks_first import take_locks
from seatrial.deployment.pace import Throttle
from seatrial.deployment.sentinel import Beside, Seen
from seatrial.deployment.tries import CANCELLED, LOCK_NOT_AVAILABLE, Tries
from seatrial.errors import StatementFailed
from seatrial.ledger.resume import clear_way
from seatrial.ledger.watch import Stopped, Timed
from seatrial.model.migration import StepKind
from seatrial.model.words import duration
from seatrial.pg.statement import execute_statement, reset_session
from seatrial.pg.step import Limits, StepFailed, run_step
from seatrial.sql.ahead import plain_indexes
from seatrial.sql.maintained import reindexed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from seatrial.deployment.lock import Ownership
    from seatrial.deployment.sentinel import Sentinel
    from seatrial.deployment.window import Window
    from seatrial.model.blocker import Blocker
    from seatrial.model.migration import Migration, Step
    from seatrial.model.narrator import Narrator
    from seatrial.model.plan import PlannedLock, PlanStep
    from seatrial.model.terms import Terms
    from seatrial.pg.connection import Connection

__all__ = ["Careful"]

#: What somebody else is the reason of: no lock in time, a deadlock, a serialization failure.
OTHERS = frozenset({LOCK_NOT_AVAILABLE, "40P01", "40001"})
#: Batches that are refused again and again come back here, where patience is, and whoever may be sent away.
BATCHES = Throttle(tries=3)
#: What CONCURRENTLY has left half-made is tidied away, if that does not take long.
TIDY = "SET lock_timeout = '2s'"
#: Statements that can only stand alone when they are CONCURRENTLY.
BESIDE = frozenset({"index_stmt", "drop_stmt", "alter_table_stmt"})
#: Seconds that a session takes to go when it is sent away.
MOMENT_SECONDS = 1.0


class Careful(Timed):
    """A watch for a target that is in use."""

    def __init__(  # noqa: PLR0913 - each is somebody else's
        self,
        connection: Connection,
        *,
        plan: Mapping[tuple[str, int], PlanStep],
        ownership: Ownership,
        sentinel: Sentinel,
        terms: Terms,
        window: Window | None = None,
        waits: Callable[[Sequence[Blocker]], None] = lambda _: None,
        narrator: Narrator,
    ) -> None:
        """`waits` is told once for each step for whom it waits; `plan` has the steps by version and number."""
        super().__init__(connection)
        self._plan = plan
        self._ownership = ownership
        self._sentinel = sentinel
        self._terms = terms
        self._window = window
        self._waits = waits
        self._narrator = narrator
        #: Seconds that somebody has waited for us, and how many tries were in vain.
        self.longest_wait = 0.0
        self.tries_in_vain = 0

    def execute(self, migration: Migration, step: Step, record: Callable[[], None]) -> None:
        """Until it is through, or until our patience is over.

        Raises:
            Stopped: the window has closed.
            StepFailed: as it failed; where somebody was in the way to the end, with who it was.
        """
        planned = self._plan.get((migration.version, step.number))
        tries = Tries(self._terms.patience_seconds, self._narrator, self._waits)
        self._announce(step)
        while True:
            self._window_is_open()
            with _of_ours():
                in_the_way = self._in_the_way(step, planned.locks if planned else ())
            if in_the_way and tries.may_look_again(in_the_way):
                continue
            seen = Seen()
            try:
                with self._watching(step, planned, seen):
                    self._once(migration, step, planned, record, tries)
            except StepFailed as failed:
                self.tries_in_vain += 1
                if not self._again(step, failed, seen, tries, in_the_way):
                    raise
                step = self._left(step)
            else:
                return
            finally:
                self.longest_wait = max(self.longest_wait, seen.longest_wait)

    def _announce(self, step: Step) -> None:
        if step.kind is StepKind.AHEAD:
            [statement] = step.statements
            [index] = plain_indexes(statement.text.replace(" CONCURRENTLY", "", 1))
            self._narrator.say(f"    building {statement.index} on {index.table}, beside the writers")

    def _watching(self, step: Step, planned: PlanStep | None, seen: Seen) -> AbstractContextManager[None]:
        if not _is_beside(step):
            return self._sentinel.watching(seen, hold_seconds=self._terms.hold_seconds)
        return self._sentinel.watching(
            seen,
            beside=Beside(
                patience_seconds=self._terms.patience_seconds, cancel_older_than=self._terms.cancel_older_than,
                forecast=planned.forecast if planned else None,
            ),
        )  # fmt: skip

    def _once(
        self, migration: Migration, step: Step, planned: PlanStep | None, record: Callable[[], None], tries: Tries
    ) -> None:
        self._taken_again(step)
        locks = planned.locks if planned else ()
        limits = Limits(
            lock_ms=self._terms.deadline_ms, statement_ms=planned.statement_timeout_ms if planned else 0,
            alone_lock_ms=0 if _is_beside(step) else self._terms.deadline_ms, careful=True,
        )  # fmt: skip

        def first() -> None:
            try:
                take_locks(self._connection, locks, self._terms.deadline_ms)
            except StatementFailed as error:
                raise StepFailed(step.statements[0], _not_to_be_had(error, locks, self._terms.deadline_ms)) from error
            self._sentinel.holds_from_now(self._terms.hold_seconds)

        def confirmed() -> None:
            record()
            self._ownership.confirm()

        def batch_confirmed() -> None:
            self._ownership.confirm()
            tries.went_on()

        if step.kind is StepKind.BATCH:
            run_batches(
                self._connection, migration, step, record=record, limits=limits, narrator=self._narrator,
                throttle=BATCHES, before_batch=self._window_is_open, before_commit=batch_confirmed,
            )  # fmt: skip
        else:
            run_step(
                self._connection, step, before_commit=confirmed, run=self.run, limits=limits,
                first=first if locks else None,
            )  # fmt: skip

    def _window_is_open(self) -> None:
        if self._window and not self._window.is_open(datetime.now(UTC)):
            raise Stopped(f"the window {self._window.text} is closed")

    def _taken_again(self, step: Step) -> None:
        try:
            self._ownership.take_again()
        except StatementFailed as error:
            raise StepFailed(step.statements[0] if step.statements else None, error) from error

    def _in_the_way(self, step: Step, locks: Sequence[PlannedLock]) -> list[Blocker]:
        """Who would keep the step waiting, after those have been sent away who may be."""
        allowed = self._terms.cancel_older_than
        found = blockers_of(self._connection, locks, builds_index=_is_beside(step) and allowed is not None)
        if any(one.kind == "autovacuum" and not one.is_forced for one in found):
            step_aside(self._connection, locks)
        old = self._sent_away(found)
        if _is_beside(step):
            # It waits by itself, and nobody waits for it meanwhile.
            return []
        return self._left_of(old, locks) if found else []

    def _sent_away(self, found: Sequence[Blocker]) -> list[Blocker]:
        """Those of them who may be."""
        old = older_than(self._terms.cancel_older_than, found)
        for one in old:
            for line in send_away(self._connection, one):
                self._narrator.say(f"    {line}")
        return old

    def _left_of(self, sent_away: Sequence[Blocker], locks: Sequence[PlannedLock]) -> list[Blocker]:
        """Who is there still; whoever was sent away needs a moment to go."""
        gone_by = time.monotonic() + MOMENT_SECONDS
        pids = {one.pid for one in sent_away}
        found = blockers_of(self._connection, locks)
        while pids & {one.pid for one in found} and time.monotonic() < gone_by:
            time.sleep(MOMENT_SECONDS / 20)
            found = blockers_of(self._connection, locks)
        return found

    def _again(
        self, step: Step, failed: StepFailed, seen: Seen, tries: Tries, in_the_way: Sequence[Blocker]
    ) -> bool:  # fmt: skip
        error = failed.error
        # What was looked at before the try knows what each of them holds.
        known = {one.pid: one for one in in_the_way}
        blockers = [known.get(one.pid, one) for one in seen.blockers] or list(in_the_way)
        if seen.out_of_patience and error.sqlstate == CANCELLED:
            failed.error = tries.nobody_gave_way(_waited_too_long(self._terms.patience_seconds), blockers)
            return self._tidy(step)
        if seen.held_too_long and error.sqlstate == CANCELLED:
            if tries.may_hold_again():
                return True
            failed.error = tries.held_too_long(self._terms.hold_seconds)
            return False
        if error.sqlstate not in OTHERS:
            return False
        sent_away = self._sent_away_by_now(seen)
        if tries.may_pause([one for one in blockers if one.pid not in sent_away]):
            return True
        failed.error = tries.nobody_gave_way(error, blockers)
        return False

    def _sent_away_by_now(self, seen: Seen) -> set[int]:
        """As they are now: a process that was in the way may serve another transaction."""
        if self._terms.cancel_older_than is None or not seen.blockers:
            return set()
        with _of_ours():
            now = named(self._connection, [one.pid for one in seen.blockers])
            return {one.pid for one in self._sent_away(now) if one.pid}

    def _tidy(self, step: Step) -> bool:
        """Take away what it has left half-made, or the next run does; True where that has completed it."""
        is_through = False
        with suppress(StatementFailed, StepFailed):
            execute_statement(self._connection, TIDY)
            is_through = clear_way(self._connection, step, begun_before=True)
        reset_session(self._connection)
        return is_through

    def _left(self, step: Step) -> Step:
        """What of a step is left to do: a stand-alone statement may have left something half-made, or got through."""
        with _of_ours():
            is_through = step.standalone and clear_way(self._connection, step, begun_before=True)
        return replace(step, statements=(), kind=StepKind.TRANSACTION) if is_through else step


def _is_beside(step: Step) -> bool:
    """Whether it is CONCURRENTLY: it waits for others as long as it must, and keeps nobody waiting meanwhile."""
    if not step.standalone:
        return False
    [statement] = step.statements
    found = reindexed(statement.text) if statement.node == "reindex_stmt" else None
    return statement.node in BESIDE or bool(found and found.concurrently)


@contextmanager
def _of_ours() -> Iterator[None]:
    """What is refused of what we ask ourselves is a failure of the step: those before it are kept."""
    try:
        yield
    except StatementFailed as error:
        raise StepFailed(None, error) from error


def _not_to_be_had(error: StatementFailed, locks: Sequence[PlannedLock], milliseconds: int) -> StatementFailed:
    if error.sqlstate != LOCK_NOT_AVAILABLE:
        return error
    on = ", ".join(lock.relation for lock in locks)
    return StatementFailed(
        f"locks on {on} could not be had within {milliseconds:,} ms", sqlstate=LOCK_NOT_AVAILABLE
    )  # fmt: skip


def _waited_too_long(seconds: float) -> StatementFailed:
    return StatementFailed(f"others kept it waiting for longer than {duration(seconds)}", sqlstate=LOCK_NOT_AVAILABLE)
