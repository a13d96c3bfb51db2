"""Draws a schema before and after a release as one entity diagram, in which what is new, changed or gone stands out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.model.words import count
from seatrial.report.drawing.boxes import BOX_WIDTH, HEAD, ROW, box_of
from seatrial.report.drawing.changes import Mark, changes
from seatrial.report.drawing.layout import columns
from seatrial.report.drawing.svg import box, cells, cut, drawing, element, plain, text
from seatrial.report.drawing.types import short_type
from seatrial.report.drawing.wires import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.reference import Reference
    from seatrial.report.drawing.boxes import Box, Line
    from seatrial.report.drawing.changes import SchemaChange
    from seatrial.report.drawing.wires import Wire

__all__ = ["entities"]

#: Pixels above the diagram, for the legend.
TOP = 40.0
#: Letters of a line of a box, of a type in it, and of what is not code.
LETTERS, TYPE_LETTERS, NOTE_LETTERS = 34, 17, 42
#: Pixels of a letter of a name, and of what is said beside it.
LETTER, SMALL_LETTER = 7.25, 5.9
SMALLEST_WIDTH = 560.0
_WORDS = {Mark.NEW: "new", Mark.CHANGED: "changed", Mark.REMOVED: "removed", Mark.SAME: "as it was"}
_CLASSES = {Mark.NEW: "new", Mark.CHANGED: "changed", Mark.REMOVED: "removed", Mark.SAME: "same"}
_STYLE = """
.entities .frame{fill:var(--d-paper);stroke:var(--d-muted)}.entities .same .frame{stroke-opacity:.6}
.entities .new .frame,.entities .changed .frame{stroke:var(--d-accent);stroke-width:1.5}
.entities .removed .frame{stroke:var(--d-bad);stroke-dasharray:5 3}.entities .outside .frame{stroke-dasharray:2 3}
.entities .head{fill:var(--d-muted);opacity:.1}.entities .new .head{fill:var(--d-accent);opacity:.16}
.entities .changed .head{fill:var(--d-accent);opacity:.07}.entities .removed .head{fill:var(--d-bad);opacity:.08}
.entities .row{fill:var(--d-accent);opacity:.09}.entities .row.removed{fill:var(--d-bad)}
.entities text.new,.entities text.changed{fill:var(--d-accent)}.entities text.removed{fill:var(--d-bad)}
.entities text.gone{fill:var(--d-bad);text-decoration:line-through}.entities .key{font-size:9px;letter-spacing:.04em}
.entities .same .name{fill:var(--d-muted)}
.entities .wire{fill:none;stroke:var(--d-muted);stroke-width:1.2;stroke-linejoin:round}
.entities .wire.new{stroke:var(--d-accent);stroke-width:1.5}
.entities .wire.removed{stroke:var(--d-bad);stroke-dasharray:5 3}
.entities .dot{fill:var(--d-ink)}
"""


def entities(before: Reference, after: Reference) -> str:
    """An SVG element; tables that the release does not touch are left out, unless a key of a drawn one goes there.

    Args:
        before: as the release finds it; empty where it finds nothing.
        after: as it leaves it.
    """
    found = changes(before, after)
    diagram = placed(columns([box_of(table) for table in found.tables], found.keys), found.keys, TOP)
    content = [*_legend(found), *_wires(diagram.wires)]
    content += [element("circle", cx=x, cy=y, r=2.2, class_="dot") for x, y in diagram.dots]
    content += [_table(one) for one in diagram.boxes]
    height = diagram.height + 8
    if found.left_out or not found.tables:
        height += 20
        content.append(text(0, height - 6, _left_out(found), "small muted"))
    size = max(diagram.width, SMALLEST_WIDTH), height
    return drawing(size, "entities", ("The schema before and after", _told(found)), _STYLE, content)


def _legend(found: SchemaChange) -> Iterator[str]:
    marks = Counter(table.mark for table in found.tables if not table.is_outside)
    left = 0.0
    for mark, words in _WORDS.items():
        if marks[mark]:
            sentence = f"{mark} {marks[mark]} {words}".strip()
            yield element("g", box(left + 0.5, 3.5, 22, 13, "frame", rx=3), box(left, 3, 23, 14, "head"),
                          class_=_CLASSES[mark])  # fmt: skip
            yield text(left + 30, 14, sentence, _CLASSES[mark])
            left += 56 + 6.3 * len(sentence)


def _wires(wires: tuple[Wire, ...]) -> Iterator[str]:
    """What is new or gone lies above what was there."""
    for wire in sorted(wires, key=lambda one: (Mark.SAME, Mark.REMOVED, Mark.NEW).index(one.key.mark)):
        key = wire.key
        title = f"{key.child} ({', '.join(key.columns)}) → {key.parent} ({', '.join(key.parent_columns)})"
        words = f"{title}: {_WORDS[key.mark]}"
        yield element("path", element("title", plain(words)), d=_path(wire), class_=f"wire {_CLASSES[key.mark]}")


def _path(wire: Wire) -> str:
    """The line, with a bar where one row is meant, and a crow's foot where many are."""
    (x, y), (end, at) = wire.points[0], wire.points[-1]
    foot = end - 8 * wire.direction
    line = "L".join(f"{px:.1f} {py:.1f}" for px, py in wire.points)
    return f"M{line}M{x + 5:.1f} {y - 4:.1f}v8M{end:.1f} {at - 4:.1f}L{foot:.1f} {at:.1f}L{end:.1f} {at + 4:.1f}"


