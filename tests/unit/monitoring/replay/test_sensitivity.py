"""That nothing is said on quiet days is no blindness: what is much worse is found within minutes."""

from __future__ import annotations

import pytest
from tests.unit.monitoring.replay.sensitivity import ROWS, found_after, table


@pytest.mark.parametrize(("what", "much", "within"), [
    ("time of a statement with 240 calls", 10, 5),
    ("time of a statement with 240 calls", 5, 30),
    ("time of a statement with 12 calls", 30, 5),
    ("denials on a table", 6, 5),
    ("violations of a new", 11, 5),
    ("violations that there are always", 60, 5),
    ("sessions that wait", 4, 5),
    ("failures of an organization", 1.0, 10),
    ("rows that a statement finds", 0.0, 5),
])  # fmt: skip
def test_what_is_much_worse_is_found_within_minutes(what: str, much: float, within: float) -> None:
    worsen = next(found for name, found, _ in ROWS if name.startswith(what))

    after = found_after(worsen, much)

    assert after is not None
    assert after <= within


def test_what_is_a_little_worse_is_nothing() -> None:
    assert "denials on a table of the release, a minute | 2: 13 min; 6: 3 min" in table()
