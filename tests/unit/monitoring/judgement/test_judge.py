"""How a watch goes on: breaches, troubles, a person's answer, gaps, restarts, and how it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.monitoring.replay.release import DEPLOYED, TEXTS, watch

from seatrial.model.jsonable import as_json, from_json
from seatrial.model.sample import WHOLE, Key, Measured, StatementUse
from seatrial.model.watch import Answered, Baseline, Coverage, Declared, Judged, Usual, WatchVerdict
from seatrial.monitoring.judgement.ending import answered, begin, ended
from seatrial.monitoring.judgement.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOURCES = frozenset({"database", "statements", "log", "locks", "activity", "security", "tenants"})
SLOW: Key = ("slow", "app by name")
DENIED, ELSEWHERE = ("denials", "public.contacts"), ("denials", "public.orders")
USUAL = Usual(middle=2.0, spread=0.1, intervals=1_000, weight=1e5)
BASELINE = Baseline(since=0, until=1, usual={SLOW: USUAL, ("slow", "app order"): USUAL}, looked=SOURCES)
WATCH = watch(window=1_200.0)
BUSY = 5_000.0


def minute(number: int, values: Mapping[Key, float], *, gaps: Mapping[str, str] | None = None) -> Measured:
    found = {("rollbacks", WHOLE): 0.0, **values}
    return Measured(
        at=DEPLOYED + 60 * number,
        seconds=60,
        values=found,
        weights=dict.fromkeys(found, BUSY),
        gaps=gaps or {},
        looked=SOURCES - (gaps or {}).keys(),
    )


def judged(minutes: Sequence[Mapping[Key, float]], judge: Judge | None = None, start: Judged | None = None) -> Judged:
    judge, found = judge or Judge(WATCH, BASELINE), start or begin(WATCH)
    first = round((found.at - DEPLOYED) / 60) + 1
    for number, values in enumerate(minutes, first):
        found = judge.step(found, minute(number, values), TEXTS)
    return found


def test_three_breaches_of_five_fail_what_the_release_has_changed() -> None:
    over, within = {SLOW: 100.0}, {SLOW: 2.0}

    still = judged([over, within, over, within])
    assert still.verdict is WatchVerdict.WATCHING
    assert still.sentence.endswith("over its limit 2 of 3")
    found = judged([over], start=still)

    assert found.verdict is WatchVerdict.FAILED
    assert [one.key for one in found.troubles] == [SLOW]
    assert found.troubles[0].since == DEPLOYED + 60
    assert found.troubles[0].failed == DEPLOYED + 300
    assert "public.idx_contacts_name" in found.sentence
    assert judged([within] * 9, start=found).verdict is WatchVerdict.FAILED


def test_breaches_that_are_far_apart_are_none() -> None:
    over, within = {SLOW: 100.0}, {SLOW: 2.0}

    found = judged([over, within, within, within, over, within, within, within, over])

    assert found.verdict is WatchVerdict.WATCHING
    assert [one.over is None for one in found.troubles] == [True, False, False]


def test_it_is_over_when_it_is_within_its_limit_for_as_many_intervals() -> None:
    found = judged([{SLOW: 100.0}, *[{SLOW: 2.0}] * 3])

    assert found.troubles[0].over == DEPLOYED + 240
    assert found.troubles[0].failed is None


def test_an_error_that_comes_no_more_is_within_its_limit() -> None:
    assert judged([{DENIED: 50.0}, {}, {}, {}]).troubles[0].over == DEPLOYED + 240


def test_an_error_that_nobody_could_look_for_is_not_over() -> None:
    judge = Judge(WATCH, BASELINE)
    found = judged([{DENIED: 50.0}], judge)
    for number in range(2, 6):
        found = judge.step(found, minute(number, {}, gaps={"log": "gone"}), TEXTS)

    assert found.troubles[0].over is None
    assert found.coverage["log"].missed == 240
    assert found.coverage["log"].gap_since == DEPLOYED + 60


def test_what_the_release_did_not_touch_asks_a_person_and_the_countdown_stands() -> None:
    found = judged([{ELSEWHERE: 50.0}] * 6)

    assert found.verdict is WatchVerdict.PAUSED
    assert found.paused == DEPLOYED + 180
    assert found.passed == 180
    assert judged([{ELSEWHERE: 50.0}] * 20, start=found).verdict is WatchVerdict.INCONCLUSIVE


def test_an_answer_ends_the_pause_and_is_not_asked_for_again() -> None:
    judge = Judge(WATCH, BASELINE)
    paused = judged([{ELSEWHERE: 50.0}] * 6, judge)
    said = Answered(at=paused.at, who="anna", because="known", keys=(ELSEWHERE,))

    found = judged([{ELSEWHERE: 50.0}] * 6, judge, answered(paused, said))

    assert found.verdict is WatchVerdict.WATCHING
    assert found.passed == 180 + 360
    assert answered(paused, replace(said, keys=())).verdict is WatchVerdict.PAUSED


def test_an_answer_does_not_stop_another_thing_from_failing() -> None:
    judge = Judge(WATCH, BASELINE)
    paused = judged([{ELSEWHERE: 50.0}] * 3, judge)
    said = answered(paused, Answered(at=paused.at, who="anna", because="", keys=(ELSEWHERE,)))

    assert judged([{ELSEWHERE: 50.0, SLOW: 90.0}] * 3, judge, said).verdict is WatchVerdict.FAILED


def test_a_note_is_no_reason_to_ask() -> None:
    found = judged([{("unused", "public.idx_contacts_phone"): 1.0}] * 21)

    assert found.verdict is WatchVerdict.WATCHING
    assert len(found.troubles) == 1
    assert ended(found, WATCH).verdict is WatchVerdict.SUCCESSFUL


def test_it_is_successful_when_all_was_seen_used_and_within() -> None:
    found = ended(judged([{SLOW: 2.0}] * 20), WATCH)

    assert found.verdict is WatchVerdict.SUCCESSFUL
    assert found.sentence == "20 minutes, all signals inside limits"


def test_one_organization_of_two_thousand_fails_by_itself() -> None:
    shares = {("failing", f"sends: {number}"): 0.01 for number in range(2_000)}
    broken: Key = ("failing", "sends: 1234")

    found = judged([{**shares, broken: 0.9}] * 3)

    assert found.verdict is WatchVerdict.FAILED
    assert [one.key for one in found.troubles] == [broken]


def test_what_a_release_declares_is_its_limit() -> None:
    judge = Judge(WATCH, BASELINE, (Declared(name="queue", sql="", per="provider", limit=500.0),))

    assert judged([{("count", "queue: mail"): 400.0}] * 5, judge).troubles == ()
    assert judged([{("count", "queue: mail"): 600.0}] * 5, judge).verdict is WatchVerdict.FAILED


def test_everything_slower_asks_and_what_is_slower_than_that_fails() -> None:
    others = {("slow", f"app {name}"): USUAL for name in ("order", "orders", "notes", "note", "price")}
    judge = Judge(WATCH, replace(BASELINE, usual={**BASELINE.usual, **others}))

    slower = judged([{**dict.fromkeys(others, 30.0), SLOW: 30.0}] * 3, judge)
    slowest = judged([{**dict.fromkeys(others, 30.0), SLOW: 300.0}] * 3, judge)

    assert slower.verdict is WatchVerdict.PAUSED
    assert slowest.verdict is WatchVerdict.FAILED


@pytest.mark.parametrize(("source", "seen", "says"), [
    ("log", Coverage(missed=1_200, why="permission denied"), "the server's log could not be read: permission denied"),
    ("locks", Coverage(seen=1_110, missed=90, longest=90), "the table of locks could be seen for 92% of the time only"),
    ("log", Coverage(seen=48_000, missed=901, longest=901), "with a gap of 15 minutes"),
])  # fmt: skip
def test_what_nobody_saw_is_no_success(source: str, seen: Coverage, says: str) -> None:
    found = judged([{SLOW: 2.0}] * 20)

    final = ended(replace(found, coverage={**found.coverage, source: seen}), WATCH)

    assert final.verdict is WatchVerdict.INCONCLUSIVE
    assert says in final.sentence


@pytest.mark.parametrize(("asked", "passed", "says"), [
    (12.0, 1_200.0, "nobody has used it"),
    (9_000.0, 600.0, "ended after 10 of 20 minutes"),
])  # fmt: skip
def test_what_nobody_used_or_waited_for_is_no_success(asked: float, passed: float, says: str) -> None:
    final = ended(replace(judged([{SLOW: 2.0}] * 20), asked=asked, passed=passed), WATCH)

    assert final.verdict is WatchVerdict.INCONCLUSIVE
    assert says in final.sentence


def test_hours_without_a_sample_are_a_gap_of_all() -> None:
    judge = Judge(WATCH, BASELINE)
    found = judged([{SLOW: 2.0}], judge)
    late = replace(minute(21, {SLOW: 2.0, ("count", "queue: mail"): 80.0}), seconds=1_200)
    found = judge.step(found, late, TEXTS)

    assert {one.missed for one in found.coverage.values()} == {1_140}
    assert {one.longest for one in found.coverage.values()} == {1_200}
    assert found.troubles == ()


def test_what_is_written_down_stays_small() -> None:
    subjects = [("denials", f"public.t{number}") for number in range(5_000)]

    found = judged([dict.fromkeys(subjects, 90.0)] * 3 + [dict.fromkeys(subjects, 0.0)] * 5)
    calm = judged([dict.fromkeys(subjects, 0.1)] * 8)

    assert len(found.troubles) <= 600
    assert len(found.tracks) <= 2_000
    assert len(calm.tracks) <= 10
    assert len(json.dumps(as_json(calm))) < 10_000


def test_statements_on_the_releases_tables_are_added_up() -> None:
    judge, use = Judge(WATCH, BASELINE), StatementUse(calls=3, milliseconds=6, rows=3, errors={"42501": 1})
    found = begin(WATCH)
    for number in (1, 2):
        one = replace(minute(number, {}), statements={"app by name": use, "app order": use})
        found = judge.step(found, one, TEXTS)

    assert found.statements == {"app by name": StatementUse(calls=6, milliseconds=12, rows=6, errors={"42501": 2})}
    assert found.texts.keys() >= {"app by name"}
    assert "app order" not in found.texts


VALUES = st.dictionaries(
    st.sampled_from([SLOW, DENIED, ELSEWHERE, ("waiting", "public.contacts"), ("unused", "x"), ("drift", "role x")]),
    st.sampled_from([0.0, 1.0, 2.0, 50.0, 0.1]),
)
MINUTES = st.lists(st.tuples(VALUES, st.sampled_from([60.0, 60.0, 0.0, 900.0]), st.booleans()), max_size=14)


@settings(max_examples=150)
@given(minutes=MINUTES, restart=st.integers(min_value=0, max_value=14))
def test_a_restart_in_the_middle_changes_nothing(
    minutes: list[tuple[dict[Key, float], float, bool]], restart: int
) -> None:
    one, other = Judge(WATCH, BASELINE), Judge(WATCH, BASELINE)
    without = with_one = begin(WATCH)
    at = DEPLOYED
    for number, (values, seconds, is_gap) in enumerate(minutes):
        at += seconds
        now = replace(minute(0, values, gaps={"log": "gone"} if is_gap else None), at=at, seconds=seconds)
        if number == restart:
            written = json.dumps(as_json(with_one))
            with_one, other = from_json(Judged, json.loads(written)), Judge(WATCH, BASELINE)
        without, with_one = one.step(without, now, TEXTS), other.step(with_one, now, TEXTS)

    assert with_one == without
    assert ended(with_one, WATCH) == ended(without, WATCH)


def test_few_errors_in_each_interval_count_together() -> None:
    few = {("denials", "public.contacts"): 3.0}

    assert judged([few] * 3).verdict is WatchVerdict.WATCHING
    assert judged([few] * 12).verdict is WatchVerdict.FAILED
    assert judged([few, {}, {}, {}, {}, {}] * 4).verdict is WatchVerdict.WATCHING
