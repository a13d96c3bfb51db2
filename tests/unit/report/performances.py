"""A measured release with something of everything in it."""

from __future__ import annotations

from dataclasses import replace

from seatrial.model.performance import (
    Gain,
    Performance,
    PlannedCall,
    PolicyCost,
    PolicyFault,
    ProposedIndex,
    UnusedIndex,
    WriteRate,
)
from seatrial.model.workload import Observed, Prepared, Unmeasured, WorkloadQuery, WorkloadTiming

__all__ = ["FAST", "QUERY", "SECRET", "SLOW", "performance", "timing"]

#: Of a person and of a row: it is nobody's business.
SECRET = "carla-7f3a"
QUERY = WorkloadQuery(
    name="active_integrations", role="authenticated", claims={"sub": SECRET}, params=(SECRET,), index="idx_active",
    sql="select id from public.integrations where organization_id = $1 and is_active", limit_ms=5.0,
    callers=("member", "administrator"), draw=("tenant",),
)  # fmt: skip
SLOW = Observed(
    indexes=(), scanned=("public.integrations",), milliseconds=48.21, p99=61.04, runs=20, buffers=18_204, rows=3,
    removed=1_204_331, tables=("public.integrations",), cold=92.4,
    plan=("Seq Scan on integrations  (actual rows=3.00 loops=1)", "  Filter: (organization_id = $1)"),
)  # fmt: skip
FAST = Observed(
    indexes=("idx_active",), scanned=(), milliseconds=0.084, p99=0.112, runs=20, buffers=4, rows=3,
    tables=("public.integrations",), cold=1.2,
    custom=Prepared(milliseconds=0.07, p99=0.1, indexes=("idx_active",), scanned=()),
    generic=Prepared(milliseconds=0.06, p99=0.09, indexes=("idx_active",), scanned=()),
    plan=("Index Scan using idx_active on integrations  (actual rows=3.00 loops=1)",),
)  # fmt: skip
GENERIC = Prepared(milliseconds=12.4, p99=14.0, indexes=(), scanned=("public.integrations",))
ABSENT = Unmeasured(why='42P01 relation "public.integrations" does not exist')


def timing(name: str = "active_integrations", caller: str = "member", **changed: object) -> WorkloadTiming:
    """Slow before the release, fast after it, unless it says otherwise."""
    found = WorkloadTiming(
        query=replace(QUERY, name=name), caller=caller, before=SLOW, after=FAST,
        tables=(("public.integrations", 5_000_000), ("public.organizations", 1_000_000)),
        server="PostgreSQL 18.6 (embedded)",
    )  # fmt: skip
    return replace(found, **changed)  # type: ignore[arg-type]


def performance() -> Performance:
    """Of everything one."""
    return Performance(
        timings=(
            timing(),
            timing(caller="administrator", before=ABSENT),
            timing("recent_events", before=FAST, after=SLOW),
            timing("recent_events", "anonymous", after=replace(FAST, generic=GENERIC)),
            timing("odd_one", "", after=Unmeasured(why="42501 permission denied for table odd")),
        ),
        policies=(
            PolicyCost(
                query="active_integrations", caller="member", secured=0.084, bare=0.08, read=3, rows=3, bare_rows=3,
                policies=("public.integrations.integrations_select",),
            ),
            PolicyCost(
                query="recent_events", caller="member", secured=48.21, bare=0.3, read=1_204_331, rows=12,
                bare_rows=3_000, policies=("public.integrations.integrations_select",),
            ),
        ),
        faults=(
            PolicyFault(
                kind="per row", policy="integrations_select", table="public.integrations", code="PRF001",
                what="private.is_member is called 20,000 times for 20,000 rows", milliseconds=48.21, rewritten=0.31,
                rewrite="alter policy integrations_select on public.integrations\n  using (true);",
            ),
            PolicyFault(
                kind="index lost", policy="events_select", table="public.events", code="", rewrite="-- none",
                what="ilike is not leakproof", milliseconds=3.0, rewritten=None, note="no rewrite keeps who sees what",
            ),
        ),
        unused=(UnusedIndex(index="public.idx_lonely", table="public.integrations", bytes=1_200_000),),
        proposed=(
            ProposedIndex(
                sql="CREATE INDEX ON public.events (organization_id)", table="public.events", bytes=8_000_000,
                gains=(Gain(query="recent_events", caller="member", before=48.21, after=0.3),),
                inserts_before=12_000, inserts_after=10_800,
            ),
        ),
        writes=(
            WriteRate(table="public.integrations", action="insert", before=12_000, after=9_000),
            WriteRate(table="public.integrations", action="update", before=8_000, after=8_010),
            WriteRate(table="public.new", action="insert", before=None, after=7_000),
        ),
        planned=(
            PlannedCall(query="active_integrations", caller="member", target=("Index Scan using idx_active",),
                        generated=("Index Scan using idx_active",)),
            PlannedCall(query="recent_events", caller="member", target=("Index Scan using idx_events on events",),
                        generated=("Seq Scan on events",)),
            PlannedCall(query="odd_one", caller="", target=(), generated=(), why="its function cannot be planned"),
        ),
        smaller={"public.events": (10_000_000, 200_000)},
        undrawn=("odd_one: no value for $2 could be drawn",),
    )  # fmt: skip
