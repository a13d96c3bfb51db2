"""A query of the workload as one kind of user, as a row: before beside after, with its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from seatrial.model.proof import Verdict
from seatrial.model.speed import against, asker, listed, milliseconds, other_generic, plan_of, standing, unknown
from seatrial.model.words import count
from seatrial.model.workload import Unmeasured
from seatrial.report.drawing.spans import span
from seatrial.report.readiness.verdict import SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.workload import Observed, WorkloadTiming
    from seatrial.report.readiness.verdict import Sign

__all__ = ["Asked", "asked", "values_of"]

#: SQLSTATEs of a table, a function or a column that only the release makes.
_ABSENT = ("42P01", "42883", "42703", "3F000")
#: What stands in the way first.
_ORDER = (Verdict.FAILED, Verdict.INCONCLUSIVE, Verdict.PASSED, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Everything as text, but for the drawing."""

    query: str
    #: The kind of user, or the role.
    who: str
    #: What its plan used: index names, or that it read a table from end to end.
    plan_before: str
    plan_after: str
    before: str
    after: str
    p99_before: str
    p99_after: str
    limit: str
    removed: str
    pages: str
    #: `50,000 rows in public.integrations`
    on: str
    sign: Sign
    #: SVG of before, after and limit.
    drawn: Markup
    #: What speaks against it, and what nobody knows.
    said: tuple[str, ...]
    #: What else was seen: cold, prepared, in parallel.
    more: tuple[str, ...]
    #: As EXPLAIN prints it.
    explained: str


def asked(timings: Sequence[WorkloadTiming]) -> list[Asked]:
    """Failures first, all drawn on one axis."""
    values = values_of(timings)
    return [_asked(one, values) for one in sorted(timings, key=lambda one: _ORDER.index(standing(one)))]


def values_of(timings: Sequence[WorkloadTiming]) -> list[float]:
    """The milliseconds that are drawn."""
    seen = [one for timing in timings for one in (timing.before, timing.after) if not isinstance(one, Unmeasured)]
    return [one.milliseconds for one in seen] + [one.query.limit_ms for one in timings if one.query.limit_ms]


def _asked(one: WorkloadTiming, values: Sequence[float]) -> Asked:
    query = one.query
    (was, was_p99), (took, took_p99) = _times(one.before), _times(one.after)
    ran = None if isinstance(one.after, Unmeasured) else one.after
    return Asked(
        query=query.name, who=asker(one), plan_before=_plan_before(one.before), plan_after=_plan(one.after),
        before=_took(was), after=_took(took), p99_before=_took(was_p99), p99_after=_took(took_p99),
        limit="–" if query.limit_ms is None else f"{query.limit_ms:g}",
        removed=f"{ran.removed:,}" if ran else "–", pages=f"{ran.buffers:,}" if ran else "–",
        on=", ".join(f"{count(rows, 'row')} in {table}" for table, rows in one.tables), sign=SIGNS[standing(one)],
        # Everything in it is a number or a name of ours.
        drawn=Markup(span(was, took, query.limit_ms, values)),  # noqa: S704 - see above
        said=(*against(one), *(unknown(one) if ran else ())), more=_more(ran) if ran else (),
        explained="\n".join(ran.plan) if ran else "",
    )  # fmt: skip


def _times(seen: Observed | Unmeasured) -> tuple[float | None, float | None]:
    return (None, None) if isinstance(seen, Unmeasured) else (seen.milliseconds, seen.p99)


def _more(seen: Observed) -> tuple[str, ...]:
    said = [f"median of {count(seen.runs, 'run')}, {count(seen.rows, 'row')} returned or changed"]
    if seen.cold is not None:
        said.append(f"{milliseconds(seen.cold)} ms in a new session with nothing in memory")
    if seen.generic:
        used = listed(seen.generic.indexes, seen.generic.scanned) or "no index"
        took = f"{milliseconds(seen.generic.milliseconds)} ms, p99 {milliseconds(seen.generic.p99)} ms"
        plan = f"{used}; {took}" if other_generic(seen) else f"the same indexes; {took}"
        said.append(f"prepared, with one plan for all values: {plan}")
    if seen.parallel:
        said.append("processes shared the work")
    return tuple(said)


def _plan_before(seen: Observed | Unmeasured) -> str:
    is_absent = isinstance(seen, Unmeasured) and seen.why.startswith(_ABSENT)
    return "not there yet" if is_absent else _plan(seen)


def _plan(seen: Observed | Unmeasured) -> str:
    return f"not measured: {seen.why}" if isinstance(seen, Unmeasured) else plan_of(seen)


def _took(value: float | None) -> str:
    return "–" if value is None else milliseconds(value)
