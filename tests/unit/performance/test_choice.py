"""Which of the indexes that were tried are proposed."""

from __future__ import annotations

import pytest

from seatrial.model.performance import Gain
from seatrial.performance.indexes.choice import Trial, chosen, is_clear


def _trial(sql: str, keys: int, size: int, **after: float) -> Trial:
    gains = tuple(Gain(query=query, caller="member", before=10.0, after=found) for query, found in after.items())
    return Trial(sql=sql, keys=keys, bytes=size, gains=gains)


def _proposed(*tried: Trial) -> list[tuple[str, list[str]]]:
    return [(one.sql, [gain.query for gain in one.gains]) for one in chosen(tried)]


def test_one_index_that_serves_all_calls_is_enough() -> None:
    wide, narrow = _trial("wide", 2, 9, a=1.0, b=1.0), _trial("narrow", 1, 5, a=0.9)

    assert _proposed(narrow, wide) == [("wide", ["a", "b"])]


def test_a_call_gets_the_index_that_it_gains_most_by() -> None:
    wide, narrow = _trial("wide", 2, 9, a=4.0, b=1.0), _trial("narrow", 1, 5, a=0.5)

    assert _proposed(wide, narrow) == [("narrow", ["a"]), ("wide", ["b"])]


def test_fewer_columns_are_better_than_more_and_then_the_smaller() -> None:
    assert _proposed(_trial("three", 3, 1, a=1.0), _trial("one", 1, 9, a=1.2), _trial("small", 1, 3, a=1.1)) == [
        ("small", ["a"])
    ]


def test_nothing_tried_is_nothing_proposed() -> None:
    assert chosen([]) == ()


@pytest.mark.parametrize(
    ("before", "after", "clear"),
    [
        ([10.0, 12.0], [1.0, 4.0], True),
        ([10.0, 12.0], [1.0, 6.0], False),  # the worst with it against the best without it
        ([0.15, 0.15], [0.06, 0.06], False),  # less than a tenth of a millisecond
        ([1.0, 1.0], [1.2, 1.0], False),
    ],
)
def test_a_gain_lies_outside_of_the_spread(before: list[float], after: list[float], *, clear: bool) -> None:
    assert is_clear(before, after) is clear
