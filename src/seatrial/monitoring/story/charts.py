"""The charts of a page, on one time axis: what is in trouble first, then what is always looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.sample import source_of
from seatrial.model.signal import Effect, Family
from seatrial.model.watch import Standing
from seatrial.model.watch_page import WatchChart
from seatrial.monitoring.signals import BY_NAME, SIGNALS
from seatrial.monitoring.story.frame import ORDER, Frame, Stand, query_of
from seatrial.monitoring.story.series import series
from seatrial.monitoring.story.wording import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seatrial.model.sample import Key, Measured
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Trouble
    from seatrial.monitoring.story.series import Point

__all__ = ["charts"]

#: More are not looked at; and so many of them are of troubles.
MOST, MOST_TROUBLES = 8, 3
#: Of everything that the log tells, those are told together.
_ERRORS = tuple(one for one in SIGNALS if one.family is Family.ERRORS and source_of(one.quantity) == "log")
#: By the server itself, also without a log.
_COUNTED = ("deadlocks", "rollbacks")
#: Their troubles are seen in the charts that are always there.
_OWN = frozenset({"waiting", *_COUNTED, "failing", "count"})


def charts(frame: Frame) -> tuple[WatchChart, ...]:
    """At most eight."""
    made = [
        *_troubles(frame),
        _errors(frame),
        _latency(frame),
        _worst(frame, BY_NAME["waiting"], frame.stands.get("waiting", ()), name="waiting", empty=0.0),
        *_declared(frame),
        *(_worst(frame, BY_NAME[name], frame.stands.get(name, ()), name=name, empty=0.0) for name in _COUNTED),
    ]
    return tuple(made[:MOST])


def _troubles(frame: Frame) -> Iterator[WatchChart]:
    """Of what lasts, or has failed the release, in its own unit and with its own limit."""
    shown = [
        one for one in frame.troubles
        if one.key[0] not in _OWN and BY_NAME[one.key[0]].effect is not Effect.NOTES
        and (one.over is None or one.failed is not None)
    ]  # fmt: skip
    shown.sort(key=lambda one: (one.over is not None, one.failed is None, one.since))
    for number, one in enumerate(shown[:MOST_TROUBLES], start=1):
        yield _of_trouble(frame, BY_NAME[one.key[0]], one, f"trouble-{number}")


def _of_trouble(frame: Frame, signal: Signal, trouble: Trouble, name: str) -> WatchChart:
    empty = None if signal.over and not signal.exposure else 0.0
    standing = Standing.FAILED if trouble.failed is not None else Standing.BREACHED
    return WatchChart(
        name=name, title=signal.title, unit=signal.unit, limit=trouble.limit, standing=standing,
        points=_points(frame, signal, lambda one: one.values.get(trouble.key, empty)),
        breaches=f"{min(trouble.breaches, trouble.needed)} of {trouble.needed}",
        of=named(signal, trouble.key[1], frame.judged.texts),
    )  # fmt: skip


def _errors(frame: Frame) -> WatchChart:
    """All that the log has told, in an interval; each kind has its own limit, so there is none to draw."""
    found = [each for one in _ERRORS for each in frame.stands.get(one.name, ())]
    names = {one.name for one in _ERRORS}
    points = _points(
        frame, _ERRORS[0], lambda one: sum((value for key, value in one.values.items() if key[0] in names), start=0.0)
    )
    return WatchChart(
        name="errors", title="errors", unit="in the interval", points=points, limit=None,
        standing=_standing(frame, _ERRORS[0], found), breaches=_breaches(found),
    )  # fmt: skip


def _latency(frame: Frame) -> WatchChart:
    """The worst followed statement, in limits."""
    signal, limits = BY_NAME["slow"], frame.history.limits
    found = frame.stands.get("slow", ())

    def worst(one: Measured) -> float | None:
        pairs = [(v, limits.at(key, one.weights.get(key, 1.0))) for key, v in one.values.items() if key[0] == "slow"]
        return max((value / limit for value, limit in pairs if limit), default=None)

    return WatchChart(
        name="latency", title="slowest statement, of its limit", unit="times", points=_points(frame, signal, worst),
        limit=1.0, standing=_standing(frame, signal, found), breaches=_breaches(found), of=_whose(frame, found),
    )  # fmt: skip


def _worst(
    frame: Frame, signal: Signal, found: Sequence[Stand], *, name: str, query: str = "", title: str = "",
    empty: float | None = None,
) -> WatchChart:  # fmt: skip
    """The highest of all subjects, with the limit of the one that is nearest to its own now."""

    def is_of(key: Key) -> bool:
        return key[0] == signal.name and (not query or query_of(key[1])[0] == query)

    def highest(one: Measured) -> float | None:
        return max((value for key, value in one.values.items() if is_of(key)), default=empty)

    return WatchChart(
        name=name, title=title or signal.title, unit=signal.unit,
        points=_points(frame, signal, highest, part=f"tenants.{query}" if query else ""),
        limit=found[0].track.limit if found else None, standing=_standing(frame, signal, found),
        breaches=_breaches(found), of=query_of(found[0].subject)[1] if query else _whose(frame, found),
    )  # fmt: skip


def _declared(frame: Frame) -> Iterator[WatchChart]:
    """One for each query that the release declares, of the organization or provider that is worst."""
    told = {one.name: one.per for one in frame.declared}
    groups: dict[tuple[str, str], list[Stand]] = {}
    for name in ("failing", "count"):
        for one in frame.stands.get(name, ()):
            groups.setdefault((query_of(one.subject)[0], name), []).append(one)
    for number, ((query, name), found) in enumerate(groups.items(), start=1):
        title = f"{query}, worst {told.get(query, BY_NAME[name].per)}"
        yield _worst(frame, BY_NAME[name], found, name=f"declared-{number}", query=query, title=title)


def _points(
    frame: Frame, signal: Signal, value: Callable[[Measured], float | None], *, part: str = ""
) -> tuple[Point, ...]:
    every, source = frame.watch.every, source_of(signal.quantity)
    return series(frame.history.intervals, source, value, every=every, now=frame.now, part=part)


def _standing(frame: Frame, signal: Signal, found: Sequence[Stand]) -> Standing:
    return min((one.standing for one in found), key=ORDER.index, default=frame.seen(signal)[0])


def _breaches(found: Sequence[Stand]) -> str:
    """Of the one that is nearest to its failure limit."""
    counted = max(found, key=lambda one: sum(one.track.recent[-one.signal.of :]), default=None)
    return counted.breaches if counted else ""


def _whose(frame: Frame, found: Sequence[Stand]) -> str:
    worst = max(found, key=lambda one: one.nearness, default=None)
    return named(worst.signal, worst.subject, frame.judged.texts) if worst else ""
