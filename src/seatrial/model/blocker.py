"""Somebody who keeps a step of a deployment waiting."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.model.words import duration

__all__ = ["Blocker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """A session, an autovacuum, or a prepared transaction."""

    #: `session`, `autovacuum`, `prepared`.
    kind: str
    #: 0 for a prepared transaction.
    pid: int
    role: str
    #: Of a prepared transaction, its identifier.
    application: str
    #: Address of its client; empty where it is this machine, or not shown.
    client: str
    #: `active`, `idle in transaction`; empty where it is not shown.
    state: str
    #: What it holds; empty where it is only older.
    relation: str
    #: Without its constants, on one line, cut off.
    query: str
    #: Of its transaction, in seconds; None where it is not shown.
    age: float | None

    @property
    def is_forced(self) -> bool:
        """An autovacuum that comes back at once when it is cancelled, as the server would run out of numbers."""
        return self.kind == "autovacuum" and "to prevent wraparound" in self.query

    @property
    def words(self) -> str:
        """`process 4711 (user app, web, from 10.0.0.5) has been idle in transaction for 3 s and holds public.boats`."""
        age = f"for {duration(self.age)}" if self.age is not None else "for a time that is not shown"
        holds = f" and holds {self.relation}" if self.relation else ""
        if self.kind == "prepared":
            return f"the prepared transaction {self.application!r} of user {self.role} has been there {age}{holds}"
        if self.kind == "autovacuum":
            return f"autovacuum, process {self.pid}, has been at work {age}{holds}"
        client = f"from {self.client}" if self.client else ""
        who = ", ".join(part for part in (f"user {self.role}", self.application, client) if part)
        return f"process {self.pid} ({who}) has been {self.state or 'in a transaction'} {age}{holds}"

    @property
    def lines(self) -> tuple[str, ...]:
        """The same, and under it what it asks, and the command that ends it."""
        query = (f"  its query: {self.query}",) if self.query else ()
        return (self.words, *query, f"  to end it: {self._end}")

    @property
    def _end(self) -> str:
        if self.kind == "prepared":
            identifier = self.application.replace("'", "''")
            return f"rollback prepared '{identifier}'"
        return f"select pg_terminate_backend({self.pid})"
