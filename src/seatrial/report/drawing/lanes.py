"""The rows of a timeline: a relation each, the longest wait first, and those that are not worth a row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.forecast import between
from seatrial.model.timeline import Waiting
from seatrial.model.words import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.timeline import Hold, Span, Timeline, TimelineTransaction

__all__ = ["ROW_HEADINGS", "Lane", "lanes", "said", "timeline_rows"]

#: Headings of `timeline_rows`.
ROW_HEADINGS = ("transaction", "statement", "relation", "lock", "who waits", "for how long")
#: Rows that a drawing has at most.
MOST_LANES = 12
#: Locks that are shorter together get no row, where there are more tables than fit.
UNKNOWN = "nobody knows how long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A relation and all that locks it, in order."""

    relation: str
    holds: tuple[tuple[TimelineTransaction, Hold], ...]

    @property
    def longest(self) -> Hold:
        """The lock that most wait for longest: with equal lengths the one that more wait for."""
        return max((hold for _, hold in self.holds), key=_weight)


def lanes(line: Timeline) -> tuple[tuple[Lane, ...], tuple[Lane, ...]]:
    """Those that are drawn, in the order in which they are first locked, and those that are only counted."""
    found: dict[str, list[tuple[TimelineTransaction, Hold]]] = {}
    for transaction in line.transactions:
        for hold in transaction.holds:
            found.setdefault(hold.relation, []).append((transaction, hold))
    every = [Lane(relation=relation, holds=tuple(holds)) for relation, holds in found.items()]
    kept = {lane.relation for lane in sorted(every, key=lambda one: _weight(one.longest), reverse=True)[:MOST_LANES]}
    return (
        tuple(lane for lane in every if lane.relation in kept),
        tuple(lane for lane in every if lane.relation not in kept),
    )


def timeline_rows(line: Timeline) -> tuple[tuple[str, ...], ...]:
    """The same as the drawing, as the rows of a table with `ROW_HEADINGS`; a transaction without locks has one too."""
    rows: list[tuple[str, ...]] = []
    for transaction in line.transactions:
        for hold in transaction.holds:
            statement = transaction.statements[hold.statement]
            rows.append((
                transaction.path, f"{statement.place}: {statement.label}", hold.relation, hold.mode, hold.waiting.value,
                said(hold.length),
            ))  # fmt: skip
        if not transaction.holds:
            rows.append((transaction.path, "–", "–", "–", Waiting.NOBODY.value, said(transaction.length)))
    return tuple(rows)


def said(length: Span | None, *, short: bool = False) -> str:
    """`38–55 s`, `38–55 s, if there were so many rows`."""
    if length is None:
        return "?" if short else UNKNOWN
    if not length.high:
        return "" if short else "works on no rows"
    words = between(length.low, length.high) if length.high >= MOMENT else f"less than {duration(MOMENT)}"
    if short:
        return words.replace("less than ", "<\u2009")
    return f"{words}, for an assumed number of rows" if length.assumed else words


#: Nobody tells shorter times apart.
MOMENT = 0.001
_SEVERITY: Sequence[Waiting] = (Waiting.NOBODY, Waiting.ROWS, Waiting.WRITES, Waiting.EVERYBODY)


def _weight(hold: Hold) -> tuple[bool, float, int]:
    length = hold.length.high if hold.length else math.inf
    return hold.waiting is not Waiting.NOBODY, length, _SEVERITY.index(hold.waiting)
