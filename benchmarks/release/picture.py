"""The growth as a picture: SVG, both axes by powers of ten, readable on light and on dark pages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Line", "drawn"]

WIDTH, HEIGHT = 760, 430
LEFT, RIGHT, TOP, BOTTOM = 74, 216, 34, 54
#: A label needs so much.
APART = 16
#: It brings its own ground: a picture in a page follows the system, not the page.
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #1c2733; } .faint { fill: #5b6875; font-size: 12px; }
.ground { fill: #ffffff; } .grid { stroke: #dde3e8; }
.line { fill: none; stroke-width: 2.5; } .late { fill: none; stroke-width: 1.2; stroke-dasharray: 4 4; }
.c0 { stroke: #0b62a8; } .c1 { stroke: #13795b; } .c2 { stroke: #b3261e; } .c3 { stroke: #9a5b00; }
circle { stroke-width: 0; } circle.c0 { fill: #0b62a8; } circle.c1 { fill: #13795b; }
circle.c2 { fill: #b3261e; } circle.c3 { fill: #9a5b00; }
@media (prefers-color-scheme: dark) {
  text { fill: #e8eef3; } .faint { fill: #a3b1bd; } .ground { fill: #16202a; } .grid { stroke: #2b3947; }
  .c0 { stroke: #6cb6f5; } .c1 { stroke: #5fd0a5; } .c2 { stroke: #ff8a80; } .c3 { stroke: #f0a93b; }
  circle.c0 { fill: #6cb6f5; } circle.c1 { fill: #5fd0a5; } circle.c2 { fill: #ff8a80; } circle.c3 { fill: #f0a93b; }
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing as it grows; at most four are drawn in colours that can be told apart."""

    #: In one or two lines of a few words.
    name: tuple[str, ...]
    #: Rows, the middle time and the one that 99 of 100 do not exceed, in milliseconds.
    points: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """From values to places."""

    rows: tuple[float, float]
    times: tuple[float, float]

    def x(self, rows: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * _share(rows, self.rows)

    def y(self, milliseconds: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(milliseconds, self.times)


def drawn(title: str, lines: Sequence[Line]) -> str:
    """A picture of the lines: the middle time drawn through, p99 broken."""
    rows = [rows for line in lines for rows, _, _ in line.points]
    times = [each for line in lines for _, middle, late in line.points for each in (middle, late)]
    frame = _Frame(
        rows=(min(rows), max(rows)),
        times=(10 ** math.floor(math.log10(min(times))), 10 ** math.ceil(math.log10(max(times)))),
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        *_grid(frame),
        *(part for n, line in enumerate(lines) for part in _line(frame, line, n)),
        *_names(frame, lines),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(frame: _Frame) -> Iterator[str]:
    for rows in _powers(frame.rows):
        x = frame.x(rows)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text class="faint" text-anchor="middle" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}">{rows:,.0f}</text>'
    for time in _powers(frame.times):
        y = frame.y(time)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="faint" text-anchor="end" x="{LEFT - 8}" y="{y + 4:.1f}">{_said(time)}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    foot = f'x="{middle}" y="{HEIGHT - 12}"'
    yield f'<text class="faint" text-anchor="middle" {foot}>rows of integrations and events</text>'
    yield f'<text class="faint" x="{LEFT}" y="{TOP - 14}">time of the server for one query; broken: p99</text>'


def _line(frame: _Frame, line: Line, number: int) -> Iterator[str]:
    for kind, which in (("late", 2), ("line", 1)):
        places = " ".join(f"{frame.x(point[0]):.1f},{frame.y(point[which]):.1f}" for point in line.points)
        yield f'<polyline class="{kind} c{number}" points="{places}"/>'
    for rows, time, _ in line.points:
        yield f'<circle class="c{number}" cx="{frame.x(rows):.1f}" cy="{frame.y(time):.1f}" r="3.5"/>'


def _names(frame: _Frame, lines: Sequence[Line]) -> Iterator[str]:
    """At the ends of the lines, moved apart where they would cover each other."""
    free = float(TOP)
    for line in sorted(lines, key=lambda one: frame.y(one.points[-1][1])):
        rows, time, _ = line.points[-1]
        y = max(frame.y(time) - APART * (len(line.name) - 1) / 2 + 4, free)
        for n, words in enumerate((*line.name[:-1], f"{line.name[-1]}: {_said(time)}")):
            yield f'<text x="{frame.x(rows) + 10:.1f}" y="{y + APART * n:.1f}">{escape(words)}</text>'
        free = y + APART * len(line.name) + 4


def _powers(ends: tuple[float, float]) -> list[float]:
    first, last = math.ceil(math.log10(ends[0]) - 1e-9), math.floor(math.log10(ends[1]) + 1e-9)
    return [10.0**power for power in range(first, last + 1)]


def _share(value: float, ends: tuple[float, float]) -> float:
    return math.log(value / ends[0]) / math.log(ends[1] / ends[0])


def _said(milliseconds: float) -> str:
    if milliseconds >= 1000:  # noqa: PLR2004 - a second
        return f"{milliseconds / 1000:.3g} s"
    return f"{milliseconds:.2g} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"  # noqa: PLR2004 - two digits
