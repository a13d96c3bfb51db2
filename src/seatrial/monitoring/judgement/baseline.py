"""What was usual before the deployment, so that neither one noisy minute nor a quiet night distorts it."""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

from seatrial.model.sample import WHOLE, source_of
from seatrial.model.watch import Baseline, Usual
from seatrial.monitoring.judgement.measure import measure
from seatrial.monitoring.signals import BY_NAME, SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.sample import Key, Measured, Sample
    from seatrial.model.signal import Signal

__all__ = ["FEW", "TRAFFIC", "transactions", "usual"]

#: Transactions in a second, among what is usual: not the median, but the most without the highest intervals.
TRAFFIC: Key = ("traffic", WHOLE)

#: Fewer intervals than this do not say what is usual of a statement; the server's own average does.
FEW = 5
#: Sources whose counters are averages of what is usual, where nobody has looked at intervals.
_COUNTED = frozenset({"statements", "database"})
#: Makes the median distance from the median the standard deviation of what is normally distributed.
MAD = 1.4826
#: The upper tail counts as well: a nightly job of 15 minutes is usual, and is a hundredth of a day. Without the highest
#: values, one in so many; and such that the limit of eight spreads is half as much above it again.
TAIL, TAIL_DEVIATIONS = 200, 8 / 1.5
#: Of events the highest intervals are left out, one in so many, and always one: a noisy minute is not usual.
NOISY = 1_000
#: Intervals without which leaving one out would leave too little.
ENOUGH = 10


def usual(measured: Sequence[Measured], last: Sample | None, *, since: float, until: float) -> Baseline:
    """What was usual in some intervals.

    Args:
        measured: the intervals before the deployment.
        last: the newest sample: where there are few intervals of something, the server's own averages count; where
            there are none at all, its levels do too.
        since: when the first interval began.
        until: when the last one ended.
    """
    intervals = measured or ([measure(None, last)] if last else [])
    rows: dict[Key, list[tuple[int, float, float]]] = defaultdict(list)
    for number, one in enumerate(intervals):
        for key, value in one.values.items():
            rows[key].append((number, value, one.weights[key]))
    found = {
        key: _usual(BY_NAME[key[0]], seen, intervals) for key, seen in rows.items() if key[0] in BY_NAME
    }  # fmt: skip
    if asked := [transactions(one) / one.seconds for one in intervals if one.seconds and transactions(one)]:
        found[TRAFFIC] = Usual(middle=_highest(asked), spread=0.0, intervals=len(asked), weight=sum(asked))
    averages = dict(_averages(last)) if last else {}
    few = {key: one for key, one in averages.items() if key not in found or found[key].intervals < FEW}
    return Baseline(
        since=since,
        until=until,
        usual={**found, **few},
        statements=frozenset(subject for one in intervals for subject in one.statements) | _statements(last),
        looked=frozenset(source for one in intervals for source in one.looked) | (last.looked if last else frozenset()),
    )


def transactions(measured: Measured) -> float:
    """How many the server counted in an interval; 0 where nobody knows."""
    return measured.weights.get(("rollbacks", WHOLE), 0.0)


def _usual(signal: Signal, seen: Sequence[tuple[int, float, float]], intervals: Sequence[Measured]) -> Usual:
    if signal.over and not signal.exposure:
        return _figure([value for _, value, _ in seen], [weight for *_, weight in seen])
    source, there = source_of(signal.quantity), {number: value for number, value, _ in seen}
    looked = [number for number, one in enumerate(intervals) if number in there or _was_seen(source, one)]
    values = [there.get(number, 0.0) for number in looked]
    if signal.exposure:
        return _rate(values, [max(transactions(intervals[number]), there.get(number, 0.0)) for number in looked])
    return _figure(values, [1.0] * len(values))


def _was_seen(source: str, measured: Measured) -> bool:
    return source in measured.looked and source not in measured.gaps


def _figure(values: Sequence[float], weights: Sequence[float]) -> Usual:
    middle = median(values)
    spread = MAD * median(abs(one - middle) for one in values)
    tail = (_highest(values) - middle) / TAIL_DEVIATIONS if len(values) > ENOUGH else 0.0
    return Usual(middle=middle, spread=max(spread, tail), intervals=len(values), weight=sum(weights))


def _highest(values: Sequence[float]) -> float:
    """Without the intervals that are higher than almost all others."""
    left = len(values) - max(1, len(values) // TAIL) if len(values) > ENOUGH else len(values)
    return sorted(values)[left - 1]


def _rate(values: Sequence[float], weights: Sequence[float]) -> Usual:
    """Events in a transaction, and how much the rate itself changes from one interval to the next.

    The spread is what is left when the chance of single events is taken from the variance of their numbers.
    """
    pairs = sorted(
        ((value, weight) for value, weight in zip(values, weights, strict=True) if weight > 0),
        key=lambda one: one[0] / one[1],
    )
    if len(pairs) >= ENOUGH:
        pairs = pairs[: len(pairs) - max(1, len(pairs) // NOISY)]
    total = sum(weight for _, weight in pairs)
    if not total:
        return Usual(middle=0.0, spread=0.0, intervals=len(pairs), weight=0.0)
    rate = sum(value for value, _ in pairs) / total
    left = sum((value - rate * weight) ** 2 - rate * weight for value, weight in pairs)
    squares = sum(weight**2 for _, weight in pairs)
    return Usual(middle=rate, spread=sqrt(max(left, 0.0) / squares), intervals=len(pairs), weight=total)


def _averages(last: Sample) -> Iterator[tuple[Key, Usual]]:
    """Of each statement, and of the server, since it counts."""
    for signal in SIGNALS:
        if not signal.over or source_of(signal.quantity) not in _COUNTED:
            continue
        for (quantity, subject), value in last.counters.items():
            of = WHOLE if signal.whole else subject
            if quantity == signal.quantity and (number := last.counters.get((signal.over, of), 0.0)):
                yield (signal.name, subject), Usual(middle=value / number, spread=0.0, intervals=0, weight=number)


def _statements(last: Sample | None) -> frozenset[str]:
    counters: Mapping[Key, float] = last.counters if last else {}
    return frozenset(subject for quantity, subject in counters if quantity == "statements.calls")
