"""Draws keys as lines that touch no box: up and down between the columns, and from one gap to another above them.

All keys to one parent share a trunk, as the leads of a net do on a circuit diagram; a dot says where they part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.report.drawing.boxes import BOX_WIDTH, HEAD
from seatrial.report.drawing.layout import SPACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.report.drawing.boxes import Box
    from seatrial.report.drawing.changes import KeyChange

__all__ = ["Diagram", "Wire", "placed"]

#: Between two lines side by side, and between the outermost and a box.
LANE, MARGIN = 9.0, 18.0
#: Where two keys share a column, their lines end one above the other.
BESIDE = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """The line of a key, from the parent to the child."""

    key: KeyChange
    points: tuple[tuple[float, float], ...]
    #: 1 where it ends at the left side of the child, -1 at its right side.
    direction: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """Where everything is."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    dots: tuple[tuple[float, float], ...]
    width: float
    height: float


def placed(columns: Sequence[Sequence[Box]], keys: Sequence[KeyChange], top: float) -> Diagram:
    """Gives every box a place and every key a line.

    Args:
        columns: from left to right, and from top to bottom in each.
        keys: between these boxes.
        top: where there is room for the diagram.
    """
    where = {box.table.name: number for number, column in enumerate(columns) for box in column}
    lanes, buses = _lanes(where, keys)
    boxes, width = _boxes(columns, lanes, top + LANE * (len(buses) + 1))
    by_name = {box.table.name: box for box in boxes}
    levels = {parent: top + LANE * number for number, parent in enumerate(buses)}
    taken: dict[tuple[str, float], int] = {}
    # A key of several columns takes the line that a key of one leaves free.
    shortest_first = sorted(keys, key=lambda key: len(key.columns))
    wires = tuple(_wire(key, by_name, lanes, levels, taken) for key in shortest_first)
    height = max((box.bottom for box in boxes), default=top)
    return Diagram(boxes=boxes, wires=wires, dots=_dots(wires), width=width, height=height)


def _channels(key: KeyChange, where: Mapping[str, int]) -> tuple[int, int]:
    """The gaps in which its line begins and ends; gap 1 is the one to the right of column 0."""
    parent, child = where[key.parent], where[key.child]
    return parent + 1, child if child > parent else child + 1


def _lanes(where: Mapping[str, int], keys: Sequence[KeyChange]) -> tuple[dict[tuple[int, str], int], tuple[str, ...]]:
    """For each gap and parent the number of its trunk there; and the parents whose lines go over the columns."""
    used: dict[int, dict[str, None]] = {}
    buses: dict[str, None] = {}
    for key in sorted(keys, key=lambda one: (where[one.parent], one.parent)):
        begin, end = _channels(key, where)
        for channel in (begin, end):
            used.setdefault(channel, {})[key.parent] = None
        if begin != end:
            buses[key.parent] = None
    return {(channel, name): lane for channel, names in used.items() for lane, name in enumerate(names)}, tuple(buses)


def _boxes(
    columns: Sequence[Sequence[Box]], lanes: Mapping[tuple[int, str], int], top: float
) -> tuple[tuple[Box, ...], float]:
    made: list[Box] = []
    left, right = 1.0, 1.0
    for number, column in enumerate(columns):
        y = top
        for box in column:
            made.append(box.at(number, left, y))
            y += box.height + SPACE
        right = left + BOX_WIDTH
        trunks = sum(channel == number + 1 for channel, _ in lanes)
        left = right + (2 * MARGIN + LANE * (trunks - 1) if trunks else 2 * MARGIN)
        if trunks:
            right = left - MARGIN
    return tuple(made), right + 1


def _wire(
    key: KeyChange, boxes: Mapping[str, Box], lanes: Mapping[tuple[int, str], int], levels: Mapping[str, float],
    taken: dict[tuple[str, float], int],
) -> Wire:  # fmt: skip
    parent, child = boxes[key.parent], boxes[key.child]
    begin, end = _channels(key, {name: box.column for name, box in boxes.items()})
    starts, first = parent.top + HEAD / 2, _trunk(boxes, lanes, begin, key.parent)
    last = first if begin == end else _trunk(boxes, lanes, end, key.parent)
    place = min(((key.child, child.middle_of(name)) for name in key.columns), key=lambda one: taken.get(one, 0))
    ends, direction = place[1] + BESIDE * taken.get(place, 0), 1 if end == child.column else -1
    taken[place] = taken.get(place, 0) + 1
    points = [(parent.right, starts), (first, starts)]
    if begin != end:
        points += [(first, levels[key.parent]), (last, levels[key.parent])]
    points += [(last, ends), (child.left if direction > 0 else child.right, ends)]
    return Wire(key=key, points=tuple(points), direction=direction)


def _trunk(boxes: Mapping[str, Box], lanes: Mapping[tuple[int, str], int], channel: int, parent: str) -> float:
    left = next(box.right for box in boxes.values() if box.column == channel - 1)
    return left + MARGIN + LANE * lanes[channel, parent]


def _dots(wires: Sequence[Wire]) -> tuple[tuple[float, float], ...]:
    """Where the lines of one parent part: in the midst of a trunk, not at its ends."""
    trunks: dict[tuple[str, float], set[float]] = {}
    joints: dict[tuple[str, float], set[float]] = {}
    for wire in wires:
        for (x, y), (next_x, next_y) in zip(wire.points, wire.points[1:], strict=False):
            if x == next_x:
                trunks.setdefault((wire.key.parent, x), set()).update((y, next_y))
                joints.setdefault((wire.key.parent, x), set()).update((y, next_y))
    return tuple(
        (x, y) for (parent, x), ys in sorted(joints.items()) for y in sorted(ys)
        if min(trunks[parent, x]) < y < max(trunks[parent, x])
    )  # fmt: skip
