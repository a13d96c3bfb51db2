"""Performs a deployment or a rollback that everybody has agreed to: locks, watch, history, notifications."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.archive.read import read_archive
from seatrial.deployment.careful import Careful
from seatrial.deployment.lock import deployment_lock
from seatrial.deployment.pooler import refuse_pooler
from seatrial.deployment.sentinel import Sentinel
from seatrial.deployment.window import wait_until_open
from seatrial.errors import Exit, Remains, SeatrialError
from seatrial.flows.ending import ended, is_through
from seatrial.flows.folder import again
from seatrial.flows.gates import gate_of
from seatrial.flows.pending import found_on
from seatrial.flows.undo.conflicts import say_conflicts
from seatrial.ledger import attempts, write
from seatrial.ledger.abandoned import clear_abandoned, stop_mirrors
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.ledger.reversals import store
from seatrial.model.attempt import AttemptEnd, Result, end_of, error_of
from seatrial.model.execution import Ending, Execution, MigrationRun
from seatrial.model.interrupts import undisturbed
from seatrial.model.notification import Event, Notification
from seatrial.model.outcome import Deployed
from seatrial.model.words import count
from seatrial.notify.notifier import Notifier
from seatrial.pg.connection import connect, give_up
from seatrial.project.origin import origin
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seatrial.deployment.lock import Ownership
    from seatrial.deployment.window import Window
    from seatrial.flows.folder import Folder
    from seatrial.model.archive import Archived
    from seatrial.model.blocker import Blocker
    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.model.narrator import Narrator
    from seatrial.model.outcome import Outcome
    from seatrial.model.plan import Plan
    from seatrial.model.release import Target
    from seatrial.model.reversal import Reversal
    from seatrial.model.terms import Terms
    from seatrial.model.undertaking import Retreat, Undertaking
    from seatrial.pg.connection import Connection

__all__ = ["Performance", "perform"]

_WAY = {"deploy": "to", "rollback": "back on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What is to be done, and everything that was agreed on."""

    folder: Folder
    target: Target
    how: Undertaking | Retreat
    #: What is to be done, as the ledger says under the lock; none where somebody else has done it.
    steps: Callable[[History], tuple[Migration, ...]]
    #: None where it was not rehearsed.
    plan: Plan | None
    #: Ways back that are stored before the first step.
    reversals: tuple[Reversal, ...]
    window: Window | None
    terms: Terms
    #: Where a backup is, in the words of whoever made it; empty where there is none.
    backed_up: str
    #: Refuses when anything is not as it was rehearsed.
    hold_to: Callable[[], None]
    #: What an earlier run had left, as far as it was said already.
    told: tuple[str, ...] = ()


def perform(connection: Connection, what: Performance, narrator: Narrator) -> Outcome | None:
    """Deploy it; None where somebody else has done so in the meantime.

    Args:
        connection: to the target, idle; it is the one that works.
        what: to do.
        narrator: told of each migration as it begins and ends.

    Raises:
        Refused: another deployer is at work, or something has changed.
    """

    def guarding() -> Connection:
        return connect(what.target.dsn, application_name="seatrial lock")

    def watching() -> Connection:
        return connect(what.target.dsn, application_name="seatrial watch")

    if what.window:
        wait_until_open(what.window, lambda line: narrator.say(f"  {line}"), time.sleep)
    with Notifier(read_settings(what.folder.release.root / "seatrial.toml"), narrator) as notifier:
        work = None
        try:
            with guarding() as guard, Sentinel(watching, connection, narrator) as sentinel:
                refuse_pooler(guard, connection)
                with deployment_lock(guard, connection, reach=guarding, narrator=narrator) as ownership:
                    # Whoever held the lock before us may have applied what we were asked about.
                    what.hold_to()
                    write.create(connection)
                    history, archived = read_history(connection), read_archive(connection)
                    pending = what.steps(history)
                    if not pending:
                        return None
                    history = _cleared(connection, pending, history, narrator)
                    forget = _note(connection, what, history, pending)
                    work = _Work(connection, what, pending, history, _Said(notifier, what, pending), narrator)
                    work.execute(ownership, sentinel)
            outcome = work.ended()
            if outcome.exit_code is Exit.NO:
                forget()
            return _with_conflicts(connection, outcome, archived, narrator)
        except KeyboardInterrupt:
            if work is None:
                raise
            # It came beside the work itself, which has ended: what it came to is said all the same.
            with undisturbed():
                return work.ended()


