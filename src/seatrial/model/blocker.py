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
        """`process 4711 (app, web, idle in transaction for 3 min 2 s) holds public.contacts: SELECT …`."""
        age = f"for {duration(self.age)}" if self.age is not None else "for a time that is not shown"
        holds = f" holds {self.relation}" if self.relation else ""
        doing = f": {self.query}" if self.query else ""
        if self.kind == "prepared":
            return f"the prepared transaction {self.application!r} of {self.role} ({age}){holds}"
        if self.kind == "autovacuum":
            return f"autovacuum, process {self.pid} ({age}){holds}{doing}"
        who = ", ".join(
            part for part in (self.role, self.application, f"{self.state or 'in a transaction'} {age}") if part
        )
        return f"process {self.pid} ({who}){holds}{doing}"
