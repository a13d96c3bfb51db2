"""Whether a query is as fast as it must be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.report.performances import ABSENT, FAST, GENERIC, SLOW, performance, timing

from seatrial.model.performance import PolicyCost
from seatrial.model.proof import Verdict
from seatrial.model.speed import (
    against,
    costs_too_much,
    milliseconds,
    other_generic,
    standing,
    unknown,
    unmended,
    worth_mending,
)
from seatrial.model.workload import Observed, Unmeasured, WorkloadTiming

QUIET = replace(timing().query, index="", limit_ms=None)
REFUSED = Unmeasured(why="42501 permission denied for table boats")


@pytest.mark.parametrize(
    ("found", "verdict", "said"),
    [
        pytest.param(timing(), Verdict.PASSED, "", id="faster, with its index, within its limit"),
        pytest.param(timing(before=ABSENT), Verdict.PASSED, "", id="there was no before"),
        pytest.param(timing(before=SLOW, after=replace(SLOW, indexes=("idx_active",))), Verdict.FAILED,
                     "takes 48.2 ms, and may take 5 ms", id="over its limit"),
        pytest.param(timing(after=replace(FAST, indexes=("other",))), Verdict.FAILED,
                     "idx_active is not in its plan: other", id="another index"),
        pytest.param(timing(before=FAST, after=SLOW, query=QUIET), Verdict.FAILED,
                     "slower than before the release: 0.08 ms before, 48.21 ms after", id="a regression"),
        pytest.param(timing(after=REFUSED), Verdict.FAILED, "it cannot be asked any more: 42501", id="refused now"),
        pytest.param(timing(before=ABSENT, after=REFUSED), Verdict.INCONCLUSIVE, "", id="refused before, too"),
        pytest.param(timing(before=ABSENT, after=Unmeasured(why="57014 too long")), Verdict.FAILED,
                     "it was stopped by the time limit of a measurement: 57014", id="stopped, where it is quick"),
        pytest.param(timing(after=Unmeasured(why="the release does not apply to generated rows")), Verdict.INCONCLUSIVE,
                     "", id="nobody could ask"),
        pytest.param(timing(after=replace(FAST, indexes=(), unseen=("public.f",))), Verdict.INCONCLUSIVE, "",
                     id="inside a function"),
        pytest.param(timing(before=ABSENT, query=QUIET), Verdict.NOT_APPLICABLE, "", id="nothing to hold it against"),
        pytest.param(timing(after=replace(FAST, rows=0)), Verdict.INCONCLUSIVE, "", id="no row came back"),
        pytest.param(timing(before=replace(FAST, rows=0), after=SLOW, query=QUIET), Verdict.PASSED, "",
                     id="who saw nothing before was answered at once"),
    ],
)  # fmt: skip
def test_what_speaks_against_a_query_decides(found: WorkloadTiming, verdict: Verdict, said: str) -> None:
    assert standing(found) is verdict
    assert any(line.startswith(said) for line in against(found)) is bool(said)
    assert bool(unknown(found)) is (verdict is Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.084, "0.08"), (9.994, "9.99"), (9.995, "10.0"), (99.94, "99.9"), (99.95, "100"), (1204, "1,204")],
)
def test_three_digits_count(value: float, said: str) -> None:
    assert milliseconds(value) == said


def test_a_generic_plan_is_held_against_the_one_for_the_values() -> None:
    assert [other_generic(one) for one in (SLOW, FAST, replace(FAST, generic=GENERIC))] == [False, False, True]
    assert isinstance(FAST, Observed)


@pytest.mark.parametrize(
    ("read", "secured", "bare", "too_much"),
    [(3, 0.29, 0.1, False), (3, 0.31, 0.1, True), (10_000, 10.9, 10.0, False), (10_000, 11.1, 10.0, True)],
)
def test_row_security_may_cost_a_tenth_of_many_rows_and_a_moment_of_few(
    read: int, secured: float, bare: float, *, too_much: bool
) -> None:
    cost = PolicyCost(
        query="q", caller="", policies=(), secured=secured, bare=bare, read=read, rows=1, bare_rows=1
    )  # fmt: skip
    assert costs_too_much(cost) is too_much


def test_a_rewrite_that_changes_something_else_is_no_reason_to_fail() -> None:
    fault = performance().faults[0]
    assert worth_mending(fault)
    for changed in ({"note": "other rows"}, {"rewritten": None}, {"rewritten": 40.0}, {"milliseconds": 0.4}):
        assert not worth_mending(replace(fault, **changed))


def test_what_row_security_slows_down_and_nobody_could_mend_is_said() -> None:
    fault = replace(
        performance().faults[0], kind="per row", what="f is called", rewrite="", rewritten=None, note="look"
    )
    cost = PolicyCost(
        query="q", caller="member", policies=(f"{fault.table}.{fault.policy}",), secured=40.0, bare=2.0, read=3, rows=1,
        bare_rows=1,
    )  # fmt: skip
    assert list(unmended([cost, replace(cost, query="less", secured=30.0)], [fault])) == [
        (
            f"policy {fault.policy} on {fault.table}: row security makes q as member 20.0 times as slow, "
            "and no rewrite could be tried: f is called; look"
        )
    ]
    for quiet in ({"kind": "not parallel"}, {"rewritten": 39.0}, {"policy": "other"}):
        assert not list(unmended([cost], [replace(fault, **quiet)]))
    for secured, bare in ((5.9, 2.0), (5.4, 0.5)):
        assert not list(unmended([replace(cost, secured=secured, bare=bare)], [fault]))
