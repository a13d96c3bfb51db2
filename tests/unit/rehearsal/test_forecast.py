"""From two sizes to a third."""

from __future__ import annotations

import pytest

from seatrial.model.forecast import Forecast, Measured, between
from seatrial.rehearsal.forecast import SAMPLE_ROWS, forecast, fractions, machine, together


def measured(*pairs: tuple[int, float]) -> list[Measured]:
    return [Measured(rows=rows, seconds=seconds) for rows, seconds in pairs]


def test_the_largest_table_decides_how_much_of_each_is_generated() -> None:
    assert fractions({"a": 10 * SAMPLE_ROWS, "b": 5}) == (0.025, 0.1)
    assert fractions({"a": 100}) == (0.25, 1.0), "never more than there are"
    assert fractions({"a": 0}) == (0.25, 1.0)


def test_time_that_grows_with_rows_is_carried_on() -> None:
    told = forecast(measured((1000, 0.1), (1000, 0.1), (4000, 0.4), (4000, 0.4)), 40_000, ["t"])
    assert told.low < 4.0 < told.high
    assert told.high < 2 * told.low


def test_time_that_does_not_grow_stays_within_what_was_seen_and_proportion() -> None:
    told = forecast(measured((1000, 0.2), (4000, 0.2)), 8000, ["t"])
    assert told.low < 0.2
    assert told.high >= 0.4


def test_sorting_makes_the_upper_end_dearer() -> None:
    runs = measured((1000, 0.1), (4000, 0.4))
    plain, sorting = (forecast(runs, 40_000, ["t"], sorts=sorts) for sorts in (False, True))
    assert sorting.low == plain.low
    assert sorting.high > 1.2 * plain.high


def test_noise_widens_the_interval() -> None:
    quiet = forecast(measured((1000, 0.1), (1000, 0.1), (4000, 0.4), (4000, 0.4)), 40_000, ["t"])
    noisy = forecast(measured((1000, 0.1), (1000, 0.2), (4000, 0.4), (4000, 0.9)), 40_000, ["t"])
    assert noisy.high / noisy.low > quiet.high / quiet.low


def test_what_was_measured_on_all_rows_is_not_carried_on() -> None:
    told = forecast(measured((250, 0.1), (1000, 0.3)), 1000, ["t"])
    assert told.low < 0.3 < told.high < 0.4


def test_a_statement_without_rows_takes_what_it_took() -> None:
    told = forecast(measured((0, 0.01), (0, 0.03)), 0, [])
    assert told.low < 0.01
    assert 0.03 < told.high < 0.05


def test_statements_of_a_transaction_add_up() -> None:
    one = Forecast(low=1, high=2, rows=10, tables=("a",), measured=())
    two = Forecast(low=3, high=5, rows=900, tables=("b",), measured=())
    assert (together([one, two]).low, together([one, two]).high) == (4, 7)
    assert str(together([one, two])) == "4.0–7.0 s at 900 rows"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (38, 55, "38.0–55.0 s"),
        (0.412, 1.2, "412 ms–1.2 s"),
        (3.1, 3.12, "3.1 s"),
        (0.1, 0.2, "100–200 ms"),
        (50, 130, "50.0 s–2 min 10 s"),
        (61, 130, "1 min 1 s–2 min 10 s"),
    ],
)
def test_an_interval_is_said_as_a_person_says_it(low: float, high: float, said: str) -> None:
    assert between(low, high) == said


def test_an_assumed_size_is_called_one() -> None:
    told = Forecast(low=1, high=2, rows=10, tables=("a",), measured=(), assumed=True)
    assert str(told) == "1.0–2.0 s at 10 rows, if there were so many"


def test_the_machine_is_named() -> None:
    named = machine("PostgreSQL 18.6 (embedded)")
    assert named.processors > 0
    assert "PostgreSQL 18.6 (embedded) without fsync" in str(named)
    assert named.model
