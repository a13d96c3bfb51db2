"""A table as a box: which rows it shows, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.words import count
from seatrial.report.drawing.changes import Mark

if TYPE_CHECKING:
    from seatrial.report.drawing.changes import ColumnChange, TableChange

__all__ = ["BOX_WIDTH", "HEAD", "ROW", "Box", "Line", "box_of"]

BOX_WIDTH, HEAD, ROW, PADDING = 268.0, 26.0, 17.0, 6.0
#: Columns of a new table that are all shown; of a longer one the keys and as many others.
MOST_COLUMNS = 16
FEW_COLUMNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a box."""

    words: str
    #: Of a column.
    type: str = ""
    mark: Mark = Mark.SAME
    #: `PK`, `FK`.
    key: str = ""
    #: Not a column: how many there are more, what else there is.
    is_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A table that has a place."""

    table: TableChange
    lines: tuple[Line, ...]
    #: In which column of the diagram it stands.
    column: int = 0
    left: float = 0.0
    top: float = 0.0

    @property
    def height(self) -> float:
        """With all lines."""
        return HEAD + (ROW * len(self.lines) + PADDING if self.lines else 0.0)

    @property
    def right(self) -> float:
        """Where its lines to children begin."""
        return self.left + BOX_WIDTH

    @property
    def bottom(self) -> float:
        """Where the next may begin, after a space."""
        return self.top + self.height

    def at(self, column: int, left: float, top: float) -> Box:
        """The same at a place."""
        return replace(self, column=column, left=left, top=top)

    def middle_of(self, column: str) -> float:
        """At which height the line of a column is; of a column that is not shown the middle of the head."""
        for number, line in enumerate(self.lines):
            if line.words == column and not line.is_note:
                return self.top + HEAD + ROW * number + ROW / 2 + 1
        return self.top + HEAD / 2


def box_of(table: TableChange) -> Box:
    """What matters of a table: all of a new one, of others the keys and what changed."""
    shown = [column for column in table.columns if _is_shown(table, column)]
    if table.mark is Mark.NEW and len(shown) > MOST_COLUMNS:
        keys = [column for column in shown if column.primary or column.foreign]
        others = [column for column in shown if column not in keys][:FEW_COLUMNS]
        shown = [column for column in shown if column in keys or column in others]
    lines = [line for column in shown for line in _lines(table, column)]
    if more := len(table.columns) - len(shown):
        lines.append(Line(words=f"… {count(more, 'more column' if shown else 'column')}", is_note=True))
    lines += [Line(words=words, mark=mark, is_note=True) for mark, words in table.notes]
    return Box(table=table, lines=tuple(lines))


def _is_shown(table: TableChange, column: ColumnChange) -> bool:
    if table.mark is Mark.NEW and "view" not in table.kind:
        return True
    return column.primary or column.foreign or (column.mark is not Mark.SAME and table.mark is Mark.CHANGED)


def _lines(table: TableChange, column: ColumnChange) -> list[Line]:
    """Two for one that was otherwise; in a new table everything is new, and no line says it again."""
    key = "PK" if column.primary else "FK" if column.foreign else ""
    mark = column.mark if table.mark is Mark.CHANGED else Mark.SAME
    first = Line(words=column.name, type=column.type, mark=mark, key=key)
    return [first, Line(words=f"was {column.was}", is_note=True)] if column.was else [first]
