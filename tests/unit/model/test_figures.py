"""Figures as a page shows them."""

from __future__ import annotations

import pytest

from seatrial.model.figures import amount, progress, span


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (212.4, "ms", "212 ms"), (4.12, "ms", "4.1 ms"), (0.34, "share", "34 %"), (1, "sessions", "1 session"),
        (3, "sessions", "3 sessions"), (1, "ms", "1 ms"), (95, "s", "1 min"), (8.5, "times", "8.5×"),  # noqa: RUF001
        (7, "", "7"),
    ],
)  # fmt: skip
def test_an_amount_has_its_unit(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(12, "12 s"), (180, "3 min"), (7_500, "2 h 5 min"), (172_800, "48 h"), (345_600, "4 days")],
)
def test_a_span_is_told_in_the_units_that_matter(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("passed", "window", "said"),
    [
        (250, 900, "4 of 15 minutes"), (0, 60, "0 of 1 minute"), (11_000, 172_800, "3 of 48 hours"),
        (172_860, 172_800, "48 hours"), (5, 30, "5 of 30 seconds"),
    ],
)  # fmt: skip
def test_a_window_passes_in_whole_units(passed: float, window: float, said: str) -> None:
    assert progress(passed, window) == said
