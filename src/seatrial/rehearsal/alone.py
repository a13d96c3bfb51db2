"""Watches a statement that stands outside any transaction, from a second connection, while it runs."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.evidence import Evidence, LockMode
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask, execute_statement
from seatrial.rehearsal.look import KINDS, Counters, Relation, Touched, built_again, evidence

if TYPE_CHECKING:
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["counters", "run_alone"]

PACKAGE = "seatrial.rehearsal"
WAL = "SELECT (pg_catalog.pg_current_wal_insert_lsn() - '0/0')::int8"


class _Poller(threading.Thread):
    """Asks again and again which locks a session holds, as they are gone when its statement is over.

    A short statement would be over between two questions. So its tables are locked until it is seen to queue for one.
    """

    def __init__(self, observer: Connection, pid: int, gate: frozenset[int]) -> None:
        super().__init__(daemon=True)
        self._observer = observer
        self._pid = pid
        self._gate = gate
        self._over = threading.Event()
        self.locks: dict[int, LockMode] = {}

    def run(self) -> None:
        """Until the statement is over."""
        query = load(PACKAGE, "locks_of")
        while not self._over.is_set():
            for row in rows(self._observer, query, {"pid": self._pid}):
                mode = LockMode(row["mode"])
                self.locks[row["oid"]] = max(mode, self.locks.get(row["oid"], mode))
            if any(self.locks.get(oid, 0) >= LockMode.SHARE_UPDATE_EXCLUSIVE for oid in self._gate):
                self._open()

    def stop(self) -> None:
        """The statement is over."""
        self._over.set()
        self.join()
        self._open()

    def _open(self) -> None:
        if self._gate:
            self._gate = frozenset()
            execute_statement(self._observer, "COMMIT")


def run_alone(connection: Connection, observer: Connection, statement: Statement, boundary: int) -> Evidence:
    """Execute it; what it did shows in what has become of relations and counters, and in the locks that were seen.

    Args:
        connection: outside a transaction.
        observer: of a superuser, on the same database.
        statement: what to execute.
        boundary: relations above this OID were made by what is rehearsed.
    """
    before, counted, wal = _relations(observer), counters(observer, "counters"), _wal(observer)
    poller = _Poller(observer, connection.info.backend_pid, _gate(observer, statement.text))
    poller.start()
    try:
        execute_statement(connection, statement.text)
    finally:
        poller.stop()
    execute_statement(connection, "SELECT pg_catalog.pg_stat_force_next_flush()")
    after, counted_after = _relations(observer), counters(observer, "counters")
    known = {oid: _known(oid, row, boundary) for oid, row in (after | before).items()}
    made, gone = after.keys() - before.keys(), before.keys() - after.keys()
    again = built_again({oid: after[oid]["name"] for oid in made}, [known[oid] for oid in gone])
    known |= {oid: replace(known[oid], file=-1, size=0) for oid in made} | again
    touched = [
        _touched(oid, row, poller.locks.get(oid), counted_after.get(oid, (0, 0, 0, 0, 0)))
        for oid, row in (before | after).items()
    ]
    unlocked = {one.oid: one.mode for one in touched if one.oid not in poller.locks}
    return replace(evidence(touched, known, unlocked, counted), wal_bytes=_wal(observer) - wal)


def _gate(observer: Connection, text: str) -> frozenset[int]:
    """The tables that the statement may mean, which the observer holds now; none where somebody else has one."""
    found = rows(observer, load(PACKAGE, "gate"), {"text": text})
    if not found or "skip_locked" in text.lower():
        return frozenset()
    try:
        execute_statement(observer, f"BEGIN; {found[0]['lock']}")
    except StatementFailed:
        execute_statement(observer, "ROLLBACK")
        return frozenset()
    return frozenset(found[0]["oids"])


def _touched(oid: int, row: dict[str, Any], mode: LockMode | None, counters: Counters) -> Touched:
    return Touched(
        oid=oid, mode=mode or LockMode.ACCESS_SHARE, name=row["name"], kind=KINDS.get(row["kind"], ""),
        file=row["file"], size=row["size"], counters=counters,
    )  # fmt: skip


def _known(oid: int, row: dict[str, Any], boundary: int) -> Relation:
    return Relation(
        name=row["name"], kind=KINDS.get(row["kind"], "pg_toast"), file=row["file"], size=row["size"],
        existed=oid <= boundary,
    )  # fmt: skip


def _relations(observer: Connection) -> dict[int, dict[str, Any]]:
    return {row["oid"]: row for row in rows(observer, load(PACKAGE, "relations"), {"oids": None})}


def counters(connection: Connection, query: str) -> dict[int, Counters]:
    """What has been counted of each table: `counters` for all sessions, `pending` for an open transaction."""
    found = rows(connection, load(PACKAGE, query))
    return {row["oid"]: (row["scans"], row["rows"], row["inserted"], row["updated"], row["deleted"]) for row in found}


def _wal(observer: Connection) -> int:
    return int(ask(observer, WAL).value)
