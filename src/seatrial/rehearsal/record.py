"""Executes statements on a scratch and records what each of them does, at little more than its own cost.

Only the session itself knows its uncommitted files and counters. So a change of the schema is looked at by an event
trigger where it ends, and everything else by a question in the same message. An observer connection beside it knows
how things were before. Comments and privileges, which come by the hundred, are looked at together with the statement
behind them. What a look brought is worked out while the server is busy with the next statement.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.ledger.resting import as_wished
from seatrial.model.evidence import Evidence, Lock, LockMode, Notice, ObjectChange
from seatrial.model.execution import StatementRun
from seatrial.model.source import Transaction
from seatrial.pg.connection import on_notice, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import converse, execute_script, execute_statement
from seatrial.pg.step import run_step
from seatrial.rehearsal.alone import counters, run_alone
from seatrial.rehearsal.look import (
    KINDS,
    LOOKED,
    Counters,
    Look,
    Relation,
    Touched,
    built_again,
    changes,
    evidence,
    with_end,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seatrial.model.migration import Migration, Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection
    from seatrial.rehearsal.limit import Limit

__all__ = ["Recorder", "install"]

PACKAGE = "seatrial.rehearsal"
#: Nothing but a comment or a privilege changes: looked at together with what comes behind it.
LIGHT = frozenset({"comment_stmt", "grant_stmt"})
#: Nothing that the database would show; and SET TRANSACTION must not come after a query.
NEVER_LOOKED_AT = frozenset({"variable_set_stmt", "transaction_stmt", "constraints_set_stmt"})
#: End without an event trigger, or write rows into what the transaction itself has made: a look comes behind them.
LOOKED_AT = frozenset({
    "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "copy_stmt", "select_stmt", "do_stmt", "call_stmt",
    "execute_stmt", "explain_stmt", "create_table_as_stmt", "refresh_mat_view_stmt", "truncate_stmt", "lock_stmt",
    "cluster_stmt", "reindex_stmt", "vacuum_stmt", "create_role_stmt", "alter_role_stmt", "alter_role_set_stmt",
    "drop_role_stmt", "grant_role_stmt", "alter_database_set_stmt", "prepare_stmt", "deallocate_stmt", "discard_stmt",
    "declare_cursor_stmt", "fetch_stmt", "close_portal_stmt", "listen_stmt", "unlisten_stmt", "notify_stmt",
})  # fmt: skip
HIGHEST_OID = 2**32 - 1
LOOK = "SELECT * FROM pg_catalog.seatrial_look(false)"
LOOK_AT_EVERYTHING = "SELECT * FROM pg_catalog.seatrial_look(true)"


def install(superuser: Connection) -> None:
    """Make a database of a scratch tell what happens in it."""
    execute_script(superuser, load(PACKAGE, "watch"))


@dataclass(slots=True, kw_only=True)
class _Run:
    """A statement that went through, while its transaction is open."""

    statement: Statement
    begun: float
    seconds: float = 0
    evidence: Evidence = field(default_factory=Evidence)
    told: list[Notice] = field(default_factory=list)


class Recorder:
    """A watch that sees everything; both connections lead to a database in which it is installed.

    Args:
        connection: of the deploying role.
        observer: of a superuser.
        limit: how long a statement may take.
        refused: where given, takes a statement that failed, and the migration goes on without it.
    """

    def __init__(
        self,
        connection: Connection,
        observer: Connection,
        limit: Limit,
        *,
        refused: Callable[[Migration, Statement, StatementFailed], None] | None = None,
    ) -> None:
        self._connection = connection
        self._observer = observer
        self._limit = limit
        self._refused = refused
        self._told: list[Notice] = []
        self._known: dict[int, Relation] = {}
        self._boundary = HIGHEST_OID
        self._learn(None)
        #: What is newer was made by what is rehearsed.
        self._boundary = self._newest = max(self._known, default=0)
        self._open: list[_Run] = []
        self._runs: list[StatementRun] = []
        #: The statement whose look is not worked out yet, with the answers that it brought.
        self._waiting: tuple[_Run, list[tuple[str | None, ...]]] | None = None
        on_notice(connection, self._hear)
        # What the session has counted before is not of the release.
        execute_statement(connection, "SELECT pg_catalog.pg_stat_force_next_flush()")

    def execute(self, migration: Migration, step: Step, record: Callable[[], None]) -> None:
        """A step, and a look at all that it does."""
        with self._step(migration, step):
            run_step(self._connection, step, before_commit=record, run=self.run)

    @contextmanager
    def _step(self, migration: Migration, step: Step) -> Iterator[None]:
        """Around a step: at its end, COMMIT included, it is known how long the locks were held."""
        self._migration = migration
        self._last = step.statements[-1] if step.statements else None
        self._held: dict[int, LockMode] = {}
        self._counted: dict[int, Counters] = {}
        self._open = []
        self._waiting = None
        #: What is newer was made by the transaction itself.
        self._settled = self._newest
        self._wal: int | None = None
        self._made: dict[int, Touched] = {}
        self._gone: set[int] = set()
        yield
        ended = time.perf_counter()
        self._work_out()
        self._runs += [
            StatementRun(
                start=run.statement.start, text=run.statement.text, seconds=run.seconds,
                evidence=with_end(run.evidence, ended - run.begun),
            )
            for run in self._open
        ]  # fmt: skip
        for oid, one in self._made.items():
            self._known[oid] = replace(self._known[oid], file=one.file)

    def run(self, statement: Statement) -> None:
        """Execute a statement and look at what it did."""
        if self._refused is None:
            self._run(statement)
            return
        alone = statement.transaction is Transaction.STANDALONE
        try:
            if not alone:
                execute_statement(self._connection, "SAVEPOINT seatrial")
            self._run(statement)
            # RELEASE would take an author's new savepoint along, and ROLLBACK TO an older one has taken ours.
            if not alone and statement.node != "transaction_stmt":
                execute_statement(self._connection, "RELEASE seatrial")
        except StatementFailed as error:
            self._refused(self._migration, statement, error)
            if not alone:
                execute_statement(self._connection, "ROLLBACK TO seatrial; RELEASE seatrial")
                self._look_again()

    def _run(self, statement: Statement) -> None:
        run = _Run(statement=statement, begun=time.perf_counter())
        self._told = run.told
        alone = statement.transaction is Transaction.STANDALONE
        light = statement.node in NEVER_LOOKED_AT or (statement.node in LIGHT and statement is not self._last)
        with self._limit.statement(), as_wished(self._connection, statement):
            if alone:
                run.evidence = run_alone(self._connection, self._observer, statement, self._boundary)
            elif light:
                converse(self._connection, statement.text, meanwhile=self._work_out)
            else:
                self._run_and_look(run)
        self._open.append(run)
        if alone or light:
            run.seconds = time.perf_counter() - run.begun
            objects, notices = self._said(run, mark=None)
            run.evidence = replace(run.evidence, objects=objects, notices=notices)
        if alone:
            self._see_anew()
        if _goes_back(statement):
            self._look_again()

    def _run_and_look(self, run: _Run) -> None:
        everything = run.statement.node in LOOKED_AT
        looked_at = everything or run.statement.node in LIGHT
        look = LOOK_AT_EVERYTHING if everything else LOOK
        # A comment at the statement's end must not swallow the question.
        text = f"{run.statement.text}\n;{look}" if looked_at else run.statement.text
        # The first message of a transaction says what is older than it.
        lead = _lead(self._settled, self._newest) if self._wal is None else ""
        answers = converse(self._connection, text, lead=lead, meanwhile=self._work_out)
        if self._wal is None:
            self._wal = int(answers.pop(0)[-1] or 0)
        if not looked_at:
            answers = []
            if not any(notice.sqlstate == LOOKED for notice in run.told):
                answers = converse(self._connection, LOOK)
        self._waiting = run, answers
        # Behind the last statement comes COMMIT, and then the observer no longer sees how things were.
        if self._refused or run.statement is self._last:
            self._work_out()

    def _work_out(self) -> None:
        """What the last look brought."""
        if self._waiting is None:
            return
        (run, answers), self._waiting = self._waiting, None
        look = Look.told(run.told) or Look.of(answers[-1])
        self._learn_new(look.touched)
        found = evidence(look.touched, self._known, self._held, self._counted)
        self._remember(look)
        wal, self._wal = look.wal - (self._wal or 0), look.wal
        objects, notices = self._said(run, mark=look.mark)
        run.seconds = look.seconds
        run.evidence = replace(
            found, locks=self._hand_out(found.locks, before=run), wal_bytes=wal, objects=objects, notices=notices
        )

    def _hear(self, notice: Notice) -> None:
        # Each statement has a list of its own.
        self._told.append(notice)

    def _said(self, run: _Run, mark: str | None) -> tuple[tuple[ObjectChange, ...], tuple[Notice, ...]]:
        if not run.told:
            return (), ()
        objects, notices = changes(run.told, mark)
        return tuple(map(self._as_it_was, objects)), notices

    def _as_it_was(self, one: ObjectChange) -> ObjectChange:
        """A policy that only restricted is the worst to lose; the observer still sees it."""
        if (one.action, one.kind) != ("dropped", "policy"):
            return one
        found = rows(self._observer, load(PACKAGE, "restrictive"), {"identity": one.name})
        return replace(one, restrictive=bool(found))

    def taken(self) -> tuple[StatementRun, ...]:
        """What went through, with its evidence."""
        runs, self._runs = tuple(self._runs), []
        return runs

    def _see_anew(self) -> None:
        """Which relations there are, with their files."""
        self._known.clear()
        self._learn(None)
        self._newest = max(self._known, default=0)

    def _look_again(self) -> None:
        """After a part of the transaction was rolled back: see what it still holds, and which files there are."""
        self._waiting = None
        look = Look.of(converse(self._connection, LOOK_AT_EVERYTHING)[-1])
        self._known.clear()
        self._learn(None)
        self._made.clear()
        self._learn_new(look.touched)
        self._held, self._counted = {}, counters(self._connection, "pending")
        self._remember(look)

    def _learn_new(self, touched: Sequence[Touched]) -> None:
        """Relations that are seen for the first time: made by this transaction, or committed by one before."""
        unknown = [one for one in touched if one.oid not in self._known]
        if not unknown:
            return
        for one in unknown:
            if one.oid > self._settled:
                self._known[one.oid] = Relation(name=one.name, kind=one.kind, file=-1, size=0, existed=False)
        if older := [one.oid for one in unknown if one.oid <= self._settled]:
            self._learn(older)
        gone = [self._known[one.oid] for one in touched if not one.name and one.oid not in self._gone]
        again = built_again({one.oid: one.name for one in unknown if one.oid > self._settled}, gone)
        self._known |= again
        # The lock on the one that went is told.
        self._held |= dict.fromkeys(again, LockMode.ACCESS_EXCLUSIVE)

    def _learn(self, oids: list[int] | None) -> None:
        for row in rows(self._observer, load(PACKAGE, "relations"), {"oids": oids}):
            existed = row["oid"] <= self._boundary
            self._known[row["oid"]] = Relation(
                name=row["name"], kind=KINDS.get(row["kind"], "pg_toast"), file=row["file"], existed=existed,
                # When a file of a relation made here is first seen, the statement may have filled it already.
                size=row["size"] if existed else 0,
            )  # fmt: skip

    def _remember(self, look: Look) -> None:
        for one in look.touched:
            known = self._known[one.oid]
            size = known.size if one.size is None else one.size
            file = known.file if known.file < 0 else one.file
            if (file, size, one.name or known.name) != (known.file, known.size, known.name):
                self._known[one.oid] = replace(known, file=file, size=size, name=one.name or known.name)
            self._held[one.oid] = max(one.mode, self._held.get(one.oid, one.mode))
            self._counted[one.oid] = one.counters
            if known.file < 0:
                self._made[one.oid] = one
            if not one.name:
                self._gone.add(one.oid)
        self._newest = max(self._newest, *(one.oid for one in look.touched), 0)

    def _hand_out(self, locks: tuple[Lock, ...], before: _Run) -> tuple[Lock, ...]:
        """Give the weak locks of comments that were not looked at to the comments that name the relation."""
        mine = list(locks)
        earlier = self._open[: self._open.index(before)] if before in self._open else self._open
        for run in reversed(earlier):
            if not mine or run.statement.node not in LIGHT | NEVER_LOOKED_AT or run.evidence.locks:
                break
            theirs = [
                lock for lock in mine
                if lock.mode is LockMode.SHARE_UPDATE_EXCLUSIVE and _last_name(lock.relation) in run.statement.text
            ]  # fmt: skip
            if theirs:
                run.evidence = replace(run.evidence, locks=tuple(theirs))
                mine = [lock for lock in mine if lock not in theirs]
        return tuple(mine)


def _lead(settled: int, newest: int) -> str:
    return (
        f"SELECT pg_catalog.set_config('seatrial.settled', '{settled}', true), "
        f"pg_catalog.set_config('seatrial.newest', '{newest}', true), "
        "(pg_catalog.pg_current_wal_insert_lsn() - '0/0')::int8;"
    )


def _goes_back(statement: Statement) -> bool:
    """ROLLBACK TO a savepoint; a whole ROLLBACK is never run."""
    return statement.node == "transaction_stmt" and statement.text.lower().startswith("rollback")


def _last_name(relation: str) -> str:
    return relation.rpartition(".")[2].strip('"')
