"""Before and after of one query on an axis that all queries share: from a hollow point to a full one, and the limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seatrial.report.drawing.svg import element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["WIDTH", "axis", "span"]

WIDTH, HEIGHT, RADIUS = 120.0, 16.0, 4.0
#: Milliseconds that nobody tells from less.
LEAST = 0.01


def span(before: float | None, after: float | None, limit: float | None, values: Iterable[float]) -> str:
    """The picture; whatever it shows stands beside it as text.

    Args:
        before: in milliseconds; None where it is not known.
        after: likewise.
        limit: what it may take.
        values: of all that are on the axis, which is logarithmic.
    """
    low, high = axis(values)
    middle = HEIGHT / 2
    content = []
    if limit is not None:
        content.append(element("path", d=f"M{_across(limit, low, high):.1f} 0V{HEIGHT:.0f}", class_="limit"))
    if before is not None and after is not None:
        ends = f"M{_across(before, low, high):.1f} {middle:.0f}H{_across(after, low, high):.1f}"
        content.append(element("path", d=ends, class_="way"))
    for value, class_ in ((before, "was"), (after, "is")):
        if value is not None:
            content.append(element("circle", cx=_across(value, low, high), cy=middle, r=RADIUS, class_=class_))
    over = " over" if limit is not None and after is not None and after > limit else ""
    return element(
        "svg", *content, class_=f"span{over}", viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", width=WIDTH, height=HEIGHT,
        aria_hidden="true",
    )  # fmt: skip


def axis(values: Iterable[float]) -> tuple[float, float]:
    """Its ends, whole powers of ten."""
    known: Sequence[float] = [max(value, LEAST) for value in values] or [LEAST]
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def _across(value: float, low: float, high: float) -> float:
    share = math.log10(max(value, LEAST) / low) / math.log10(high / low)
    return RADIUS + 1 + (WIDTH - 2 * RADIUS - 2) * min(1.0, max(0.0, share))