def _table(one: Box) -> str:
    table = one.table
    class_ = f"{_CLASSES[table.mark]}{' outside' if table.is_outside else ''}"
    kind = "" if table.kind in {"table", "outside"} else table.kind
    gone = " gone" if table.mark is Mark.REMOVED else ""
    parts = [
        box(one.left, one.top, BOX_WIDTH, one.height, "frame", rx=4),
        box(one.left, one.top, BOX_WIDTH, HEAD, "head"),
    ]
    if table.mark:
        parts.append(text(one.left + 9, one.top + 17, table.mark, f"code strong {_CLASSES[table.mark]}"))
    left = one.left + (22 if table.mark else 9)
    room = one.right - left - (SMALL_LETTER * len(kind) + 20 if kind else 10)
    name = cut(table.name.removeprefix("public."), int(room / LETTER))
    parts.append(text(left, one.top + 17, name, f"code strong name{gone}", title=table.name))
    if kind:
        parts.append(text(one.left + BOX_WIDTH - 8, one.top + 17, kind, "small muted end"))
    for number, line in enumerate(one.lines):
        parts += _line(line, one.left, one.top + HEAD + ROW * number, gone)
    return element("g", *parts, class_=class_)


def _line(line: Line, left: float, top: float, gone: str) -> Iterator[str]:
    middle, mark = top + 13, _CLASSES[line.mark]
    struck = " gone" if line.mark is Mark.REMOVED and not line.is_note else gone
    if line.mark:
        yield box(left + 1, top + 1, BOX_WIDTH - 2, ROW, f"row {mark}")
        yield text(left + 9, middle, line.mark, f"code small strong {mark}")
    if line.is_note:
        yield text(
            left + 38,
            middle,
            cut(line.words, NOTE_LETTERS),
            f"small {mark if line.mark else 'muted'}",
            title=line.words,
        )
        return
    if line.key:
        yield text(left + 22, middle - 1, line.key, "key strong muted")
    short = cut(short_type(line.type), TYPE_LETTERS)
    yield text(left + 38, middle, cut(line.words, LETTERS - 2 - cells(short)), f"code small{struck}", title=line.words)
    yield text(left + BOX_WIDTH - 8, middle, short, f"code small muted end{struck}", title=line.type)


def _left_out(found: SchemaChange) -> str:
    if not found.tables:
        return "There is no table."
    return f"{count(found.left_out, 'table')} that the release does not touch: not drawn."


def _told(found: SchemaChange) -> str:
    """For those who do not see it."""
    said = []
    for mark, words in _WORDS.items():
        names = [table.name for table in found.tables if table.mark is mark and not table.is_outside]
        if names:
            said.append(f"{words}: {', '.join(names)}")
    return ". ".join([*said, f"{count(len(found.keys), 'foreign key')} drawn."])
