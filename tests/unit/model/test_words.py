"""Figures as a person says them."""

from __future__ import annotations

import pytest

from seatrial.model.words import figure


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0, "ms", "0 ms"), (0.04, "ms", "0.04 ms"), (8.24, "ms", "8.2 ms"), (212.4, "ms", "212 ms"),
        (1_500, "ms", "1.5 s"), (90_000, "ms", "1 min 30 s"), (12.3, "s", "12.3 s"), (0.344, "share", "34 %"),
        (0.005, "share", "0.5 %"), (999, "bytes", "999 bytes"), (1_250_000_000, "bytes", "1.2 GB"),
        (5e18, "bytes", "5,000,000 TB"), (12, "in the interval", "12 in the interval"), (1_234.5, "rows", "1,234 rows"),
        (3, "", "3"),
    ],
)  # fmt: skip
def test_a_figure_has_two_digits_that_count_and_its_unit(value: float, unit: str, said: str) -> None:
    assert figure(value, unit) == said
