"""A chart as it is drawn: the line, its limit, the gaps; whatever is to be read stands beside it as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from seatrial.model.figures import amount
from seatrial.model.watch import Standing
from seatrial.model.words import count
from seatrial.report.drawing.svg import element
from seatrial.report.watch.signs import STANDINGS, clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.watch_page import WatchChart
    from seatrial.report.readiness.verdict import Sign
    from seatrial.report.watch.axis import Axis

__all__ = ["Drawn", "drawn"]

#: Of the drawing, which is stretched to the room that there is.
WIDTH, HEIGHT = 1000.0, 100.0
#: The highest value is so much below the top, and zero so much above the bottom.
TOP, BOTTOM = 8.0, 3.0
#: How far a limit may be above the highest value and still set the scale.
FAR = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart and the words around it."""

    name: str
    title: str
    of: str
    sign: Sign
    breaches: str
    svg: Markup
    #: `212 ms`; empty where nothing was seen.
    latest: str
    most: str
    limit: str
    #: Percent from the top: of the highest value, and of the limit line.
    most_at: float
    limit_at: float
    #: For those who do not see it.
    told: str


def drawn(chart: WatchChart, axis: Axis) -> Drawn:
    """The chart on the axis of all."""
    values = [(at, value) for at, value in chart.points if value is not None]
    most = max((value for _, value in values), default=0.0)
    scale = _scale(most, chart.limit)
    unit = "" if chart.unit == "in the interval" else chart.unit
    limit = "" if chart.limit is None else f"limit {amount(chart.limit, unit)}"
    limit_at = None if chart.limit is None or chart.limit > scale else _down(chart.limit, scale)
    unseen = not chart.points or chart.points[-1][1] is None
    # A limit far above the drawing is told beside the highest value.
    said = [f"most {amount(most, unit)}", *([limit] if limit and limit_at is None else [])]
    return Drawn(
        name=chart.name, title=chart.title, of=chart.of, sign=STANDINGS[chart.standing], breaches=chart.breaches,
        latest="" if unseen else amount(values[-1][1], unit), most=", ".join(said) if values else "",
        most_at=_down(most, scale), limit=limit if limit_at is not None else "", limit_at=limit_at or 0.0,
        svg=_svg(chart, axis, scale, limit_at), told=_told(chart, values, unit),
    )  # fmt: skip


def _scale(most: float, limit: float | None) -> float:
    """What the top is: a limit far above everything would make everything flat, except where all is zero."""
    near = limit is not None and (not most or limit <= FAR * most)
    return max(most, limit if near and limit is not None else 0.0) or 1.0


def _down(value: float, scale: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(1.0, max(0.0, value / scale)))


def _svg(chart: WatchChart, axis: Axis, scale: float, limit_at: float | None) -> Markup:
    content = [
        *(_gap(axis, since, until) for since, until in _gaps(chart.points)),
        *(_upright(flag.left, "mark") for flag in axis.flags),
        *([] if limit_at is None else [_across(limit_at)]),
        *_lines(chart, axis, scale, limit_at),
    ]
    # Everything in it is a number or a name of ours.
    return Markup(  # noqa: S704 - see above
        element(
            "svg", *content, class_="plot", viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", preserveAspectRatio="none",
            aria_hidden="true",
        )
    )  # fmt: skip


def _lines(chart: WatchChart, axis: Axis, scale: float, limit_at: float | None) -> Iterator[str]:
    """What is above the limit has another colour: of a gradient with a hard edge there."""
    path = _path(chart.points, axis, scale)
    if not path:
        return
    if limit_at is None:
        yield element("path", d=path, class_="curve")
        return
    edge = f"{limit_at / HEIGHT:.4f}"
    stops = f'<stop class="over" offset="{edge}"/><stop class="inside" offset="{edge}"/>'
    yield (
        f'<linearGradient id="tone-{chart.name}" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2="{HEIGHT:.0f}">'
        f'{stops}</linearGradient><path class="curve" stroke="url(#tone-{chart.name})" d="{path}"/>'
    )


def _path(points: Sequence[tuple[float, float | None]], axis: Axis, scale: float) -> str:
    """A line for each stretch without a gap; a lonely point is one as long as nothing, whose round end is seen."""
    words: list[str] = []
    is_begun = False
    for at, value in points:
        if value is None:
            is_begun = False
            continue
        place = f"{axis.across(at) * WIDTH / 100:.1f} {_down(value, scale):.1f}"
        words.append(f"L{place}" if is_begun else f"M{place}h.1")
        is_begun = True
    return "".join(words)


def _gaps(points: Sequence[tuple[float, float | None]]) -> Iterator[tuple[float, float]]:
    """From the last value before each until the first behind it."""
    before: float | None = None
    since: float | None = None
    for at, value in points:
        if value is None and since is None:
            since = at if before is None else before
        if value is not None:
            if since is not None:
                yield since, at
            before, since = at, None
    if since is not None:
        yield since, points[-1][0]


def _gap(axis: Axis, since: float, until: float) -> str:
    left, right = axis.across(since) * WIDTH / 100, axis.across(until) * WIDTH / 100
    return element("rect", x=left, y=0, width=max(right - left, 2.0), height=HEIGHT, class_="gap")


def _upright(left: float, class_: str) -> str:
    return element("path", d=f"M{left * WIDTH / 100:.1f} 0V{HEIGHT:.0f}", class_=class_)


def _across(down: float) -> str:
    return element("path", d=f"M0 {down:.1f}H{WIDTH:.0f}", class_="limit")


def _told(chart: WatchChart, values: Sequence[tuple[float, float]], unit: str) -> str:
    if not values:
        return "nothing was seen of it"
    gaps = sum(1 for _ in _gaps(chart.points))
    at, most = max(values, key=lambda one: one[1])
    latest = "not seen now" if chart.points[-1][1] is None else f"now {amount(values[-1][1], unit)}"
    said = [latest, f"at most {amount(most, unit)} at {clock(at)} UTC"]
    said += [f"limit {amount(chart.limit, unit)}"] if chart.limit is not None else []
    said += [count(gaps, "gap")] if gaps else []
    said += [f"{chart.breaches} breaches"] if chart.breaches and chart.standing is not Standing.WITHIN else []
    return ", ".join(said)
