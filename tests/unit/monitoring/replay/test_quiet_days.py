"""A sample of `make quiet-days`: days in which nothing happens are no alarm."""

from __future__ import annotations

import pytest
from tests.unit.monitoring.replay.quiet import alarm, quiet


@pytest.mark.parametrize("number", range(3))
def test_two_days_in_which_nothing_happens_are_no_alarm(number: int) -> None:
    assert alarm(quiet(number, days=2)) == ""
