"""What a statement did while it was rehearsed: locks, rewrites, scans, rows, bytes, objects, notices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

__all__ = ["Evidence", "Lock", "LockMode", "Notice", "ObjectChange", "Rewrite", "Scan", "Written"]


class LockMode(IntEnum):
    """The table-level lock modes, weakest first.

    Source: the conflict table of "Explicit Locking" in PostgreSQL's documentation.
    """

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def words(self) -> str:
        """`ACCESS EXCLUSIVE`, as LOCK TABLE spells it."""
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> tuple[str, ...]:
        """Who waits while it is held: reads (SELECT), writes (INSERT, UPDATE, DELETE), schema changes."""
        waiting = (
            ("reads", self >= LockMode.ACCESS_EXCLUSIVE),
            ("writes", self >= LockMode.SHARE),
            ("schema changes", self >= LockMode.SHARE_UPDATE_EXCLUSIVE),
        )
        return tuple(who for who, waits in waiting if waits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock on a relation that was there before the transaction that took it."""

    #: Schema-qualified, quoted where it has to be.
    relation: str
    #: `table`, `index`, `view`, `materialized view`, `sequence`, `foreign table`.
    kind: str
    mode: LockMode
    blocks: tuple[str, ...]
    #: From the beginning of the statement to the end of its transaction, which is when it is let go.
    held_seconds: float
    #: Whether the relation is older than what is rehearsed; on one that the release itself makes nobody waits.
    existed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """How often a relation was read from end to end, or an index searched, and how many rows that gave."""

    relation: str
    scans: int
    rows: int
    existed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Rows that were changed."""

    relation: str
    inserted: int
    updated: int
    deleted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A table or an index that was there and got a new file."""

    relation: str
    kind: str
    existed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange:
    """An object that was created, altered or dropped, whatever the statement was wrapped in."""

    action: Literal["created", "altered", "dropped"]
    #: `table`, `policy`, `function` …, as the server says it.
    kind: str
    name: str
    #: It was not named: CASCADE took it.
    cascaded: bool = False
    #: A policy that was dropped and only kept rows apart.
    restrictive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the server said beside its answer."""

    severity: str
    sqlstate: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that one statement did; comments and privileges share the look of the statement behind them."""

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    scans: tuple[Scan, ...] = ()
    written: tuple[Written, ...] = ()
    wal_bytes: int = 0
    #: By which files on disk grew, those of rewritten relations counted whole.
    bytes: int = 0
    objects: tuple[ObjectChange, ...] = ()
    notices: tuple[Notice, ...] = ()
