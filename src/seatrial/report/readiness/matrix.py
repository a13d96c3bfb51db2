"""The matrix as a grid: who asks, down; what they ask for of which table, across; in a box how far they get."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.difference import SAME_BY_ANOTHER_WAY
from seatrial.model.isolation import Observed
from seatrial.model.matrix import disagreements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seatrial.model.isolation import Cell, Matrix
    from seatrial.report.readiness.stories import Story

__all__ = ["VERBS", "Box", "Grid", "Row", "grid", "place_of"]

#: As SQL says it, and how an action begins that is of it.
VERBS = {
    "select": ("read", "count"),
    "insert": ("add",),
    "update": ("update", "move", "change"),
    "delete": ("delete",),
}
#: What is not one's own.
_OF_OTHERS = re.compile(r"\b(?:another|others?|no tenant)\b")
#: Of a relation or a column of one, not of a function, a role or a schema.
_NAME = r'(?:"(?:[^"]|"")*"|[^\s".()]+)'
_RELATION = re.compile(rf"({_NAME}\.{_NAME})(?:\.{_NAME})?")
#: How far somebody gets.
NONE, OWN, ALL, UNKNOWN = "–", "own", "all", "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One kind of user, one table, one verb."""

    #: `–` no row, `own`, `all`, `?`, or nothing where it was not tried.
    seen: str = ""
    declared: str = ""
    #: `agrees`, `leak`, `kept-out`, `undecided`, `untried`
    state: str = "untried"
    #: Of the story that tells of it.
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Kinds of users that get equally far everywhere."""

    kinds: tuple[str, ...]
    boxes: tuple[Box, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something in it is not as declared."""
        return any(box.state in {"leak", "kept-out", "undecided"} for box in self.boxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The matrix, as it is drawn."""

    tables: tuple[str, ...]
    rows: tuple[Row, ...]
    #: Tables that nobody is to reach and nobody does.
    closed: tuple[str, ...]
    kinds: int


def place_of(cell: Cell) -> tuple[str, str]:
    """The table and the verb that an attempt is of, a column's with its table; empty for one that is of none."""
    first = cell.action.partition(" ")[0]
    verb = next((verb for verb, words in VERBS.items() if first in words), "")
    found = _RELATION.fullmatch(cell.subject)
    return (found[1], verb) if found and verb else ("", "")


def grid(matrix: Matrix, told: Iterable[Story]) -> Grid:
    """Tables with a surprise in them come first, and so do the kinds that meet one."""
    anchors = {line: story.anchor for story in told for line in story.lines}
    cells: dict[tuple[str, str, str], list[Cell]] = defaultdict(list)
    for cell in matrix.cells:
        table, verb = place_of(cell)
        if table:
            cells[cell.kind, table, verb].append(cell)
    by_subject: dict[str, list[Cell]] = defaultdict(list)
    for (_, subject, _), found in cells.items():
        by_subject[subject] += found
    closed = {subject for subject, found in by_subject.items() if _is_closed(found)}
    tables = sorted(by_subject.keys() - closed, key=lambda name: (all(map(_is_well, by_subject[name])), name))
    where = _anchors(matrix, anchors)
    alike: dict[tuple[Box, ...], list[str]] = {}
    for kind in matrix.world.kinds:
        boxes = tuple(_box(cells.get((kind.name, table, verb), ()), where) for table in tables for verb in VERBS)
        alike.setdefault(boxes, []).append(kind.name)
    rows = [Row(kinds=tuple(names), boxes=boxes) for boxes, names in alike.items()]
    return Grid(
        tables=tuple(tables), rows=tuple(sorted(rows, key=lambda row: not row.is_wrong)), closed=tuple(sorted(closed)),
        kinds=len(matrix.world.kinds),
    )  # fmt: skip


def _is_well(cell: Cell) -> bool:
    return cell.agrees and cell.observed is not Observed.UNDECIDED


def _is_closed(cells: Sequence[Cell]) -> bool:
    return all(cell.expected is cell.observed is Observed.BLOCKED for cell in cells)


def _anchors(matrix: Matrix, anchors: Mapping[str, str]) -> dict[int, str]:
    """Cell → the story that it is in."""
    return {id(cell): anchors.get(one.sentence, "") for one in disagreements(matrix.cells) for cell in one.cells}


def _box(cells: Sequence[Cell], anchors: Mapping[int, str]) -> Box:
    if not cells:
        return Box()
    wrong = [cell for cell in cells if not _is_well(cell)]
    state = "agrees"
    if wrong:
        decided = [cell for cell in wrong if Observed.UNDECIDED not in {cell.expected, cell.observed}]
        state = "leak" if any(cell.is_leak for cell in decided) else "kept-out" if decided else "undecided"
    return Box(
        seen=_reach(cells, "observed"), declared=_reach(cells, "expected"), state=state,
        anchor=anchors.get(id(wrong[0]), "") if wrong else "",
    )  # fmt: skip


def _reach(cells: Sequence[Cell], which: str) -> str:
    """How far these attempts went, or were to go."""
    got = [cell.action.removesuffix(SAME_BY_ANOTHER_WAY) for cell in cells if getattr(cell, which) is Observed.ALLOWED]
    if any(_OF_OTHERS.search(action) for action in got):
        return ALL
    if got:
        return OWN
    return UNKNOWN if all(getattr(cell, which) is Observed.UNDECIDED for cell in cells) else NONE
