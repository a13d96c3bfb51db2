"""A deployment as the command performs it, on a target where others are at work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.acceptance.console import wait_until
from tests.postgres.deployment.batches import Told
from tests.postgres.ledger.folder import migration

from seatrial.deployment.careful import Careful
from seatrial.deployment.lock import deployment_lock
from seatrial.deployment.sentinel import Sentinel
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.plan import PlannedLock, PlanStep
from seatrial.model.terms import Terms
from seatrial.pg.connection import Connection, connect, database_of, give_up
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from seatrial.deployment.window import Window
    from seatrial.model.blocker import Blocker
    from seatrial.model.execution import Execution
    from seatrial.model.failure import Failure

__all__ = ["Harbour", "Voyage", "blocked", "holds", "old", "running", "somebody", "whole"]

#: Nobody is waited for, but for the lock itself.
HASTY = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=0)


def whole(*tables: str, mode: str = "ACCESS EXCLUSIVE") -> tuple[PlannedLock, ...]:
    """Strong locks, in this order."""
    return tuple(PlannedLock(relation=table, mode=mode, blocks=("reads", "writes")) for table in tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voyage:
    """What came of it."""

    execution: Execution
    lines: list[str]
    waited_for: list[Sequence[Blocker]]
    longest_wait: float
    tries_in_vain: int

    @property
    def failure(self) -> Failure:
        """The one that it failed of."""
        assert self.execution.failure, self.execution
        return self.execution.failure

    @property
    def said(self) -> str:
        """Everything that was told."""
        return "\n".join(self.lines)


@dataclass(kw_only=True)
class Harbour:
    """One database, and how the deployer gets there."""

    dsn: str
    #: How the connections of the deployer are opened, by application name; tests put something in between.
    reach: Callable[[str], Connection] | None = None
    #: Process of the session that works.
    worker: int = 0
    told: Told = field(default_factory=Told)

    @property
    def database(self) -> str:
        """Its name."""
        return database_of(self.dsn)

    def deploy(
        self,
        *files: str,
        terms: Terms = HASTY,
        locks: Sequence[PlannedLock] = (),
        timeout_ms: int = 0,
        window: Window | None = None,
    ) -> Voyage:
        """Apply files, each of them with these locks in its plan."""
        pending = [migration(f"2026010100000{number}", text) for number, text in enumerate(files)]
        waited_for: list[Sequence[Blocker]] = []
        plan = {
            (one.version, step.number): PlanStep(
                version=one.version, label=one.label, number=step.number, kind=str(step.kind), digest=step.digest,
                statement_timeout_ms=timeout_ms, forecast=None, held=None, locks=tuple(locks),
            )
            for one in pending for step in one.steps
        }  # fmt: skip
        with (
            self._open("seatrial") as work,
            self._open("seatrial lock") as guard,
            Sentinel(lambda: self._open("seatrial watch"), work, self.told) as sentinel,
            deployment_lock(guard, work, reach=lambda: self._open("seatrial lock"), narrator=self.told) as ownership,
        ):
            self.worker = work.info.backend_pid
            write.create(work)
            history = read_history(work)
            done = {one.version for one in history.applied}
            careful = Careful(
                work, plan=plan, ownership=ownership, sentinel=sentinel, terms=terms, window=window,
                waits=waited_for.append, narrator=self.told,
            )  # fmt: skip
            pending = [one for one in pending if one.version not in done]
            execution = apply_all(work, pending, history.progress, self.told, careful)
            give_up(work)
        return Voyage(
            execution=execution, lines=self.told.lines, waited_for=waited_for,
            longest_wait=careful.longest_wait, tries_in_vain=careful.tries_in_vain,
        )  # fmt: skip

    @contextmanager
    def deploying(
        self, *files: str, terms: Terms = HASTY, locks: Sequence[PlannedLock] = ()
    ) -> Iterator[Future[Voyage]]:
        """The same, while the test does something else."""
        with ThreadPoolExecutor(1) as pool:
            yield pool.submit(self.deploy, *files, terms=terms, locks=locks)

    def _open(self, name: str) -> Connection:
        return self.reach(name) if self.reach else connect(self.dsn, application_name=name)


@contextmanager
def somebody(dsn: str, *statements: str, is_old: bool = True) -> Iterator[Connection]:
    """Somebody who works there, in a transaction with these statements; if wanted one that is no moment's work."""
    with connect(dsn, application_name="web") as connection:
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement.encode())
        if is_old:
            with connect(dsn) as looking:
                wait_until(lambda: old(looking, connection), "a transaction grows old")
        yield connection


def blocked(looking: Connection, pid: int) -> list[str]:
    """The relations that a session waits for at this moment."""
    return [
        row[0] for row in looking.execute(
            "SELECT relation::regclass::text FROM pg_locks WHERE pid = %s AND NOT granted AND relation IS NOT NULL",
            [pid],
        ).fetchall()
    ]  # fmt: skip


def holds(looking: Connection, pid: int, table: str) -> bool:
    """Whether a session has a strong lock on a table."""
    return bool(
        looking.execute(
            "SELECT FROM pg_locks WHERE pid = %s AND granted AND relation = to_regclass(%s) "
            "AND mode = 'AccessExclusiveLock'",
            [pid, f"public.{table}"],
        ).fetchall()
    )


def old(looking: Connection, connection: Connection) -> bool:
    """Whether a transaction of a session is no moment's work any more."""
    [(age,)] = looking.execute(
        "SELECT extract(epoch FROM clock_timestamp() - xact_start)::float8 FROM pg_stat_activity WHERE pid = %s",
        [connection.info.backend_pid],
    ).fetchall()
    return age is not None and age > 1.2


@contextmanager
def running(connection: Connection, statement: str) -> Iterator[Future[None]]:
    """A statement that takes its time, while the test does something else."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(execute_statement, connection, statement)
