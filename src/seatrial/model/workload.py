"""The queries that the application asks often, and what they took before and after a release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Observed", "Prepared", "Unmeasured", "WorkloadQuery", "WorkloadTiming"]

_PART = r'"(?:[^"]|"")*"|[^".]+'
_SPELLED = re.compile(rf"(?:(?P<schema>{_PART})\.)?(?P<name>{_PART})")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadQuery:
    """One query, as a role sends it."""

    name: str
    role: str
    claims: Mapping[str, object]
    sql: str
    #: For `$1`, `$2` …
    params: tuple[str | int | float | bool, ...] = ()
    #: What its plan must use, with or without its schema and quotes; empty where nobody has said.
    index: str = ""
    #: Milliseconds that it may take; None where nobody has said.
    limit_ms: float | None = None
    #: Whether it changes rows.
    writes: bool = False
    #: Kinds of user that it is proved for, each with claims and parameters drawn from the data: roles of the
    #: membership, `super_administrator`, `signed_in`, `anonymous`, `service`. None: as `role` with `claims`.
    callers: tuple[str, ...] = ()
    #: Where the value of each parameter is drawn from then: `tenant`, `user`, a column (`public.contacts.stage`), or
    #: empty for the value in `params`.
    draw: tuple[str, ...] = ()

    def asks_for(self, name: str, schema: str = "") -> bool:
        """Whether an index is the one that its plan must use.

        Args:
            name: of the index, as it is or in quotes.
            schema: of the index, likewise; not compared where it is empty.
        """
        spelled = _SPELLED.fullmatch(self.index)
        if spelled is None:
            return bool(self.index) and self.index == _plain(name)
        is_there = not (schema and spelled["schema"]) or _is_same(spelled["schema"], schema)
        return self.index == _plain(name) or (is_there and _is_same(spelled["name"], name))


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name


def _is_same(spelled: str, name: str) -> bool:
    """SQL folds what is not in quotes; in settings some write it as it is."""
    return _plain(name) in {_plain(spelled), spelled.lower()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a prepared statement took, in milliseconds, and what its plan used."""

    milliseconds: float
    p99: float
    indexes: tuple[str, ...]
    scanned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What running it told, with row-level security as its role has it."""

    #: Names of the indexes that its plan used.
    indexes: tuple[str, ...]
    #: Tables that were read from end to end.
    scanned: tuple[str, ...]
    #: The median of the runs after the first, which warms the caches; planned and executed, as the server counts it.
    milliseconds: float
    runs: int
    #: Pages read in the last run, from memory or from disk.
    buffers: int
    #: Returned, or changed, in the run in which there were most.
    rows: int
    #: Tables that were read, by policies and functions too.
    tables: tuple[str, ...] = ()
    #: Functions whose own plans could not be seen.
    unseen: tuple[str, ...] = ()
    #: Milliseconds that 99 of 100 runs did not exceed; with fewer runs, the longest.
    p99: float = 0.0
    #: Rows that were read and left out by a filter, policies included.
    removed: int = 0
    #: The plan of the last run, as EXPLAIN prints it, without values of rows.
    plan: tuple[str, ...] = ()
    #: Median milliseconds of the first run in a new session, with the server's buffers emptied; None: not measured.
    cold: float | None = None
    #: The same query prepared: planned for its values each time, and with one plan for all values.
    custom: Prepared | None = None
    generic: Prepared | None = None
    #: Whether processes shared the work.
    parallel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """It could not be run."""

    #: `42P01 relation "public.integrations" does not exist`
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadTiming:
    """A query before and after a release, on the same generated rows."""

    query: WorkloadQuery
    before: Observed | Unmeasured
    after: Observed | Unmeasured
    #: Rows in the tables that it reads, after the release: what the figures are for.
    tables: tuple[tuple[str, int], ...]
    #: What they were measured on: `PostgreSQL 18.6 (embedded)`.
    server: str
    #: As which kind of user: `member`; empty where the query says its role and claims itself.
    caller: str = ""

    @property
    def uses_its_index(self) -> bool | None:
        """Whether the plan after the release has the index that it must use; None where nobody knows."""
        if not self.query.index or isinstance(self.after, Unmeasured):
            return None
        return any(map(self.query.asks_for, self.after.indexes)) or (None if self.after.unseen else False)

    @property
    def within_limit(self) -> bool | None:
        """Whether it took no longer than it may; None where nobody knows."""
        if self.query.limit_ms is None or isinstance(self.after, Unmeasured):
            return None
        return self.after.milliseconds <= self.query.limit_ms
