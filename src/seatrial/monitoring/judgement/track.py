"""Tracks: the last intervals of one signal of one subject, and which of them are kept."""

from __future__ import annotations

from collections import defaultdict
from heapq import nlargest
from typing import TYPE_CHECKING, TypeAlias

from seatrial.model.sample import source_of
from seatrial.model.signal import Below
from seatrial.model.watch import Track
from seatrial.monitoring.judgement.baseline import transactions
from seatrial.monitoring.judgement.trouble import STALE, Found

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.model.sample import Key, Measured
    from seatrial.model.signal import Signal
    from seatrial.monitoring.judgement.limit import Limit

__all__ = ["Quiet", "compared", "counting", "is_over", "is_zero", "nearness"]

#: How near to its limit something is that is within it and was, whose it is, its value and its limit.
Quiet: TypeAlias = "tuple[float, Key, float, float]"

#: What is left of events after an interval, where they count together: some fifteen intervals.
FADES = 1 - 1 / 15
#: Tracks of one signal that are kept for being shown, the worst; those that count are kept all, up to the most.
SHOWN, MOST = 3, 2_000


def compared(
    key: Key, value: float, most: float, limit: Limit, was: Track | None, at: float, asked: tuple[float, float]
) -> Found:  # fmt: skip
    """A value and its limit; of events also those of the last intervals together, where there is one more.

    Args:
        key: whose.
        value: in the interval.
        most: the limit in the interval.
        limit: where it comes from.
        was: the track before.
        at: when.
        asked: calls, attempts or transactions of the interval, and how much busier than usual everything is.
    """
    breached, gathered, weights = is_over(limit, value, most), 0.0, 0.0
    if limit.gathers:
        gathered = _written(value + (was.gathered * FADES if was else 0.0))
        weights = _written(asked[0] + (was.weights * FADES if was else 0.0))
        together = limit.together(weights, asked[1])
        if not breached and value and together is not None and gathered > together:
            breached, value, most = True, gathered, together
    recent = (*was.recent, breached)[-limit.signal.of :] if was else (breached,)
    track = Track(recent=recent, value=value, limit=most, at=at, gathered=gathered, weights=weights)
    return Found(key, track, limit)


def _written(number: float) -> float:
    """As it is written down: after a restart it is the same."""
    return float(f"{number:.9g}")


def is_over(limit: Limit, value: float, most: float) -> bool:
    """Whether a value is over its limit, or under it where that is the lower one."""
    return value < most if isinstance(limit.signal.limit, Below) else value > most


def is_zero(signal: Signal, subject: str, measured: Measured) -> bool:
    """Whether a value that is not there is zero, since its source was looked at: nobody waits, nothing has failed.

    What is divided by calls or attempts has no value where there were none, and errors none without transactions.
    """
    source = source_of(signal.quantity)
    part = f"{source}.{subject.partition(': ')[0]}"
    if source not in measured.looked or source in measured.gaps or part in measured.gaps:
        return False
    return transactions(measured) > 0 if signal.exposure else not signal.over


def counting(
    every: Mapping[Key, Track], found: Sequence[Found], quiet: Sequence[Quiet], troubled: Collection[Key], at: float
) -> dict[Key, Track]:
    """The tracks that are written down: those that count, and the worst of each signal.

    One that is not there was within its limit.

    Args:
        every: before and now.
        found: what the interval said of what is over its limit, or was.
        quiet: and of what was not.
        troubled: whose trouble is open.
        at: when.
    """
    names: dict[str, list[Quiet]] = defaultdict(list)
    for one in found:
        track = one.track
        most = track.limit or 0.0
        names[one.key[0]].append((nearness(one.limit, track.value, most), one.key, track.value, most))
    for still in quiet:
        names[still[1][0]].append(still)
    kept = {
        key: one for key, one in every.items()
        if key in troubled or ((True in one.recent or one.gathered >= 1) and at - one.at <= STALE)
    }  # fmt: skip
    for near in names.values():
        for _, key, value, most in nlargest(SHOWN, near):
            if key not in kept:
                kept[key] = every.get(key) or Track(recent=(False,), value=value, limit=most, at=at)
    return kept if len(kept) <= MOST else dict(list(kept.items())[:MOST])


def nearness(limit: Limit, value: float, most: float) -> float:
    """How far over the limit, or below it: 1 is at it."""
    if isinstance(limit.signal.limit, Below):
        value, most = most, value
    return value / most if most else value
