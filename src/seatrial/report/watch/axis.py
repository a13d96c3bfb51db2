"""The one time axis of all charts: where it begins and ends, its ticks, and the marks of what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial.report.watch.signs import day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.watch_page import WatchMark, WatchPage

__all__ = ["Axis", "Flag", "axis_of"]

#: Seconds between two ticks.
_STEPS = (5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800)
MOST_TICKS = 7
#: Part of the axis that may be in front of the watch, to show what was deployed just before it.
AHEAD = 0.15
LEAST_AHEAD = 60.0
#: Marks that are nearer to each other share a flag, as part of the axis.
NEAR = 0.03
MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One or several marks at about one place."""

    #: Percent of the axis.
    left: float
    #: `1`, `2–5`.
    number: str
    marks: tuple[WatchMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Seconds since 1970, from left to right."""

    since: float
    until: float
    flags: tuple[Flag, ...] = ()

    def across(self, at: float) -> float:
        """Percent."""
        return min(100.0, max(0.0, (at - self.since) / (self.until - self.since) * 100))

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Percent and words; midnight is told as the day."""
        whole = self.until - self.since
        step = next((one for one in _STEPS if whole / one <= MOST_TICKS), _STEPS[-1])
        at = (self.since // step + 1) * step
        while at < self.until:
            yield self.across(at), _tick(at, step)
            at += step


def axis_of(found: WatchPage) -> Axis:
    """From a little before the watch, or the first point, until now."""
    points = [at for chart in found.charts for at, _ in chart.points[:1] + chart.points[-1:]]
    first, until = min([found.began, *points]), max([found.now, *points])
    ahead = max((until - first) * AHEAD, LEAST_AHEAD)
    marks = sorted((one for one in found.marks if first - ahead <= one.at <= until), key=lambda one: one.at)
    since = min([first, *(one.at for one in marks)])
    whole = max(until - since, 1.0)
    bare = Axis(since=since - whole * 0.01, until=since + whole)
    return Axis(since=bare.since, until=bare.until, flags=tuple(_flags(bare, marks)))


def _flags(axis: Axis, marks: Sequence[WatchMark]) -> Iterator[Flag]:
    groups: list[list[WatchMark]] = []
    for one in marks:
        if groups and axis.across(one.at) - axis.across(groups[-1][0].at) < NEAR * 100:
            groups[-1].append(one)
        else:
            groups.append([one])
    number = 1
    for group in groups:
        last = number + len(group) - 1
        name = str(number) if last == number else f"{number}–{last}"
        yield Flag(left=axis.across(group[0].at), number=name, marks=tuple(group))
        number = last + 1


def _tick(at: float, step: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    if at % DAY == 0:
        return day(at)
    return f"{moment:%H:%M:%S}" if step < MINUTE else f"{moment:%H:%M}"
