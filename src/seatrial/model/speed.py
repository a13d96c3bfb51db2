"""Whether a query is as fast as it must be, in the lines that a proof and a report say of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.proof import Verdict
from seatrial.model.regression import regressed
from seatrial.model.workload import Unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.performance import PolicyCost, PolicyFault
    from seatrial.model.workload import Observed, WorkloadTiming

__all__ = [
    "against",
    "asker",
    "costs_too_much",
    "listed",
    "milliseconds",
    "other_generic",
    "plan_of",
    "remedies",
    "standing",
    "unknown",
    "unmended",
    "worth_mending",
]

#: Row security may cost so many times as much where so many rows are read, and so many milliseconds elsewhere.
MANY_ROWS, OVERHEAD, FEW_MS = 10_000, 1.10, 0.2
#: A rewrite is worth it from so many times as fast on, and so many milliseconds.
GAIN, GAINED = 1.5, 0.2
#: Row security is not passed over in silence where it takes so many times as long and so many milliseconds more.
SLOW, SLOWER = 3.0, 5.0
#: What the server refuses has a code in front.
_REFUSED = re.compile(r"[0-9A-Z]{5} ")
_TOO_LONG = "57014"


def asker(timing: WorkloadTiming) -> str:
    """As whom it was sent: the kind of user, or the role where nobody has named kinds."""
    return timing.caller or timing.query.role


def milliseconds(value: float) -> str:
    """`0.08`, `48.2`, `1,204`: three digits that count, without the unit."""
    decimals = 2 if value < 9.995 else 1 if value < 99.95 else 0  # noqa: PLR2004 - where rounding adds a digit
    return f"{value:,.{decimals}f}"


def plan_of(seen: Observed) -> str:
    """What it used: the names of indexes, and the tables that it read from end to end."""
    return listed(seen.indexes, seen.scanned) or ("not to be seen inside a function" if seen.unseen else "no index")


def listed(indexes: Sequence[str], scanned: Sequence[str]) -> str:
    """`idx_events, reads all of public.organizations`; empty for neither."""
    return ", ".join([*indexes, *(f"reads all of {table}" for table in scanned)])


def against(timing: WorkloadTiming) -> tuple[str, ...]:
    """What speaks against it, a line each."""
    query, after = timing.query, timing.after
    if isinstance(after, Unmeasured):
        is_slow = after.why.startswith(_TOO_LONG)
        lead = "it was stopped by the time limit of a measurement" if is_slow else "it cannot be asked any more"
        return (f"{lead}: {after.why}",) if _is_lost(timing, after) else ()
    took = milliseconds(after.milliseconds)
    found = []
    if timing.within_limit is False:
        found.append(f"takes {took} ms, and may take {query.limit_ms:g} ms")
    if timing.uses_its_index is False:
        found.append(f"{query.index} is not in its plan: {plan_of(after)}")
    if not isinstance(timing.before, Unmeasured) and (slower := regressed(timing.before, after)):
        found.append(f"slower than before the release: {slower}")
    return tuple(found)


def _is_lost(timing: WorkloadTiming, after: Unmeasured) -> bool:
    """What the server refuses after the release and not before it, or stops where it was to be quick."""
    if after.why.startswith(_TOO_LONG) and timing.query.limit_ms is not None:
        return True
    return bool(_REFUSED.match(after.why)) and not isinstance(timing.before, Unmeasured)


def unknown(timing: WorkloadTiming) -> tuple[str, ...]:
    """What nobody can say of it, a line each."""
    if isinstance(timing.after, Unmeasured):
        return () if _is_lost(timing, timing.after) else (f"not measured: {timing.after.why}",)
    if timing.query.index and timing.uses_its_index is None:
        return (f"whether it uses {timing.query.index} is not to be seen inside {', '.join(timing.after.unseen)}",)
    if not timing.after.rows and not timing.query.writes:
        return ("no row came back to anybody who sent it, which shows nothing: draw its values from the data",)
    return ()


def standing(timing: WorkloadTiming) -> Verdict:
    """Of this query as this kind of user alone; nobody can judge one that has no limit, no index and no before."""
    if against(timing):
        return Verdict.FAILED
    if unknown(timing):
        return Verdict.INCONCLUSIVE
    measures = timing.query.index or timing.query.limit_ms is not None or not isinstance(timing.before, Unmeasured)
    return Verdict.PASSED if measures else Verdict.NOT_APPLICABLE


def other_generic(seen: Observed) -> bool:
    """Whether a prepared statement's one plan for all values uses something else than the plan for its own."""
    if seen.generic is None:
        return False
    indexes, scanned = (seen.custom.indexes, seen.custom.scanned) if seen.custom else (seen.indexes, seen.scanned)
    return (set(indexes), set(scanned)) != (set(seen.generic.indexes), set(seen.generic.scanned))


def costs_too_much(cost: PolicyCost) -> bool:
    """Whether row security adds more than it has to."""
    if cost.read >= MANY_ROWS:
        return cost.secured > cost.bare * OVERHEAD
    return cost.secured > cost.bare + FEW_MS


def worth_mending(fault: PolicyFault) -> bool:
    """Whether a rewrite was seen to make queries much faster, and to change nothing else."""
    took, rewritten = fault.milliseconds, fault.rewritten
    return rewritten is not None and not fault.note and rewritten * GAIN < took and took - rewritten > GAINED


def remedies(faults: Sequence[PolicyFault]) -> tuple[PolicyFault, ...]:
    """Of each policy that is worth mending the fault whose rewrite is the fastest."""
    found: dict[tuple[str, str], PolicyFault] = {}
    for fault in sorted(filter(worth_mending, faults), key=lambda one: one.rewritten or 0):
        found.setdefault((fault.table, fault.policy), fault)
    return tuple(found.values())


def unmended(costs: Sequence[PolicyCost], faults: Sequence[PolicyFault]) -> Iterator[str]:
    """A line for each fault that makes a query much slower and for which no rewrite could be tried."""
    for fault in faults:
        if fault.rewritten is not None or fault.kind not in {"per row", "index lost"}:
            continue
        name = f"{fault.table}.{fault.policy}"
        slow = [one for one in costs if name in one.policies and one.secured > one.bare * SLOW
                and one.secured - one.bare > SLOWER]  # fmt: skip
        if not slow:
            continue
        worst = max(slow, key=lambda one: one.secured - one.bare)
        asked = f"{worst.query} as {worst.caller}" if worst.caller else worst.query
        times = f"{milliseconds(worst.secured / worst.bare)} times as slow" if worst.bare else "much slower"
        said = "; ".join(filter(None, (fault.what, fault.note)))
        yield (
            f"policy {fault.policy} on {fault.table}: row security makes {asked} {times}, "
            f"and no rewrite could be tried: {said}"
        )
