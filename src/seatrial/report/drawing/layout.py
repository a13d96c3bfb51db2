"""Puts boxes into columns, parents to the left of their children; the same for the same schema, always."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.report.drawing.boxes import BOX_WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.report.drawing.boxes import Box
    from seatrial.report.drawing.changes import KeyChange

__all__ = ["SPACE", "columns", "layers"]

#: Between two boxes of a column.
SPACE = 22.0
#: More columns than these cannot be read on a page.
MOST_COLUMNS = 4
#: A diagram of three columns that is about as high as it is wide.
CHANNEL = 60.0
#: A column of this height needs no second one.
SHORT = 560.0


def layers(names: Sequence[str], keys: Sequence[KeyChange]) -> dict[str, int]:
    """How many parents stand one behind the other before each table; in a circle one key does not count."""
    parents: dict[str, list[str]] = {name: [] for name in sorted(names)}
    for key in keys:
        if key.parent != key.child and key.parent not in parents[key.child]:
            parents[key.child].append(key.parent)
    found: dict[str, int] = {}
    for name in parents:
        _descend(name, parents, found)
    return found


def _descend(name: str, parents: Mapping[str, Sequence[str]], found: dict[str, int]) -> None:
    """Without recursion: a chain of tables may be long."""
    path, left = [name], [sorted(parents[name])] if name not in found else []
    while left:
        if left[-1]:
            above = left[-1].pop(0)
            if above not in found and above not in path:
                path.append(above)
                left.append(sorted(parents[above]))
        else:
            left.pop()
            done = path.pop()
            found[done] = max((found[above] + 1 for above in parents[done] if above in found), default=0)


def columns(boxes: Sequence[Box], keys: Sequence[KeyChange]) -> list[list[Box]]:
    """Boxes from left to right, and from top to bottom in each; they have no place yet."""
    tied = {name for key in keys for name in (key.child, key.parent)}
    layer = layers([box.table.name for box in boxes], keys)
    order = _order(layer, keys)
    connected = sorted((box for box in boxes if box.table.name in tied), key=lambda box: order[box.table.name])
    alone = [box for box in boxes if box.table.name not in tied]
    whole = sum(box.height + SPACE for box in boxes)
    wanted = min(MOST_COLUMNS, max(1, round((whole / (BOX_WIDTH + CHANNEL)) ** 0.5)))
    packed = _by_layer(connected, layer) if connected else []
    if len(packed) > MOST_COLUMNS or any(_height(column) > max(SHORT, 1.3 * whole / wanted) for column in packed):
        packed = _packed(connected, wanted, sum(box.height + SPACE for box in connected) / wanted)
    while len(packed) < min(wanted, len(boxes)):
        packed.append([])
    for box in alone:
        min(packed, key=_height).append(box)
    return [column for column in packed if column]


def _order(layer: Mapping[str, int], keys: Sequence[KeyChange]) -> dict[str, tuple[int, str, str]]:
    """By layer, and the children of one parent together."""
    closest = dict.fromkeys(layer, "")
    for key in sorted(keys, key=lambda one: (layer[one.parent], one.parent)):
        closest[key.child] = key.parent
    return {name: (depth, closest[name], name) for name, depth in layer.items()}


def _by_layer(boxes: Sequence[Box], layer: Mapping[str, int]) -> list[list[Box]]:
    made: list[list[Box]] = [[] for _ in range(max(layer[box.table.name] for box in boxes) + 1)]
    for box in boxes:
        made[layer[box.table.name]].append(box)
    return made


def _packed(boxes: Sequence[Box], most: int, height: float) -> list[list[Box]]:
    """Columns of about the same height."""
    made: list[list[Box]] = [[]]
    for box in boxes:
        if made[-1] and len(made) < most and _height(made[-1]) + box.height / 2 > height:
            made.append([])
        made[-1].append(box)
    return made


def _height(column: Sequence[Box]) -> float:
    return sum(box.height + SPACE for box in column)
