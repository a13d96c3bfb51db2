"""Each query of the workload is fast as each kind of user that sends it, and no slower than before the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.proof import Verdict
from seatrial.model.speed import against, asker, milliseconds, plan_of, standing, unknown, unmended, worth_mending
from seatrial.model.workload import Unmeasured
from seatrial.proofs.judgement import verdict, was_applied, with_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.performance import Performance, PlannedCall
    from seatrial.model.proof import Case, Proof
    from seatrial.model.workload import WorkloadTiming

__all__ = ["CLAIM", "prove"]

CLAIM = (
    "each query of the workload, as each kind of user that sends it and under row-level security, uses its index, "
    "stays within its limit and is no slower than before; and no policy makes it slower than a rewrite would"
)
_FAMILY = "PRF"
#: Rules that say what is said of each query here.
_OF_QUERIES = frozenset({"PRF020", "PRF021", "PRF022"})


def prove(case: Case) -> Proof:
    """From what each query took before the release and after it, on the same generated rows."""
    found = case.performance
    timings = found.timings if found else ()
    passed = sum(standing(one).lets_through for one in timings)
    return verdict(
        "performance", CLAIM, against=list(_against(case)), undecided=list(_undecided(case)),
        support=[_line(one) for one in timings if standing(one) is Verdict.PASSED], following=_following(case),
        tally=(passed, len(timings), "queries"),
    )  # fmt: skip


def _against(case: Case) -> Iterator[str]:
    if case.performance:
        yield from (f"{_named(one)}: {line}" for one in case.performance.timings for line in against(one))
        for fault in filter(worth_mending, case.performance.faults):
            yield (
                f"policy {fault.policy} on {fault.table}: {fault.what}; {milliseconds(fault.milliseconds)} ms, "
                f"{milliseconds(fault.rewritten or 0)} ms rewritten"
            )
    yield from (
        with_finding(one) for one in case.judged
        if one.level is Level.BLOCKS and one.code[:3] == _FAMILY and one.code not in _OF_QUERIES
    )  # fmt: skip


def _undecided(case: Case) -> Iterator[str]:
    if not was_applied(case):
        yield "the release does not apply, so nothing could be measured"
    elif case.performance is None or not case.performance.timings:
        yield "no query of the application is known: [[workload]] in seatrial.toml names them"
    elif all(standing(one) is Verdict.NOT_APPLICABLE for one in case.performance.timings):
        yield "no query has a limit, an index or a before to be held against: say limit_ms or index in [[workload]]"
    if case.performance:
        yield from case.performance.undrawn
        yield from unmended(case.performance.policies, case.performance.faults)
        yield from (f"{_named(one)}: {line}" for one in case.performance.timings for line in unknown(one))
        yield from (_other_plan(one) for one in _planned_otherwise(case.performance))


def _planned_otherwise(found: Performance) -> list[PlannedCall]:
    """Where fewer rows were generated than there are, the plan for all of them has to be the same."""
    return [one for one in found.planned if found.smaller and not one.agrees]


def _other_plan(one: PlannedCall) -> str:
    name = f"{one.query} as {one.caller}" if one.caller else one.query
    if one.why:
        return f"{name}: not planned at the target's size: {one.why}"
    return f"{name}: at the target's size another plan is chosen: {'; '.join(one.target)}"


def _named(one: WorkloadTiming) -> str:
    return f"{one.query.name} as {asker(one)}"


def _line(one: WorkloadTiming) -> str:
    if isinstance(one.after, Unmeasured):
        return f"{_named(one)}: {one.after.why}"
    p50, p99 = milliseconds(one.after.milliseconds), milliseconds(one.after.p99)
    return f"{_named(one)}: {p50} ms, 99 of 100 within {p99} ms, {plan_of(one.after)}"


def _following(case: Case) -> str:
    if not was_applied(case):
        return "seatrial rehearse"
    if case.performance and case.performance.timings:
        return "seatrial report, for every plan; then change the query, its index or the policy"
    if case.start == "nothing":
        return "name them in [[workload]], or have them read: seatrial prove performance --from <target>"
    return "name the queries that must be fast in [[workload]]"
