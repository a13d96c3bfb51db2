"""The ratios of a script as a picture: SVG without a dependency, readable on light and on dark pages."""

from __future__ import annotations

import math
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.measured import Comparison

__all__ = ["chart", "number"]

WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 760, 300, 110, 50, 12, 44
#: Letters of a name in a line.
LETTERS = 40
#: A picture in a page follows the system, not the page: it brings its own ground.
STYLE = """\
svg { font-family: system-ui, sans-serif; font-size: 13px; }
.ground { fill: #ffffff; } text { fill: #1c2733; } .faint { fill: #5b6875; font-size: 11px; }
.grid { stroke: #dde3e8; } .equal { stroke: #5b6875; } .limit { stroke: #9a5b00; stroke-width: 2; }
.good { stroke: #0b62a8; fill: #0b62a8; } .short { stroke: #b3261e; fill: #b3261e; } .band { stroke-width: 3; }
text.short { font-weight: bold; stroke: none; }
@media (prefers-color-scheme: dark) {
  .ground { fill: #16202a; } text { fill: #e8eef3; } .faint { fill: #a3b1bd; }
  .grid { stroke: #2b3947; } .equal { stroke: #a3b1bd; } .limit { stroke: #f0a93b; }
  .good { stroke: #6cb6f5; fill: #6cb6f5; } .short { stroke: #ff8a80; fill: #ff8a80; }
}"""
LEGEND = "ours ÷ the other: dot median, band all rounds, upright bar the limit"
#: Below, a ratio is drawn as this.
SMALLEST = 1e-4


def chart(comparisons: Sequence[Comparison]) -> str:
    """A line for each: the middle ratio as a dot, all rounds as a band, the limit as a bar."""
    low, high = _ends(comparisons)
    height = TOP + ROW * len(comparisons) + BOTTOM
    foot = height - BOTTOM
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">',
        f"<title>{escape(_told(comparisons))}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="6"/>',
        *_grid(low, high, foot),
        *(part for n, one in enumerate(comparisons) for part in _row(one, TOP + ROW * n + ROW / 2, low, high)),
        f'<text class="faint" x="{LEFT}" y="{height - 8}">{LEGEND}</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _row(one: Comparison, y: float, low: float, high: float) -> Iterator[str]:
    kind = "short" if one.falls_short else "good"
    names = wrap(one.name, LETTERS)[:2]
    more = 7 * (len(names) - 1)
    for n, line in enumerate(names):
        yield f'<text x="12" y="{y - 4 - more + 14 * n:.0f}">{escape(line)}</text>'
    better = ", more is better" if one.more_is_better else ""
    sides = f"{one.ours} / {one.other}"
    shown = sides if len(sides) + len(better) <= LETTERS + 6 else f"{sides[: LETTERS + 5 - len(better)]}…"
    yield f'<text class="faint" x="12" y="{y + 11 + more:.0f}">{escape(shown + better)}</text>'
    start, end, dot = (_x(value, low, high) for value in (one.lowest, one.highest, one.ratio))
    yield f'<line class="{kind} band" x1="{start:.1f}" x2="{end:.1f}" y1="{y}" y2="{y}"/>'
    yield f'<circle class="{kind}" cx="{dot:.1f}" cy="{y}" r="5"/>'
    if one.limit is not None:
        x = _x(one.limit, low, high)
        yield f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 11}" y2="{y + 11}"/>'
    x = WIDTH - RIGHT + 14
    shown = f"{number(one.ratio)} times"
    yield f'<text class="{"short" if one.falls_short else "within"}" x="{x}" y="{y + 4}">{shown}</text>'
    if one.falls_short:
        yield f'<text class="faint" x="{x}" y="{y + 18}">falls short</text>'


def _grid(low: float, high: float, foot: float) -> Iterator[str]:
    for value in _steps(low, high):
        x = _x(value, low, high)
        kind = "equal" if value == 1 else "grid"
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{foot}"/>'
        yield f'<text class="faint" text-anchor="middle" x="{x:.1f}" y="{foot + 15:.0f}">{value:g}</text>'


def _steps(low: float, high: float) -> Iterable[float]:
    """1, 2, 5, 10 … inside, fewer where there is much to show."""
    decades = math.log10(high / low)
    marks = (1, 2, 5) if decades <= 2 else (1,)  # noqa: PLR2004 - two powers of ten
    every = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [value for power in every for mark in marks if low <= (value := float(f"{mark}e{power}")) <= high]


def _ends(comparisons: Sequence[Comparison]) -> tuple[float, float]:
    values = [1.0, *(value for one in comparisons for value in (one.lowest, one.highest, one.limit or 1.0))]
    drawn = [max(value, SMALLEST) for value in values if math.isfinite(value)]
    return min(drawn) / 1.3, max(drawn) * 1.3


def _x(value: float, low: float, high: float) -> float:
    inside = min(max(value, low), high)
    return LEFT + (WIDTH - LEFT - RIGHT) * math.log(inside / low) / math.log(high / low)


def number(ratio: float) -> str:
    """Two digits behind the point where it is small, and none where it is large."""
    if math.isinf(ratio):
        return "∞"
    return f"{ratio:.2g}" if ratio < 0.1 else f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"  # noqa: PLR2004


def _told(comparisons: Sequence[Comparison]) -> str:
    return "; ".join(f"{one.name}: {number(one.ratio)} times {one.other}" for one in comparisons)
