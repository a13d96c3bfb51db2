"""What was measured of a release's speed: queries, policies, indexes and writes, before it and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.workload import WorkloadQuery, WorkloadTiming

__all__ = [
    "Call",
    "Gain",
    "Performance",
    "PlannedCall",
    "PolicyCost",
    "PolicyFault",
    "ProposedIndex",
    "Sender",
    "UnusedIndex",
    "WriteRate",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends a query, and with which values for its parameters."""

    role: str
    claims: Mapping[str, object] = field(repr=False)
    params: tuple[str | int | float | bool | None, ...] = field(repr=False)
    #: Of the session, where the application says through them who asks: `app.tenant_id`.
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A query as one kind of user, with senders that were drawn from the data; at least one."""

    query: WorkloadQuery
    #: `member`; empty where the query says its role and claims itself.
    caller: str
    senders: tuple[Sender, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFault:
    """Something that a policy does to queries, with what takes its place and what that is worth."""

    #: `per row`, `index lost`, `not parallel`.
    kind: str
    #: `integrations_select`
    policy: str
    #: `public.integrations`
    table: str
    #: The rule that says why, `PRF001`; empty where none does.
    code: str
    #: One sentence on what was seen: `private.is_member is called 20,000 times for 20,000 rows`.
    what: str
    #: SQL that mends it, ready to copy.
    rewrite: str
    #: Of the same query as the same user: as it is, and with the rewrite; None where it could not be tried.
    milliseconds: float
    rewritten: float | None
    #: Why it could not, or what the rewrite changed besides; empty where all is well.
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCost:
    """One call with row security and without it, on the same rows with the same values."""

    query: str
    caller: str
    #: Policies that apply: `public.integrations.integrations_select`.
    policies: tuple[str, ...]
    #: Median milliseconds of server time.
    secured: float
    bare: float
    #: Rows that the query read with row security, and that it returned with it and without it.
    read: int
    rows: int
    bare_rows: int
    #: Which of both did not end within its time, so that its figure is only that, and what could not be looked for.
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedIndex:
    """An index of the release that no query of the workload uses, and that keeps no constraint."""

    #: Qualified.
    index: str
    table: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What an index would do for one call, in median milliseconds."""

    query: str
    caller: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedIndex:
    """An index that is missing: it was built on a copy, used by the planner, and measured there.

    Both sides of what it gains have the rewrites of policies that are worth mending.
    """

    #: `CREATE INDEX …`
    sql: str
    table: str
    gains: tuple[Gain, ...]
    bytes: int
    #: Rows inserted a second into the table, without it and with it.
    inserts_before: float
    inserts_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRate:
    """Rows a second that one session writes, before the release and after it."""

    table: str
    #: `insert`, `update`, `delete`
    action: str
    #: None where the table is not there.
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """The plan of a call at the target's size, from its statistics, beside the plan on generated rows."""

    query: str
    caller: str
    #: Steps and indexes, as one line each: `Index Scan using idx_active_integrations on integrations`.
    target: tuple[str, ...]
    generated: tuple[str, ...]
    #: What kept it from being planned; empty where it was.
    why: str = ""

    @property
    def agrees(self) -> bool:
        """Whether both are the same plan."""
        return not self.why and self.target == self.generated


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """All of it."""

    timings: tuple[WorkloadTiming, ...]
    policies: tuple[PolicyCost, ...] = ()
    faults: tuple[PolicyFault, ...] = ()
    unused: tuple[UnusedIndex, ...] = ()
    proposed: tuple[ProposedIndex, ...] = ()
    writes: tuple[WriteRate, ...] = ()
    planned: tuple[PlannedCall, ...] = ()
    #: Table → rows on the target and rows that were generated, where those are fewer.
    smaller: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: Kinds of user and values that could not be drawn: a line each.
    undrawn: tuple[str, ...] = ()
    #: What else is worth knowing: a line each.
    notes: tuple[str, ...] = ()