def _note(
    connection: Connection, what: Performance, history: History, pending: Sequence[Migration]
) -> Callable[[], None]:  # fmt: skip
    """What is usual before the first step; once one is through, it is too late. Returns what forgets it again."""
    if what.how.command != "deploy" or history.progress:
        return lambda: None
    from seatrial.flows.watch.before import note_before
    from seatrial.flows.watch.changes import changes_of

    schema, labels = what.folder.schema, {one.version: one.label for one in pending}
    return note_before(connection, what.target.name, changes_of(schema, labels) if schema else ())


def _with_conflicts(
    connection: Connection, outcome: Outcome, before: Sequence[Archived], narrator: Narrator
) -> Outcome:  # fmt: skip
    """It is done, whatever becomes of the connection or of our patience now."""
    if outcome.exit_code is Exit.YES and not connection.closed:
        with undisturbed(), suppress(SeatrialError):
            say_conflicts(connection, before, narrator)
    return outcome


def _cleared(
    connection: Connection, pending: Sequence[Migration], history: History, narrator: Narrator
) -> History:  # fmt: skip
    """The history once what earlier tries have left, and no file wants any more, is gone."""
    for statement in stop_mirrors(connection, pending, history):
        narrator.say(f"  {statement}: an earlier run left it, and nothing of what is to come needs it")
    for index in clear_abandoned(connection, pending, history):
        narrator.say(f"  dropped index {index} (INVALID), which an earlier run left and no file wants any more")
    return read_history(connection)


class _Said:
    """What the team is told."""

    def __init__(self, notifier: Notifier, what: Performance, pending: Sequence[Migration]) -> None:
        self._notifier = notifier
        self._about = Notification(
            event=Event.STARTED, target=what.target.name, release=what.folder.release.name,
            migrations=tuple(one.label for one in pending), plan=what.plan.digest if what.plan else "",
            who=origin().user,
            sentence=f"{count(len(pending), 'migration')} on the way {_WAY[what.how.command]} {what.target.name}.",
        )  # fmt: skip
        self._done = Event.DONE if what.how.command == "deploy" else Event.ROLLED_BACK

    def started(self) -> None:
        """It begins."""
        self._notifier.tell(self._about)

    def waiting(self, blockers: Sequence[Blocker]) -> None:
        """Somebody is in the way; what they ask of the database stays here."""
        who = f"{count(len(blockers), 'transaction')} in the way" if blockers else "a lock is not to be had"
        sentence = f"Waiting on {self._about.target}: {who}."
        self._notifier.tell(replace(self._about, event=Event.WAITING, sentence=sentence, step=sentence))

    def ended(self, outcome: Outcome) -> None:
        """As it ended."""
        event = self._done if outcome.exit_code is Exit.YES else Event.FAILED
        following = outcome.next[0] if outcome.next else ""
        self._notifier.tell(replace(self._about, event=event, sentence=outcome.summary, next=following))


