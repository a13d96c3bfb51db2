"""Lines that are slow, and lines on which nothing comes any more: one is worked on, the other is noticed and left."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING

from tests.faults.asking import must_be
from tests.faults.breaking import Fault
from tests.faults.states import State
from tests.faults.wire import Moment

if TYPE_CHECKING:
    from tests.faults.ground import Ground, Scene
    from tests.faults.proxy import Wire
    from tests.faults.wire import Message

#: Seconds for an answer, and so many: together longer than a silent line is waited for.
LATENCY, LATE = 0.25, 24


def test_a_line_on_which_every_answer_takes_its_time_is_not_taken_for_a_dead_one(ground: Ground, target: str) -> None:
    """Whenever somebody looks, the server is idle and the deployer waits; and still each answer comes."""
    sections, late_ones = ground.undisturbed.sections, count()

    def late(_: Scene, wire: Wire, message: Message, moment: Moment) -> None:
        is_batch = sections.get((message.connection, message.number)) == "batch"
        if moment is Moment.AFTER and wire.name == "seatrial" and is_batch and next(late_ones) < LATE:
            time.sleep(LATENCY)

    with ground.watched(target, late) as scene:
        answer = scene.deployer.end(180)

    must_be(ground, target, answer, State.NEW)


def test_a_line_that_fell_silent_is_noticed_without_anybody_s_help(ground: Ground, target: str) -> None:
    """The working connection is half-open in the middle of a migration; all others are as they were."""

    def fall_silent(_: Scene, wire: Wire, message: Message, moment: Moment) -> None:
        if message.text.startswith("ALTER TABLE public.boats ADD COLUMN captain") and moment is Moment.AFTER:
            wire.is_silent = True

    with ground.watched(target, fall_silent) as scene:
        answer = scene.deployer.end(180)

    assert answer.code == 3, answer.said
    must_be(ground, target, answer, State.OLD, fault=Fault.SILENT)


def test_a_lock_that_fell_silent_keeps_the_next_commit_from_coming(ground: Ground, target: str) -> None:
    """Whoever cannot know that it still holds the lock must not commit."""

    def fall_silent(scene: Scene, _: Wire, message: Message, moment: Moment) -> None:
        if message.text.startswith("ALTER TABLE public.boats ADD COLUMN captain") and moment is Moment.AFTER:
            for wire in scene.proxy.wires:
                wire.is_silent |= wire.name == "seatrial lock"

    with ground.watched(target, fall_silent) as scene:
        answer = scene.deployer.end(180)

    assert answer.code == 1, answer.said
    must_be(ground, target, answer, State.OLD)
