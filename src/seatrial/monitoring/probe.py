"""A probe: how one source is looked at, what it is told, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seatrial.model.sample import Key, StatementText
    from seatrial.model.watch import Baseline, Change, Declared
    from seatrial.model.workload import WorkloadQuery
    from seatrial.monitoring.logs.log import Log
    from seatrial.pg.connection import Connection

__all__ = ["Look", "Looked", "Probe", "Scope", "Unreadable"]


class Unreadable(Exception):
    """A source cannot be looked at."""

    def __init__(self, why: str) -> None:
        """With why, in words for a person: `pg_stat_statements is not installed in this database`."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a watch is about, and where it stands."""

    #: What the release made, changed or removed.
    changes: tuple[Change, ...] = ()
    #: What was usual before; None while that is being found out.
    baseline: Baseline | None = None
    #: Queries that the release declares.
    declared: tuple[Declared, ...] = ()
    workload: tuple[WorkloadQuery, ...] = ()
    #: Server time of the last look at this source, and of this one; `since` is 0 where it is the first.
    since: float = 0.0
    now: float = 0.0
    #: Subjects of statements whose text was told already.
    known: frozenset[str] = frozenset()
    #: Those that were followed one by one before this program, and stay so.
    followed: frozenset[str] = frozenset()
    #: The server's log, where it can be read.
    log: Log | None = None
    #: What a probe keeps from one look to the next, as long as the program runs.
    memory: dict[str, object] = field(default_factory=dict, compare=False)

    @property
    def relations(self) -> frozenset[str]:
        """Tables and views that the release touches, as the catalog has them."""
        return frozenset(change.relation for change in self.changes if change.relation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look at a source found; see `Sample`."""

    counters: Mapping[Key, float] = field(default_factory=dict)
    events: Mapping[Key, float] = field(default_factory=dict)
    levels: Mapping[Key, float] = field(default_factory=dict)
    texts: Mapping[str, StatementText] = field(default_factory=dict)
    #: Part of the source that could not be looked at, though the others could → why.
    unread: Mapping[str, str] = field(default_factory=dict)
    #: What its counters began with; empty where it has none.
    epoch: str = ""


#: Looks at a source, in a read-only transaction of its own with short time limits; raises `Unreadable`.
Look: TypeAlias = "Callable[[Connection, Scope], Looked]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One source that is looked at."""

    source: str
    look: Look
    #: Seconds between two looks; 0 for each sample.
    every: float = 0.0
    #: The search path that it looks with; empty for the one of the session.
    path: str = ""
