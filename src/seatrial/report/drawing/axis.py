"""The time axis of a deployment: a segment for each transaction, linear inside, so that minutes do not hide moments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.timeline import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.timeline import TimelineTransaction

__all__ = ["MOST_SEGMENTS", "Segment", "segments"]

#: More than these cannot be told apart; the shortest neighbours share one.
MOST_SEGMENTS = 12
#: Pixels between two segments.
GAP = 8
#: Seconds that add nothing to the width of a segment.
MOMENT = 0.001
#: What ten times as long adds to it.
PER_DECADE = 0.4
#: Of a segment in which nothing is locked.
NARROW = 0.7
NOTHING = Span(low=0.0, high=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of the axis."""

    #: Of its first transaction, from one.
    number: int
    #: Several where they are too many to be drawn apart.
    transactions: tuple[TimelineTransaction, ...]
    left: float
    width: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def name(self) -> str:
        """`3`, `3–5`."""
        last = self.number + len(self.transactions) - 1
        return str(self.number) if last == self.number else f"{self.number}–{last}"

    @property
    def length(self) -> Span | None:
        """None where it is not known of one of them."""
        return _length(self.transactions)

    def across(self, seconds: float) -> float:
        """How far a time reaches in it."""
        whole = self.length.high if self.length else 0.0
        return self.width * min(1.0, seconds / whole) if whole else self.width

    def end_of(self, transaction: TimelineTransaction) -> float:
        """Where a transaction of it is over."""
        until = _length(self.transactions[: self.transactions.index(transaction) + 1])
        return self.left + self.across(until.high) if self.length and until else self.right


def segments(transactions: Sequence[TimelineTransaction], left: float, width: float) -> tuple[Segment, ...]:
    """The whole axis."""
    groups: list[tuple[TimelineTransaction, ...]] = [(one,) for one in transactions]
    while len(groups) > MOST_SEGMENTS:
        shortest = min(range(len(groups) - 1), key=lambda at: _seconds(groups[at] + groups[at + 1]))
        groups[shortest : shortest + 2] = [groups[shortest] + groups[shortest + 1]]
    weights = [_weight(group) for group in groups]
    unit = (width - GAP * (len(groups) - 1)) / sum(weights) if groups else 0.0
    made: list[Segment] = []
    number = 1
    for group, weight in zip(groups, weights, strict=True):
        made.append(Segment(number=number, transactions=group, left=left, width=weight * unit))
        left += weight * unit + GAP
        number += len(group)
    return tuple(made)


def _length(transactions: Sequence[TimelineTransaction]) -> Span | None:
    known = [one.length for one in transactions if one.length]
    return sum(known, NOTHING) if len(known) == len(transactions) else None


def _seconds(group: Sequence[TimelineTransaction]) -> float:
    length = _length(group)
    return length.high if length else math.inf


def _weight(group: Sequence[TimelineTransaction]) -> float:
    if not any(one.holds for one in group):
        return NARROW
    length = _length(group)
    return 1 + PER_DECADE * math.log10(max(length.high if length else 1.0, MOMENT) / MOMENT)
