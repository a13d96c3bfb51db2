"""Drawings of the dashboard, as figures that a template puts into SVG: uses by day, and health over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from integrations_hub.domain.dashboard import Day, Span

__all__ = ["Bars", "Lane", "bars", "lanes"]

#: Units of a drawing; it is stretched to the room that it gets, so that they are no pixels.
WIDE, HIGH = 1000.0, 100.0
#: What is there is seen, however little it is.
LEAST = 1.5
#: How high a state stands in its lane of 20: the shape tells what the colour tells.
STANDS = {"healthy": (8.0, 4.0), "degraded": (5.0, 10.0), "unhealthy": (0.0, 20.0), "unknown": (9.0, 2.0)}
#: A check in a week would be too thin to be seen.
NARROWEST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day: what worked stands on the line, what failed hangs from it."""

    x: float
    width: float
    worked: float
    failed: float
    day: date
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """All days of a chart."""

    bars: list[Bar]
    #: Where the line is.
    line: float
    calls: int
    failures: int
    #: Of a day, the most that worked and the most that failed.
    most: int
    most_failed: int

    @property
    def share(self) -> float:
        """Of the uses that failed, in percent."""
        return 100 * self.failures / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A time in one state."""

    x: float
    width: float
    y: float
    height: float
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One component over time."""

    component: str
    pieces: list[Piece]
    #: Of the time that was seen at all, in percent; None where nothing was.
    healthy: float | None
    #: How it was last seen.
    status: str


def bars(days: Sequence[Day]) -> Bars:
    """Both directions have one scale."""
    most = max((one.calls - one.failures for one in days), default=0)
    failed = max((one.failures for one in days), default=0)
    unit = HIGH / max(most + failed, 1)
    slot = WIDE / max(len(days), 1)

    def tall(number: int) -> float:
        return max(number * unit, LEAST) if number else 0.0

    return Bars(
        bars=[
            Bar(
                x=slot * at + slot * 0.15,
                width=slot * 0.7,
                day=one.day,
                worked=tall(one.calls - one.failures),
                failed=tall(one.failures),
                said=_said(one),
            )
            for at, one in enumerate(days)
        ],
        line=most * unit if most else LEAST,
        calls=sum(one.calls for one in days),
        failures=sum(one.failures for one in days),
        most=most,
        most_failed=failed,
    )


def _said(one: Day) -> str:
    return f"{one.day.day} {one.day:%b}: {count(one.calls, 'call')}, {one.failures:,} failed"


def lanes(spans: Sequence[Span], now: datetime, days: int) -> list[Lane]:
    """One for each component, by name."""
    begin, whole = now - timedelta(days=days), timedelta(days=days)
    of: dict[str, list[Span]] = {}
    for span in spans:
        of.setdefault(span.component, []).append(span)
    return [
        Lane(
            component=component,
            pieces=[_piece(one, begin, whole) for one in found],
            healthy=_share(found),
            status=found[-1].status,
        )
        for component, found in sorted(of.items())
    ]


def _piece(span: Span, begin: datetime, whole: timedelta) -> Piece:
    y, height = STANDS.get(span.status, STANDS["unknown"])
    width = max(WIDE * ((span.until - span.since) / whole), NARROWEST)
    x = min(WIDE * ((span.since - begin) / whole), WIDE - width)
    return Piece(x=max(0.0, x), width=width, y=y, height=height, span=span)


def _share(spans: Sequence[Span]) -> float | None:
    seen = [(one.until - one.since, one.status) for one in spans if one.status != "unknown"]
    total = sum((lasted for lasted, _ in seen), timedelta())
    if not total:
        return None
    return 100 * (sum((lasted for lasted, status in seen if status == "healthy"), timedelta()) / total)
