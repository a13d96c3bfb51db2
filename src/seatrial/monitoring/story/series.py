"""A figure over time: gaps stay gaps, and of many points the highest stay."""

from __future__ import annotations

from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seatrial.model.sample import Measured

__all__ = ["MOST_POINTS", "Point", "series", "thinned"]

Point: TypeAlias = tuple[float, float | None]

#: Of a chart.
MOST_POINTS = 480
#: So many times the usual distance between two looks without one is a gap.
LATE = 2.5


def series(
    measured: Sequence[Measured], source: str, value: Callable[[Measured], float | None], *, every: float, now: float,
    part: str = "",
) -> tuple[Point, ...]:  # fmt: skip
    """The points of a source, oldest first; None where it was not seen, or nobody looked.

    Args:
        measured: the intervals, oldest first.
        source: that the values come from; an interval in which it was not due has no point.
        value: of an interval in which it was seen; None where there was nothing to see it on, which is no gap.
        every: seconds between two samples.
        part: of the source, which can be missing alone: `tenants.failed sends`.
        now: a source that has been silent until then has a gap at the end.
    """
    step = _step(measured, source, every)
    points: list[Point] = []
    last: float | None = None
    for one in measured:
        missing = source in one.gaps or (part != "" and part in one.gaps)
        if not missing and source not in one.looked:
            continue
        if last is not None and one.at - last > LATE * step:
            points.append((last + step, None))
        last = one.at
        found = None if missing else value(one)
        if missing or found is not None:
            points.append((one.at, found))
    if last is not None and now - last > LATE * step:
        points.append((now, None))
    return thinned(points)


def thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """At most 480: of a stretch of time its highest, and its gap where it has one."""
    if len(points) <= MOST_POINTS:
        return tuple(points)
    bins = MOST_POINTS if all(value is not None for _, value in points) else MOST_POINTS // 2
    first, width = points[0][0], (points[-1][0] - points[0][0]) / bins or 1.0
    kept: dict[tuple[int, bool], Point] = {}
    for at, value in points:
        place = (min(int((at - first) / width), bins - 1), value is None)
        there = kept.get(place)
        if there is None or (value is not None and there[1] is not None and value > there[1]):
            kept[place] = (at, value)
    return tuple(sorted(kept.values(), key=lambda point: point[0]))


def _step(measured: Sequence[Measured], source: str, every: float) -> float:
    looks = [one.at for one in measured if source in one.looked or source in one.gaps]
    return max(every, median_low(after - before for before, after in pairwise(looks))) if len(looks) > 1 else every
