"""A query of the workload as a row: before beside after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.proof import Verdict
from seatrial.model.words import count
from seatrial.model.workload import Unmeasured
from seatrial.report.readiness.verdict import SIGNS

if TYPE_CHECKING:
    from seatrial.model.workload import Observed, WorkloadTiming
    from seatrial.report.readiness.verdict import Sign

__all__ = ["Asked", "asked"]


#: SQLSTATEs of a table, a function or a column that only the release makes.
_ABSENT = ("42P01", "42883", "42703", "3F000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Everything as text."""

    query: str
    role: str
    #: What its plan used: index names, or that it read a table from end to end.
    plan_before: str
    plan_after: str
    before: str
    after: str
    limit: str
    #: `50,000 rows in public.integrations`
    on: str
    sign: Sign


def asked(one: WorkloadTiming) -> Asked:
    """As it is shown."""
    query = one.query
    return Asked(
        query=query.name, role=query.role, plan_before=_plan_before(one.before), plan_after=_plan(one.after),
        before=_took(one.before), after=_took(one.after), limit=_milliseconds(query.limit_ms),
        on=", ".join(f"{count(rows, 'row')} in {table}" for table, rows in one.tables), sign=SIGNS[_verdict(one)],
    )  # fmt: skip


def _verdict(one: WorkloadTiming) -> Verdict:
    """Of this query alone."""
    held = [one.uses_its_index] if one.query.index else []
    held += [one.within_limit] if one.query.limit_ms is not None else []
    if False in held:
        return Verdict.FAILED
    if isinstance(one.after, Unmeasured) or None in held:
        return Verdict.INCONCLUSIVE
    return Verdict.PASSED if held else Verdict.NOT_APPLICABLE


def _plan_before(seen: Observed | Unmeasured) -> str:
    is_absent = isinstance(seen, Unmeasured) and seen.why.startswith(_ABSENT)
    return "not there yet" if is_absent else _plan(seen)


def _plan(seen: Observed | Unmeasured) -> str:
    if isinstance(seen, Unmeasured):
        return f"not measured: {seen.why}"
    whole = [f"reads all of {table}" for table in seen.scanned]
    return ", ".join([*seen.indexes, *whole]) or "no index"


def _took(seen: Observed | Unmeasured) -> str:
    return "–" if isinstance(seen, Unmeasured) else _milliseconds(seen.milliseconds)


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f} ms"
