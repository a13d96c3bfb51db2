"""How far a value may go."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.watch import Usual
from seatrial.monitoring.judgement.limit import limit_of
from seatrial.monitoring.signals import signal_named


def of(name: str, middle: float, spread: float = 0.0, intervals: int = 1_000, weight: float = 1e6) -> Usual:
    assert signal_named(name).quantity
    return Usual(middle=middle, spread=spread, intervals=intervals, weight=weight)


def limit(
    name: str, usual: Usual | None, weight: float = 1.0, *, looked: bool = True, factor: float = 1.0
) -> float | None:
    return limit_of(signal_named(name), usual, was_looked_at=looked).at(weight, factor)


def test_an_error_that_was_never_there_may_come_as_often_as_its_floor() -> None:
    assert limit("violations", None, 1_000) == 10
    assert limit("denials", None, 1_000, looked=False) == 5


def test_more_errors_are_usual_where_more_is_asked() -> None:
    usual = of("denials", 0.01)

    few, many = limit("denials", usual, 1_000), limit("denials", usual, 100_000)

    assert few == pytest.approx(10 + math.sqrt(20 * math.log(1e5)) + math.log(1e5) / 3, rel=0.05)
    assert many == pytest.approx(1_000 + math.sqrt(2_000 * math.log(1e5)), rel=0.1)


def test_errors_of_an_unknown_number_of_transactions_say_nothing_where_there_always_are_some() -> None:
    assert limit("denials", of("denials", 0.01), 0) is None
    assert limit("denials", None, 0) == 5


@pytest.mark.parametrize("rate", [1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize("gusts", [0.0, 0.5])
def test_errors_as_usual_are_hardly_ever_over_their_limit(rate: float, gusts: float) -> None:
    # Gamma-distributed rates, Poisson-distributed numbers: 40,000 intervals, of which 0.4 would be expected.
    chance, weight, over = Random(5), 5_000, 0  # noqa: S311 - chance, not a secret
    most = limit("errors", of("errors", rate, rate * gusts), weight)
    for _ in range(40_000):
        mean = rate * weight * (chance.gammavariate(1 / gusts**2, gusts**2) if gusts else 1.0)
        number = round(chance.gauss(mean, math.sqrt(mean))) if mean > 12 else _poisson(chance, mean)
        over += number > (most or 0)

    assert over <= 3


def _poisson(chance: Random, mean: float) -> int:
    bound, number, product = math.exp(-mean), 0, chance.random()
    while product > bound:
        number, product = number + 1, product * chance.random()
    return number


def test_a_figure_has_a_factor_a_floor_and_eight_spreads() -> None:
    assert limit("slow", of("slow", 10.0), 1_000) == 20
    assert limit("slow", of("slow", 0.1), 1_000) == pytest.approx(1.1)
    assert limit("slow", of("slow", 10.0, 2.0), 1_000) == 26


def test_the_mean_of_few_calls_may_be_farther_off() -> None:
    assert limit("slow", of("slow", 10.0, 2.0), 10) == 10 + 8 * 2 * 10


def test_few_calls_count_where_they_took_long_together() -> None:
    assert limit("slow", of("slow", 1.0, 0.1), 4) == 1 + 1_000 / 4
    assert limit("blocks", of("blocks", 10.0, 2.0), 4) is None


def test_a_single_call_that_had_to_wait_is_no_breach() -> None:
    assert limit("slow", of("slow", 10.0, 0.1, weight=20_000.0), 20) == 10 + 100 * 10 / 20


def test_an_average_without_a_spread_is_taken_to_vary() -> None:
    assert limit("slow", of("slow", 10.0, 0.0, intervals=0), 1_000) == 50


def test_a_ceiling_holds_whatever_was_usual() -> None:
    assert limit("connections", of("connections", 0.8)) == 0.9
    assert limit("connections", None, looked=False) == 0.9
    assert limit("connections", of("connections", 0.25), factor=2.0) == 0.9
    assert limit("new", None, 10, looked=True) == 1_000
    assert limit("new", None, 2, looked=True) is None


def test_without_a_usual_a_figure_has_no_limit() -> None:
    assert limit("slow", None, 100) is None
    assert limit("dead", None, looked=False) == 3
    assert limit("bloat", None, looked=False) is None
    assert limit("count", None, looked=False) is None


def test_what_must_never_be_is_over_its_limit_at_once_and_as_it_was_where_it_was() -> None:
    assert limit("drift", None, looked=False) == 0
    assert limit("recursion", None, 500) == 0
    assert limit("invalid", of("invalid", 1.0)) == 1


def test_rows_may_fall_where_few_were_expected_or_they_always_vary() -> None:
    assert limit("silent", of("silent", 2.0), 1_000) == pytest.approx(0.1)
    assert limit("silent", of("silent", 2.0, 1.0), 1_000) is None
    assert limit("silent", of("silent", 0.25), 30) is None
    assert limit("silent", of("silent", 0.1), 1_000_000) is None


def test_what_the_release_declares_is_the_limit() -> None:
    assert limit_of(signal_named("count"), None, was_looked_at=False, declared=7).at(1) == 7


def test_one_failure_of_four_attempts_is_chance_and_four_are_not() -> None:
    most = limit("failing", of("failing", 0.02), 4)

    assert most is not None
    assert 0.25 < most < 1
    assert limit("failing", None, 1_000, looked=False) == pytest.approx(0.2)


@given(
    middle=st.floats(min_value=0, max_value=1),
    weight=st.integers(min_value=3, max_value=100_000),
)
def test_a_share_has_a_limit_below_one_or_none(middle: float, weight: int) -> None:
    most = limit("failing", of("failing", middle), weight)

    assert most is None or middle < most < 1
