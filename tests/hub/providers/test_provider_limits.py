"""Doors and pace: when an address is left alone, and when a message has its turn."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hub.providers.accounts import Clock, trouble

from integrations_hub.domain.outside import Message, Trouble, TroubleKind
from integrations_hub.providers.doors import FAILURES, Doors
from integrations_hub.providers.pacing import Pace, Pacing
from integrations_hub.providers.telegram.provider import create as telegram
from integrations_hub.providers.whatsapp.provider import create as whatsapp
from integrations_hub.settings import Provider as Operators

COUNTED = sorted(FAILURES)
ANSWERS = sorted({TroubleKind.REFUSED, TroubleKind.REJECTED, TroubleKind.RATE_LIMITED})


def fail(kind: TroubleKind | None) -> None:
    if kind is not None:
        raise Trouble(kind, "it happened")


def ask(doors: Doors, kind: TroubleKind | None = None, address: str = "one") -> TroubleKind | None:
    """One attempt that ends in a trouble of this kind, or well; what came of it."""
    try:
        with doors.through(address, "the service"):
            fail(kind)
    except Trouble as caught:
        return caught.kind
    return None


@pytest.mark.parametrize("kind", COUNTED)
def test_a_door_shuts_after_failures_in_a_row(kind: TroubleKind) -> None:
    doors = Doors(failures=3, rest=60, clock=Clock())

    assert [ask(doors, kind) for _ in range(4)] == [kind, kind, kind, TroubleKind.PAUSED]
    assert ask(doors, address="another") is None


@pytest.mark.parametrize("answer", [*ANSWERS, None])
def test_an_answer_between_them_begins_the_count_anew(answer: TroubleKind | None) -> None:
    doors = Doors(failures=3, rest=60, clock=Clock())
    for kind in (TroubleKind.TIMED_OUT, TroubleKind.TIMED_OUT, answer, TroubleKind.TIMED_OUT, TroubleKind.TIMED_OUT):
        ask(doors, kind)

    assert not doors.is_shut("one")


def test_where_nobody_was_asked_nothing_is_counted() -> None:
    doors = Doors(failures=3, rest=60, clock=Clock())
    for kind in (TroubleKind.TIMED_OUT, TroubleKind.TIMED_OUT, TroubleKind.MISCONFIGURED, TroubleKind.TIMED_OUT):
        ask(doors, kind)

    assert doors.is_shut("one")


def shut(clock: Clock) -> Doors:
    doors = Doors(failures=1, rest=60, clock=clock)
    ask(doors, TroubleKind.UNREACHABLE)
    return doors


def test_a_trial_that_succeeds_opens_the_door() -> None:
    clock = Clock()
    doors = shut(clock)
    clock.now += 60

    assert [ask(doors), ask(doors)] == [None, None]
    assert not doors.is_shut("one")


def test_a_trial_that_fails_shuts_it_for_as_long_again() -> None:
    clock = Clock()
    doors = shut(clock)
    clock.now += 60

    assert ask(doors, TroubleKind.TIMED_OUT) is TroubleKind.TIMED_OUT
    clock.now += 59
    assert ask(doors) is TroubleKind.PAUSED
    clock.now += 1
    assert ask(doors) is None


def test_one_trial_is_made_at_a_time() -> None:
    clock = Clock()
    doors = shut(clock)
    clock.now += 60

    with doors.through("one", "the service"):
        assert ask(doors) is TroubleKind.PAUSED
    assert ask(doors) is None


def test_a_trial_that_breaks_off_leaves_the_next_one_free() -> None:
    clock = Clock()
    doors = shut(clock)
    clock.now += 60

    def break_off() -> None:
        with doors.through("one", "the service"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert ask(doors) is None


def test_a_failure_that_began_before_the_door_shut_does_not_take_the_place_of_the_trial() -> None:
    clock = Clock()
    doors = Doors(failures=1, rest=60, clock=clock)
    late = doors.through("one", "the service")
    late.__enter__()
    ask(doors, TroubleKind.UNREACHABLE)
    clock.now += 60

    with doors.through("one", "the service"):
        late.__exit__(Trouble, Trouble(TroubleKind.TIMED_OUT, "late"), None)
        assert ask(doors) is TroubleKind.PAUSED


def test_two_messages_to_one_chat_are_a_second_apart_and_others_do_not_wait() -> None:
    clock = Clock()
    pacing = Pacing(patience=5, clock=clock, sleep=clock.sleep)
    paces = telegram(Operators()).paces

    for chat in ("1", "2", "1"):
        pacing.wait("bot", "Telegram", paces(Message(to=chat, text="", key="")))

    assert clock.slept == [1.0]


def test_a_turn_that_is_too_far_away_is_refused_and_not_taken() -> None:
    clock = Clock()
    pacing = Pacing(patience=5, clock=clock, sleep=clock.sleep)
    pace = (Pace(messages=45, seconds=270, receiver="1"),)
    for _ in range(45):
        pacing.wait("number", "WhatsApp", pace)

    caught = trouble(lambda: pacing.wait("number", "WhatsApp", pace))
    assert (caught.kind, caught.retry_after) == (TroubleKind.RATE_LIMITED, 270)
    clock.now += 270
    pacing.wait("number", "WhatsApp", pace)
    assert clock.slept == []


def test_the_limits_are_those_that_the_services_document() -> None:
    to_group = telegram(Operators()).paces(Message(to="-100123", text="", key=""))
    to_number = whatsapp(Operators()).paces(Message(to="+49 30 1", text="", key=""))

    assert [(pace.messages, pace.seconds, bool(pace.receiver)) for pace in to_group] == [
        (30, 1, False), (1, 1, True), (20, 60, True),
    ]  # fmt: skip
    assert [(pace.messages, pace.seconds, pace.receiver) for pace in to_number] == [(80, 1, ""), (45, 270, "49301")]


@settings(max_examples=40, deadline=None)
@given(
    gaps=st.lists(st.floats(0, 0.4), min_size=30, max_size=80), receivers=st.lists(st.sampled_from("ab"), min_size=80)
)
def test_no_window_ever_holds_more_than_it_may(gaps: list[float], receivers: list[str]) -> None:
    clock = Clock()
    pacing = Pacing(patience=100, clock=clock, sleep=lambda _: None)
    turns: dict[Pace, list[float]] = {}
    for gap, receiver in zip(gaps, receivers, strict=False):
        clock.now += gap
        paces = (Pace(messages=5, seconds=1), Pace(messages=2, seconds=1, receiver=receiver))
        slept: list[float] = []
        pacing._sleep = slept.append  # noqa: SLF001 - it says when the turn is, and the clock stands still
        pacing.wait("bot", "Telegram", paces)
        for pace in paces:
            turns.setdefault(pace, []).append(clock.now + sum(slept))

    for pace, taken in turns.items():
        ordered = sorted(taken)
        for first, beyond in zip(ordered, ordered[pace.messages :], strict=False):
            assert beyond - first >= pace.seconds - 1e-6


def test_many_threads_take_turns_and_no_two_the_same() -> None:
    clock = Clock()
    slept: list[float] = []
    pacing = Pacing(patience=100, clock=clock, sleep=slept.append)
    threads = [
        threading.Thread(target=lambda: pacing.wait("bot", "Telegram", (Pace(messages=1, seconds=1),)))
        for _ in range(20)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(slept) == [float(second) for second in range(1, 20)]


def test_what_was_said_is_forgotten_when_it_is_over() -> None:
    clock = Clock()
    pacing = Pacing(patience=5, clock=clock, sleep=clock.sleep)
    pacing.remember("bot", 30)
    pacing.remember("bot", 10)

    assert trouble(lambda: pacing.refuse("bot", "Telegram")).retry_after == 30
    pacing.refuse("another bot", "Telegram")
    clock.now += 30
    pacing.refuse("bot", "Telegram")
