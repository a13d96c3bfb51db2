"""Which faults are tried at which messages: every one, or a sample that leaves out no fault and no part."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.breaking import Fault
from tests.faults.release import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.faults.ground import Undisturbed
    from tests.faults.wire import Message, Moment

__all__ = ["Drawn", "Point", "drawn", "every_point"]

#: How often somebody looks is chance; its first messages come in every run.
WATCHED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A fault, and when."""

    fault: Fault
    connection: str
    number: int
    moment: Moment
    section: str
    #: What the message says.
    text: str = ""

    @property
    def place(self) -> tuple[str, int, Moment]:
        """Where it strikes."""
        return self.connection, self.number, self.moment

    def __str__(self) -> str:
        where = f"message {self.number} of '{self.connection}' ({self.section}: {' '.join(self.text.split())[:70]})"
        return f"{self.fault} {self.moment} {where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A point of a sample: how far into a section it is shows when the messages are known."""

    fault: Fault
    section: str
    #: From 0 to 1.
    far: float

    def __str__(self) -> str:
        return f"{self.fault}-{self.section}-{self.far:.3f}"

    def within(self, run: Undisturbed) -> Point:
        """The point of an undisturbed run that is nearest."""
        places = [place for place in _places(run) if place[2] == self.section]
        message, moment, section = places[min(int(self.far * len(places)), len(places) - 1)]
        return _point(self.fault, message, moment, section)


def drawn(seed: int, size: int, sections: Sequence[str] = SECTIONS) -> list[Drawn]:
    """A sample that has every fault in turn, and every section."""
    rng = random.Random(seed)  # noqa: S311 - a sample that can be drawn again, no secret
    pairs = [(fault, section) for fault in Fault for section in sections]
    rng.shuffle(pairs)
    chosen: list[tuple[Fault, str]] = []
    for number in range(size):
        wanted = list(Fault)[number % len(Fault)]
        least = min(sections, key=lambda section: ([one[1] for one in chosen].count(section), section))
        chosen.append(next((pair for pair in pairs if pair == (wanted, least)), (wanted, least)))
    return [Drawn(fault=fault, section=section, far=rng.random()) for fault, section in chosen]


def every_point(run: Undisturbed) -> Iterator[Point]:
    """Each fault at each moment of each message."""
    for message, moment, section in _places(run):
        for fault in Fault:
            yield _point(fault, message, moment, section)


def _places(run: Undisturbed) -> list[tuple[Message, Moment, str]]:
    sections = run.sections
    return [
        (message, moment, section)
        for message in run.messages
        if (section := sections[message.connection, message.number]) != "watch" or message.number <= WATCHED
        for moment in message.moments
    ]


def _point(fault: Fault, message: Message, moment: Moment, section: str) -> Point:
    return Point(
        fault=fault, connection=message.connection, number=message.number, moment=moment, section=section,
        text=message.text,
    )  # fmt: skip