class _Work:
    """The work itself, and its line in the history."""

    def __init__(
        self,
        connection: Connection,
        what: Performance,
        pending: tuple[Migration, ...],
        history: History,
        said: _Said,
        narrator: Narrator,
    ) -> None:
        self._connection = connection
        self._what = what
        self._pending = pending
        self._history = history
        self._said = said
        self._narrator = narrator
        self._found = found_on(pending, history)
        self._begun = time.perf_counter()
        self._number = 0
        self._careful: Careful | None = None
        self._execution: Execution | None = None
        self._outcome: Outcome | None = None

    def execute(self, ownership: Ownership, sentinel: Sentinel) -> None:
        """Until it is complete, or cannot go on."""
        what, plan = self._what, self._what.plan
        for line in self._found:
            if line in what.told:
                continue
            self._narrator.say(f"  found {line}")
        attempt = attempts.attempt_of(self._pending, plan=plan.digest if plan else "", command=what.how.command)
        self._number = attempts.begin(self._connection, attempt)
        store(self._connection, self._not_begun(), what.reversals)
        self._said.started()
        self._careful = Careful(
            self._connection, plan={(one.version, one.number): one for one in plan.steps} if plan else {},
            ownership=ownership, sentinel=sentinel, terms=what.terms, window=what.window,
            waits=self._said.waiting, narrator=self._narrator,
        )  # fmt: skip
        try:
            gate = gate_of(self._connection, plan)
            self._execution = apply_all(
                self._connection, self._pending, self._history.progress, self._narrator, self._careful, gate
            )
        except SeatrialError as error:
            self._write_down(
                AttemptEnd(result=Result.REFUSED, seconds=self._seconds, error=error_of(error.code, error.what))
            )
            raise
        except Exception as fault:
            raise Remains(
                "deploy.fault",
                "a fault in Seatrial stopped the deployment; what it had applied by then stays",
                where=what.target.name,
                why=f"{type(fault).__name__}: {fault}",
                fix=again("status", what.folder.release.root, what.target.argument) + "; and please report this",
            ) from fault

    def _not_begun(self) -> frozenset[str]:
        """A way back that was stored when a migration was begun leads back from there, and a later one does not."""
        found = (one for one in self._pending if one.version not in self._history.progress)
        return frozenset(one.undoes or one.version for one in found)

    def ended(self) -> Outcome:
        """What it came to, once its session is gone; it is written down and told, once."""
        if self._outcome is None:
            self._outcome = self._found_out()
        self._said.ended(self._outcome)
        return self._outcome

    def _found_out(self) -> Outcome:
        what, careful, execution = self._what, self._careful, self._execution or self._unheard()
        if execution.ending in {Ending.INTERRUPTED, Ending.LOST}:
            # What it had begun must be over before anybody looks, and before anybody says that it is.
            give_up(self._connection)
        found = ended(execution, what.folder.release.root, what.target, how=what.how, pending=self._pending)
        wait, tries = (careful.longest_wait, careful.tries_in_vain) if careful else (0.0, 0)
        tried = tries + (execution.ending is Ending.COMPLETE)
        self._write_down(end_of(execution, self._seconds, longest_wait=wait, tries=max(1, tried)))
        body = Deployed(
            target=what.target.name, execution=execution, plan=what.plan.digest if what.plan else "",
            found=self._found, longest_wait=wait, tries_in_vain=tries, backed_up=what.backed_up,
        )  # fmt: skip
        return replace(found, body=body)

    def _unheard(self) -> Execution:
        """It was interrupted right before its first step or right after its last: the ledger tells."""
        with connect(self._what.target.dsn) as another:
            history = read_history(another)
        runs = tuple(
            MigrationRun(version=one.version, label=one.label, seconds=0.0, statements=())
            for one in self._pending if is_through(one.version, history)
        )  # fmt: skip
        if len(runs) == len(self._pending):
            return Execution(ending=Ending.COMPLETE, runs=runs)
        return Execution(ending=Ending.INTERRUPTED, runs=runs, stopped_in=self._pending[len(runs)].label)

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._begun

    def _write_down(self, end: AttemptEnd) -> None:
        """In the history; where our session is lost, on another one, if there is one to be had."""
        with suppress(SeatrialError):
            if not self._connection.closed:
                attempts.end(self._connection, self._number, end)
                return
            with connect(self._what.target.dsn) as another:
                attempts.end(another, self._number, end)
