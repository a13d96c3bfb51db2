"""One point: the fault at its message, what the deployer says of it, what is there, and where the next run ends."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.breaking import Fault, inject, out_of_the_silence
from tests.faults.states import State, changes, leftovers, what_is

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.deployer import Answer
    from tests.faults.ground import Ground, Scene
    from tests.faults.points import Point
    from tests.faults.proxy import Wire
    from tests.faults.wire import Message, Moment

__all__ = ["Tried", "judged", "try_point"]

NOTHING, REMAINS, UNKNOWN = "nothing of this run remains", "consistent", "Unknown, a person is needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a point."""

    point: Point
    state: State
    #: What was not as it has to be; empty when all was.
    wrong: tuple[str, ...]
    #: The exit code, and the sentence.
    code: int
    said: str
    #: Whether the run came as far as the point.
    reached: bool
    seconds: float

    @property
    def report(self) -> str:
        """For whoever has to find the reason."""
        return "\n".join((f"{self.point}: {self.state}, exit code {self.code}: {self.said}", *self.wrong))


class Attempt:
    """One run with one fault."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.reached = threading.Event()

    def watch(self, scene: Scene, wire: Wire, message: Message, moment: Moment) -> None:
        """Break it at the point, once."""
        if (message.connection, message.number, moment) == self.point.place and not self.reached.is_set():
            inject(self.point.fault, scene, wire, moment)
            self.reached.set()

    def run(self, ground: Ground, name: str) -> Answer:
        """To the end of the deployer."""
        with ground.watched(name, self.watch) as scene:
            if self.point.fault.is_silence:
                while not self.reached.is_set() and not scene.deployer.ends_within(0.01):
                    pass
                return out_of_the_silence(scene.deployer)
            return scene.deployer.end()


def try_point(ground: Ground, point: Point) -> Tried:
    """A fresh target, the fault, a look, and the same command again."""
    begun = time.perf_counter()
    with ground.target() as name:
        attempt = Attempt(point)
        answer = attempt.run(ground, name)
        state, wrong = judged(ground, name, answer, fault=point.fault)
    return Tried(
        point=point, state=state, wrong=wrong, code=answer.code, said=answer.last,
        reached=attempt.reached.is_set(), seconds=time.perf_counter() - begun,
    )  # fmt: skip


def judged(
    ground: Ground, name: str, answer: Answer, *, fault: Fault | None = None, past: Callable[[], None] = lambda: None
) -> tuple[State, tuple[str, ...]]:
    """What is there, and what is not as it has to be: what was said, and where the next run ends.

    Args:
        ground: where it was tried.
        name: of the database.
        answer: of the deployer that met with the fault.
        fault: what it was; by default none that is a signal, a kill or a silence.
        past: ends what is in the way, before the next run.
    """
    run = ground.undisturbed
    past()
    ground.settled(name)
    found = ground.look(name)
    state = what_is(found, run.before, run.after, run.between)
    wrong = [*_untrue(fault, answer, state), *ground.wrong_in(name), *_not_resumed(ground, name, answer)]
    if state is State.MIXED:
        wrong.append(f"found: {changes(found, run.before)}")
    return State.MIXED if wrong else state, tuple(wrong)


def _not_resumed(ground: Ground, name: str, answer: Answer) -> list[str]:
    """What is wrong with the end that the next command comes to."""
    again = ground.go_on(name, answer).end()
    if again.code:
        return [f"the next run ended with {again.code}: {again.said}"]
    ground.settled(name)
    left = leftovers(ground.server.dsn(name))
    differs = changes(ground.look(name), ground.undisturbed.after)
    return [*left, *([f"the next run ended elsewhere: {differs}"] if differs else ()), *ground.wrong_beyond(name)]


def _untrue(fault: Fault | None, answer: Answer, state: State) -> list[str]:
    """What the deployer said and is not so."""
    kept = state is not State.OLD
    is_silence = fault is not None and fault.is_silence
    is_signal = fault is not None and fault.is_signal
    said_nothing, said_kept, said_unknown = (words in answer.last for words in (NOTHING, REMAINS, UNKNOWN))
    may = {
        0: state is State.NEW,
        1: not kept,
        2: not kept,
        3: kept or said_unknown,
        130: is_signal or is_silence,
        -signal.SIGKILL: fault is Fault.KILL or is_silence,
    }
    wrong = [] if may.get(answer.code) else [f"exit code {answer.code} where {state} was found: {answer.said}"]
    if (said_nothing and kept) or (said_kept and not kept):
        wrong.append(f"not true where {state} was found: {answer.last}")
    if said_unknown and not is_silence:
        wrong.append(f"it could have asked: {answer.last}")
    if answer.code in {3, 130} and kept and not (said_kept or said_unknown):
        wrong.append(f"it does not say what remains: {answer.said}")
    return wrong
