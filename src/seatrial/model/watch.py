"""A watch: the hours after a deployment, what was usual before it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.sample import Key, StatementText, StatementUse

__all__ = [
    "Answered",
    "Baseline",
    "Change",
    "Coverage",
    "Declared",
    "Judged",
    "Silence",
    "Standing",
    "Track",
    "Trouble",
    "Usual",
    "Watch",
    "WatchVerdict",
]


class WatchVerdict(StrEnum):
    """What can be said of the release."""

    #: It goes on, and nothing is wrong.
    WATCHING = "watching"
    #: It goes on, the countdown does not: a person is asked.
    PAUSED = "paused"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


class Standing(StrEnum):
    """How one signal, or one thing that it is watched of, stands."""

    WITHIN = "within"
    #: Above its limit, and not often enough yet.
    BREACHED = "breached"
    #: It has reached its failure limit.
    FAILED = "failed"
    #: Nothing was seen of it lately, though it can be looked at.
    GAP = "gap"
    #: It cannot be looked at.
    NOT_RUN = "not run"
    #: Nobody has asked for anything that it could be seen on.
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What a value was before the deployment."""

    #: The median, in the unit of the signal; of events, how many in a transaction.
    middle: float
    #: Robust, in the same unit: 1.4826 times the median distance from the median, or what the upper tail comes to;
    #: of events, how much the rate itself changes.
    spread: float
    #: Intervals that it was seen in; 0 where only the server's own averages are known.
    intervals: int
    #: Calls or transactions behind it.
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What was usual before the deployment."""

    #: Seconds since 1970: from when until when.
    since: float
    until: float
    usual: Mapping[Key, Usual] = field(default_factory=dict)
    #: Statements that were there; others are new.
    statements: frozenset[str] = frozenset()
    #: Sources that were looked at before the deployment; of the others nothing is usual.
    looked: frozenset[str] = frozenset()
    #: Object of security → digest, as it was proved and deployed.
    security: Mapping[str, str] = field(default_factory=dict)
    #: Query of the workload → the indexes that its plan used.
    plans: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object that the release made, changed or removed."""

    #: `table`, `index`, `policy`, `column`, `constraint`, `trigger`, `function`, `view` …
    kind: str
    #: As the catalog has it: `public.contacts`, `public.idx_contacts_name`, `public.contacts.email`.
    name: str
    #: The table or view that it belongs to, or it is; empty for a function.
    relation: str
    #: Of the migration: `20250123000000_phase3_performance_indexes`.
    label: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A query that the release declares, to be watched on its own tables: `[[watch.query]]`."""

    name: str
    sql: str
    #: What the first column of its answer names: `organization`, `provider`, `alert`.
    per: str
    #: What is too much whatever was usual; None where nobody has said.
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody is told of a signal for a while; the verdict is the same."""

    #: Name of a signal, with or without a subject: `slow`, `violations contacts_email_key on public.contacts`.
    signal: str
    until: float
    because: str
    who: str

    def covers(self, key: Key, now: float) -> bool:
        """Whether nobody is told of this one now."""
        return now < self.until and self.signal in {key[0], " ".join(key)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a person said when a watch had paused: it goes on."""

    at: float
    who: str
    because: str
    #: Troubles that were open then, and are not asked about again.
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched, and until when: written down once, when it begins."""

    #: Number of the attempt in the ledger; 0 where another tool deployed.
    attempt: int
    target: str
    release: str
    #: Labels of the migrations, in order.
    migrations: tuple[str, ...]
    plan: str
    who: str
    #: Seconds since 1970, by the server's clock: when the deployment ended, and when the watch began.
    deployed: float
    began: float
    #: Seconds that it is to last, and between two samples.
    window: float
    every: float
    changes: tuple[Change, ...] = ()
    #: What `verify` said when the watch began; empty where it was not asked.
    verified: str = ""
    is_verified: bool | None = None
    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A signal that is over its limit, or was."""

    key: Key
    #: When it was over the limit for the first time, and when its failure limit was reached; None where it was not.
    since: float
    failed: float | None
    #: The last value, its limit, and what was usual; None where nothing is known.
    value: float
    limit: float
    usual: float | None
    #: Breaches among the last intervals with a value, and how many are the failure limit.
    breaches: int
    needed: int
    #: Changes of the release that it is tied to.
    ties: tuple[Change, ...] = ()
    #: When it was within its limit again; None where it is not.
    over: float | None = None

    @property
    def is_failing(self) -> bool:
        """Whether it has reached its failure limit, and is not over."""
        return self.failed is not None and self.over is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The last intervals of one signal of one subject."""

    #: Newest last; whether the value was over its limit.
    recent: tuple[bool, ...] = ()
    value: float = 0.0
    limit: float | None = None
    at: float = 0.0
    #: Of events: those of the last intervals together, the older the less, and the transactions behind them.
    gathered: float = 0.0
    weights: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the watch one source was seen in."""

    #: Seconds.
    seen: float = 0.0
    missed: float = 0.0
    #: When the gap began that is still open; None where there is none.
    gap_since: float | None = None
    #: Why nobody could look, the last time that was so.
    why: str = ""
    #: The longest gap, in seconds.
    longest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Where a watch stands after an interval; the next one is judged from here, also after a restart."""

    at: float
    verdict: WatchVerdict = WatchVerdict.WATCHING
    #: Why, in one sentence.
    sentence: str = ""
    #: Seconds of the window that have passed; those in a pause do not count.
    passed: float = 0.0
    tracks: Mapping[Key, Track] = field(default_factory=dict)
    #: Open ones first, then those that are over; newest last.
    troubles: tuple[Trouble, ...] = ()
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    #: Transactions that others than the watch itself have made, as far as anybody can tell them apart.
    asked: float = 0.0
    #: What a person has said.
    answers: tuple[Answered, ...] = ()
    #: Since when a person is asked; None where nobody is.
    paused: float | None = None
    #: Of statements on the release's tables, and of those in trouble: what they are, and what they came to.
    texts: Mapping[str, StatementText] = field(default_factory=dict)
    statements: Mapping[str, StatementUse] = field(default_factory=dict)
