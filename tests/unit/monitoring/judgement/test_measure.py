"""What two samples come to: never a negative number, and never a zero for what nobody saw."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.sample import WHOLE, Sample
from seatrial.monitoring.judgement.measure import ANEW, BACK, carried, measure

ASKED = ("database.transactions", WHOLE)
CALLS, TIME = ("statements.calls", "app 1"), ("statements.time", "app 1")
DENIED = ("log.denials", "public.contacts")
SLOW, DENIALS = ("slow", "app 1"), ("denials", "public.contacts")
SOURCES = frozenset({"database", "statements", "log"})


def sample(at: float, asked: float = 0.0, calls: float = 0.0, time: float = 0.0, denied: float = 0.0) -> Sample:
    return Sample(
        at=at,
        looked=SOURCES,
        epochs={"database": "a", "statements": "a"},
        counters={ASKED: asked, CALLS: calls, TIME: time},
        events={DENIED: denied} if denied else {},
    )


def test_a_statement_has_the_mean_of_its_interval_and_its_calls_for_a_weight() -> None:
    found = measure(sample(0, 100, 10, 50), sample(60, 200, 15, 90))

    assert found.values[SLOW] == 8
    assert found.weights[SLOW] == 5
    assert found.seconds == 60
    assert found.gaps == {}
    assert found.statements["app 1"].calls == 5


def test_nobody_asked_is_no_zero() -> None:
    found = measure(sample(0, 100, 10, 50), sample(60, 200, 10, 50))

    assert SLOW not in found.values
    assert found.statements == {}


def test_errors_rest_on_the_transactions_that_there_were() -> None:
    found = measure(sample(0, 100), sample(60, 400, denied=7))

    assert found.values[DENIALS] == 7
    assert found.weights[DENIALS] == 300


def test_counters_that_began_anew_have_no_difference_and_a_gap() -> None:
    now = replace(sample(60, 40, 1_000, 9), epochs={"database": "b", "statements": "a"})

    found = measure(sample(0, 100, 10, 5), now)

    assert ("rollbacks", WHOLE) not in found.values
    assert found.gaps == {"database": ANEW}
    assert SLOW in found.values


def test_errors_during_a_restart_are_told_with_an_unknown_weight() -> None:
    now = replace(sample(60, 40, denied=3), epochs={"database": "b", "statements": "a"})

    found = measure(sample(0, 100), now)

    assert found.values[DENIALS] == 3
    assert found.weights[DENIALS] == 0


def test_a_clock_that_goes_back_is_a_gap() -> None:
    found = measure(sample(3_600, 100, 10, 5), sample(60, 200, 20, 50))

    assert found.seconds == 0
    assert SLOW not in found.values
    assert found.gaps == dict.fromkeys(SOURCES, BACK)


def test_a_source_that_nobody_could_look_at_is_a_gap_and_says_why() -> None:
    now = replace(sample(60), looked=frozenset({"database"}), unread={"log": "permission denied"})

    found = measure(sample(0), now)

    assert found.gaps == {"log": "permission denied"}
    assert found.looked == {"database"}


def test_a_source_that_is_looked_at_now_and_then_is_held_against_its_last_look() -> None:
    scanned = ("tables.scanned", "public.contacts")

    def looked(at: float, asked: float, read: float | None) -> Sample:
        one = sample(at, asked)
        if read is None:
            return one
        return replace(one, looked=one.looked | {"tables"}, counters={**one.counters, scanned: read})

    first = carried(None, looked(0, 1_000, 50))
    second = carried(first, looked(60, 1_100, None))
    found = measure(second, looked(120, 1_300, 1_250))

    assert found.values["scanned", "public.contacts"] == 1_200 / 300
    assert found.weights["scanned", "public.contacts"] == 300
    assert ("scanned", "public.contacts") not in measure(first, looked(60, 1_100, None)).values


def test_errors_after_a_gap_rest_on_all_transactions_since_the_log_was_read() -> None:
    before = carried(None, sample(0, 1_000))
    for minute in range(1, 180):
        unread = replace(sample(60 * minute, 1_000 + 100 * minute), looked=SOURCES - {"log"}, unread={"log": "gone"})
        before = carried(before, unread)

    found = measure(before, sample(60 * 180, 19_000, denied=360))

    assert found.weights[DENIALS] == 18_000


def test_a_statement_that_is_followed_from_now_on_has_no_value_yet() -> None:
    before = replace(sample(0, 100), counters={ASKED: 100})

    assert SLOW not in measure(before, sample(60, 200, 1_000_000, 5)).values


NUMBERS = st.one_of(st.floats(min_value=-1e9, max_value=1e12), st.just(float("inf")), st.just(float("nan")))
QUANTITIES = ("database.rollbacks", "tenants.of", "tenants.bad", "locks.waiting", "tables.scanned")
KEYS = st.sampled_from([ASKED, CALLS, TIME, DENIED, *((one, "q: a") for one in QUANTITIES)])
SAMPLES = st.builds(
    Sample,
    at=st.floats(min_value=0, max_value=1e10),
    looked=st.frozensets(st.sampled_from(["database", "statements", "log", "tenants", "locks", "tables"])),
    epochs=st.dictionaries(st.sampled_from(["database", "statements"]), st.sampled_from(["a", "b"])),
    counters=st.dictionaries(KEYS, NUMBERS),
    events=st.dictionaries(KEYS, NUMBERS),
    levels=st.dictionaries(KEYS, NUMBERS),
)


@given(st.lists(SAMPLES, min_size=1, max_size=4))
def test_nothing_is_ever_negative_or_of_no_number(samples: list[Sample]) -> None:
    before = None
    for now in samples:
        found = measure(before, now)
        before = carried(before, now)
        assert found.seconds >= 0
        assert all(0 <= value < float("inf") for value in found.values.values())
        assert all(0 <= weight < float("inf") for weight in found.weights.values())
        assert found.values.keys() == found.weights.keys()
