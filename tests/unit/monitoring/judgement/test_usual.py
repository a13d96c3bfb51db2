"""What was usual: neither a noisy minute nor a quiet one decides."""

from __future__ import annotations

import pytest

from seatrial.model.sample import WHOLE, Measured, Sample
from seatrial.monitoring.judgement.baseline import TRAFFIC, usual

SLOW, DENIALS, WAITING = ("slow", "app 1"), ("denials", "public.contacts"), ("waiting", "public.contacts")
SOURCES = frozenset({"database", "statements", "log", "locks"})


def minute(number: int, *, denied: float = 0.0, waiting: float = 0.0, slow: float = 4.0) -> Measured:
    values = {SLOW: slow, ("rollbacks", WHOLE): 0.0}
    weights = {SLOW: 100.0, ("rollbacks", WHOLE): 1_000.0}
    if denied:
        values[DENIALS], weights[DENIALS] = denied, 1_000.0
    if waiting:
        values[WAITING], weights[WAITING] = waiting, 1.0
    return Measured(at=60.0 * number, seconds=60, values=values, weights=weights, looked=SOURCES)


def test_one_noisy_minute_changes_nothing() -> None:
    calm = [minute(number, denied=number % 2) for number in range(100)]
    noisy = [*calm[:-1], minute(99, denied=5_000, slow=900.0)]

    before, after = (usual(one, None, since=0, until=6_000).usual for one in (calm, noisy))

    assert after[SLOW] == before[SLOW]
    assert after[DENIALS].middle == pytest.approx(before[DENIALS].middle, rel=0.05)
    assert after[DENIALS].middle == pytest.approx(0.0005, rel=0.05)


def test_an_interval_without_an_error_counts_where_the_log_was_read() -> None:
    seen = [minute(number, denied=2 if number == 3 else 0) for number in range(5)]
    unread = [Measured(at=9_000.0 + number, seconds=60, looked=SOURCES - {"log"}) for number in range(5)]

    found = usual([*seen, *unread], None, since=0, until=9_600)

    assert found.usual[DENIALS].middle == 2 / 5_000
    assert found.usual[DENIALS].intervals == 5


def test_nobody_waits_most_of_the_time() -> None:
    found = usual([minute(number, waiting=2 if number < 30 else 0) for number in range(100)], None, since=0, until=1)

    assert found.usual[WAITING].middle == 0
    assert found.usual[WAITING].intervals == 100
    assert found.usual[WAITING].spread > 0


def test_traffic_is_usual_too() -> None:
    found = usual([minute(number) for number in range(20)], None, since=0, until=1)

    assert found.usual[TRAFFIC].middle == pytest.approx(1_000 / 60)


def test_of_a_statement_with_few_intervals_the_servers_average_counts() -> None:
    last = Sample(
        at=60,
        looked=SOURCES,
        counters={
            ("statements.calls", "app 9"): 1_000.0,
            ("statements.time", "app 9"): 7_000.0,
            ("database.transactions", WHOLE): 500.0,
            ("database.rollbacks", WHOLE): 50.0,
        },
    )

    found = usual([minute(0)], last, since=0, until=60)

    assert found.usual["slow", "app 9"].middle == 7
    assert found.usual["slow", "app 9"].intervals == 0
    assert found.statements == {"app 9"}
    assert found.usual["rollbacks", WHOLE].intervals == 0
    assert found.usual["rollbacks", WHOLE].middle == 0.1
    assert found.looked == SOURCES


def test_without_an_interval_the_levels_of_the_sample_are_usual() -> None:
    last = Sample(at=60, looked=SOURCES, levels={("activity.connections", WHOLE): 0.3})

    assert usual([], last, since=0, until=60).usual == {}
    looked = Sample(at=60, looked=SOURCES | {"activity"}, levels=last.levels)
    assert usual([], looked, since=0, until=60).usual["connections", WHOLE].middle == 0.3
