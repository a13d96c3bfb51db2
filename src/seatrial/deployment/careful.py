"""Executes the steps of a deployment so that nobody who works on the target has to wait for long, or ever twice.

A step is tried when nobody is in its way. Its strong locks come first, in one order and under one deadline, and are
given back when they are held for too long; what failed because of others is tried again. Before every COMMIT it is
looked up whether it is still we who deploy.
"""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial.deployment.batch import run_batches
from seatrial.deployment.blockers import blockers_of, send_away, step_aside
from seatrial.deployment.locks_first import take_locks
from seatrial.deployment.sentinel import Seen
from seatrial.errors import StatementFailed
from seatrial.ledger.resume import clear_way
from seatrial.ledger.watch import Stopped, Timed
from seatrial.model.migration import StepKind
from seatrial.model.words import count, duration
from seatrial.pg.step import Limits, StepFailed, run_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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

LOCK_NOT_AVAILABLE = "55P03"
#: What somebody else is the reason of: no lock in time, a deadlock, a serialization failure.
OTHERS = frozenset({LOCK_NOT_AVAILABLE, "40P01", "40001"})
CANCELLED = "57014"
#: The code of our refusals among those of the server.
HELD_TOO_LONG = "ST004"
#: A step that held its locks for too long will do so again; what is known only of the last try may be chance.
TRIES_TO_HOLD = 3
#: Seconds between two tries: the first, and the longest.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
#: Seconds that a session takes to go when it is sent away.
MOMENT_SECONDS = 1.0
#: Seconds between two looks whether those in the way are gone.
LOOK_SECONDS = 0.5
NAMED = 3


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
        locks = planned.locks if planned else ()
        tries = _Tries(self._terms.patience_seconds, self._narrator, self._waits)
        while True:
            if self._window and not self._window.is_open(datetime.now(UTC)):
                raise Stopped(f"the window {self._window.text} is closed")
            with _of_ours():
                in_the_way = self._in_the_way(step, locks)
            if in_the_way and tries.may_look_again(in_the_way):
                continue
            seen = Seen()
            try:
                with self._sentinel.watching(seen, builds_index=step.standalone):
                    self._once(migration, step, planned, record)
            except StepFailed as failed:
                self.tries_in_vain += 1
                if not self._again(failed, seen, tries, in_the_way):
                    raise
                step = self._left(step)
            else:
                return
            finally:
                self.longest_wait = max(self.longest_wait, seen.longest_wait)

    def _once(self, migration: Migration, step: Step, planned: PlanStep | None, record: Callable[[], None]) -> None:
        self._taken_again(step)
        locks = planned.locks if planned else ()
        limits = Limits(
            lock_ms=self._terms.deadline_ms, statement_ms=planned.statement_timeout_ms if planned else 0,
            careful=True,
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

        if step.kind is StepKind.BATCH:
            run_batches(
                self._connection, migration, step, record=record, limits=limits, narrator=self._narrator,
                before_batch=self._between_batches, before_commit=self._ownership.confirm,
            )  # fmt: skip
        else:
            run_step(
                self._connection, step, before_commit=confirmed, run=self.run, limits=limits,
                first=first if locks else None,
            )  # fmt: skip

    def _between_batches(self) -> None:
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
        found = blockers_of(self._connection, locks, builds_index=step.standalone and allowed is not None)
        if any(one.kind == "autovacuum" and not one.is_forced for one in found):
            step_aside(self._connection, locks)
        old = [one for one in found if allowed is not None and one.age and one.age > allowed]
        for one in old:
            self._narrator.say(f"    {send_away(self._connection, one)}")
        if step.standalone:
            # It waits by itself, and nobody waits for it meanwhile.
            return []
        return self._left_of(old, locks) if found else []

    def _left_of(self, sent_away: Sequence[Blocker], locks: Sequence[PlannedLock]) -> list[Blocker]:
        """Who is there still; whoever was sent away needs a moment to go."""
        gone_by = time.monotonic() + MOMENT_SECONDS
        pids = {one.pid for one in sent_away}
        found = blockers_of(self._connection, locks)
        while pids & {one.pid for one in found} and time.monotonic() < gone_by:
            time.sleep(MOMENT_SECONDS / 20)
            found = blockers_of(self._connection, locks)
        return found

    def _again(self, failed: StepFailed, seen: Seen, tries: _Tries, in_the_way: Sequence[Blocker]) -> bool:
        error = failed.error
        if seen.held_too_long and error.sqlstate == CANCELLED:
            if tries.may_hold_again():
                return True
            failed.error = _held_too_long(self._terms.hold_seconds)
            return False
        if error.sqlstate not in OTHERS:
            return False
        # What was looked at before the try knows what each of them holds.
        known = {one.pid: one for one in in_the_way}
        blockers = [known.get(one.pid, one) for one in seen.blockers] or list(in_the_way)
        if tries.may_pause(blockers):
            return True
        failed.error = _nobody_gave_way(error, blockers, tries)
        return False

    def _left(self, step: Step) -> Step:
        """What of a step is left to do: a stand-alone statement may have left something half-made, or got through."""
        with _of_ours():
            is_through = step.standalone and clear_way(self._connection, step, begun_before=True)
        return replace(step, statements=(), kind=StepKind.TRANSACTION) if is_through else step


class _Tries:
    """How long one step is still tried."""

    def __init__(self, patience: float, narrator: Narrator, waits: Callable[[Sequence[Blocker]], None]) -> None:
        self._until = time.monotonic() + patience
        self._narrator = narrator
        self._waits = waits
        self._pause = FIRST_PAUSE
        self._held = 0
        self._told: set[int] = set()
        self.number = 0

    def may_look_again(self, blockers: Sequence[Blocker]) -> bool:
        """Wait for a moment: a look keeps nobody waiting. False when patience is over."""
        if time.monotonic() >= self._until:
            return False
        self._tell(blockers)
        time.sleep(min(LOOK_SECONDS, max(0.0, self._until - time.monotonic())))
        return True

    def may_pause(self, blockers: Sequence[Blocker]) -> bool:
        """Wait for a moment, a longer one each time; False when patience is over."""
        self.number += 1
        if time.monotonic() >= self._until:
            return False
        self._tell(blockers)
        # Two deployers, or a deployer and a job that comes every second, must not meet again and again.
        time.sleep(min(self._pause * random.uniform(0.5, 1.0), max(0.0, self._until - time.monotonic())))  # noqa: S311
        self._pause = min(self._pause * 1.6, LONGEST_PAUSE)
        return True

    def may_hold_again(self) -> bool:
        """Whether a step that held its locks for too long may try once more."""
        self._held += 1
        if self._held >= TRIES_TO_HOLD:
            return False
        self._narrator.say("    held its locks for too long and gave them back; trying again")
        return self.may_pause(())

    def _tell(self, blockers: Sequence[Blocker]) -> None:
        new = [one for one in blockers if one.pid not in self._told]
        if new and not self._told:
            self._waits(blockers)
        for one in new[:NAMED]:
            self._narrator.say(f"    waiting for {one.words}")
        self._told |= {one.pid for one in new}


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


def _nobody_gave_way(error: StatementFailed, blockers: Sequence[Blocker], tries: _Tries) -> StatementFailed:
    who = "; ".join(one.words for one in blockers[:NAMED])
    return StatementFailed(
        f"{error.what}, after {count(tries.number, 'try')}", sqlstate=error.sqlstate,
        detail=f"in the way: {who}" if who else error.detail,
        hint="Have them end, or give --cancel-blockers AGE or a longer --patience, then run the command again.",
        context=error.context,
    )  # fmt: skip


def _held_too_long(seconds: float) -> StatementFailed:
    return StatementFailed(
        f"it held its locks for longer than {duration(seconds)}, {TRIES_TO_HOLD} times", sqlstate=HELD_TOO_LONG,
        hint="Everybody waits meanwhile: rehearse it for a safe way, or allow it more with --hold SECONDS.",
    )  # fmt: skip
