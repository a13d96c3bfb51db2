"""Whether a query is slower after a release than before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seatrial.model.regression import more_work, regressed
from seatrial.model.workload import Observed

BEFORE = Observed(
    indexes=("notes_org",), scanned=(), tables=("public.notes",), milliseconds=1.0, runs=20, buffers=12, rows=5,
    removed=3,
)  # fmt: skip
SCANS = replace(BEFORE, indexes=(), scanned=("public.notes",), buffers=900, removed=20_000)


@pytest.mark.parametrize("milliseconds", [0.2, 1.0, 1.4, 2.9])
def test_a_longer_time_alone_is_noise(milliseconds: float) -> None:
    assert regressed(BEFORE, replace(BEFORE, milliseconds=milliseconds)) == ""


def test_a_time_that_no_noise_explains_is_slower_even_with_the_same_plan() -> None:
    assert regressed(BEFORE, replace(BEFORE, milliseconds=3.5)) == "1.00 ms before, 3.50 ms after"


def test_several_times_of_next_to_nothing_is_not_slower() -> None:
    assert regressed(replace(BEFORE, milliseconds=0.05), replace(BEFORE, milliseconds=0.4)) == ""


def test_a_plan_that_does_more_is_slower_with_less_difference() -> None:
    assert regressed(BEFORE, replace(SCANS, milliseconds=1.6)) == (
        "1.00 ms before, 1.60 ms after; reads public.notes from end to end; reads 900 pages instead of 12; "
        "filters leave out 20,000 rows instead of 3"
    )


def test_a_plan_that_does_more_and_takes_no_longer_is_not_slower() -> None:
    assert regressed(BEFORE, replace(SCANS, milliseconds=1.1)) == ""


def test_a_table_that_was_read_from_end_to_end_before_is_no_news() -> None:
    before = replace(BEFORE, scanned=("public.notes",), buffers=900, removed=20_000)

    assert more_work(before, replace(before, buffers=905)) == ()


def test_less_work_is_never_more() -> None:
    assert more_work(SCANS, BEFORE) == ()
