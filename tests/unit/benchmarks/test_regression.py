"""When a comparison has become worse than its committed result."""

from __future__ import annotations

import pytest
from benchmarks.every import Ran, summary, wanted
from benchmarks.shown.regression import notes, regressions
from tests.unit.benchmarks.results import compared, result


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ((1.0, 1.1, 1.2), (1.6, 1.7, 1.8), 1),
        # A round is within a quarter of the worst of the earlier ones.
        ((1.0, 1.1, 1.2), (1.49, 1.7, 1.8), 0),
        # Much worse in the middle, but it was as bad before.
        ((1.0, 1.1, 2.0), (1.9, 2.2, 2.4), 0),
        ((1.0, 1.1, 1.2), (0.2, 0.3, 0.4), 0),
    ],
)
def test_worse_is_when_the_best_round_is_a_quarter_beyond_the_worst_of_before(
    old: tuple[float, ...], new: tuple[float, ...], number: int
) -> None:
    assert len([*regressions(result(compared(*old)), result(compared(*new)))]) == number


@pytest.mark.parametrize(("new", "number"), [((0.7, 0.75), 1), ((0.7, 0.85), 0), ((9.0, 9.0), 0)])
def test_where_more_is_better_less_is_worse(new: tuple[float, ...], number: int) -> None:
    old = result(compared(1.0, 1.1, more_is_better=True))

    assert len([*regressions(old, result(compared(*new, more_is_better=True)))]) == number


def test_a_regression_says_both_ratios_with_their_spread() -> None:
    [line] = regressions(result(compared(1.0, 1.2)), result(compared(2.0, 2.4)))

    assert line == "a start: ratio 2.20 (2.00–2.40), it was 1.10 (1.00–1.20) on 2026-11-01"


def test_a_comparison_that_is_new_is_no_regression_and_one_that_is_gone_is_named() -> None:
    old, new = result(compared(1.0)), result(compared(9.0, name="another"))

    assert [*regressions(old, new)] == []
    assert [*notes(old, new)] == ["no longer measured: a start"]


def test_on_another_machine_ratios_are_compared_all_the_same_and_it_is_said() -> None:
    old, new = result(compared(1.0)), result(compared(9.0), cores=64)

    assert len([*regressions(old, new)]) == 1
    assert [*notes(old, new)] == [
        "measured on another machine than the committed result; ratios are compared all the same"
    ]


def test_what_is_held_against_a_fixed_limit_is_compared_on_the_same_machine_only() -> None:
    old, new = (compared(rounds=((first, 150.0), (first + 1, 150.0))) for first in (100.0, 200.0))

    assert len([*regressions(result(old), result(new))]) == 1
    assert [*regressions(result(old), result(new, processor="Other"))] == []
    assert "fixed limit: a start" in next(iter(notes(result(old), result(new, processor="Other"))))


def test_another_load_or_kernel_is_no_other_machine() -> None:
    assert [*notes(result(compared(1.0)), result(compared(1.0), load=9.0, kernel="Linux 7"))] == []


def ran(**more: object) -> Ran:
    """A script that went well, but for what is said."""
    return Ran(**{"script": "start", "exit_code": 0, "seconds": 2.0, "result": None, "before": None, **more})  # type: ignore[arg-type]


def test_all_scripts_are_run_unless_some_are_asked_for() -> None:
    assert {"linters", "watch_cost"} < set(wanted([]))
    assert not {"every", "measured"} & set(wanted([]))
    assert wanted(["watch_cost"]) == ["watch_cost"]
    with pytest.raises(SystemExit, match="no such comparison: nothing"):
        wanted(["nothing", "linters"])


def test_a_script_that_measured_nothing_falls_short_whatever_it_ended_with() -> None:
    assert ran().shortcomings == ["ended with 0 and measured nothing"]


def test_a_script_that_ended_with_1_for_a_reason_of_its_own_falls_short() -> None:
    assert ran(exit_code=1, result=result(compared(1.0))).shortcomings == ["ended with 1"]


def test_the_summary_names_shortcoming_regression_and_another_machine() -> None:
    well = ran(result=result(compared(1.0, limit=2.0)))
    worse = ran(exit_code=1, result=result(compared(3.0, limit=2.0), cores=4), before=result(compared(1.0)))

    assert well.shortcomings == []
    assert summary([well, worse]) == [
        "ok  start                             2 s  1.00",
        "no  start                             2 s  3.00",
        "      a start falls short",
        "      worse than committed: a start: ratio 3.00 (3.00–3.00), it was 1.00 (1.00–1.00) on 2026-11-01",
        "      (measured on another machine than the committed result; ratios are compared all the same)",
    ]
