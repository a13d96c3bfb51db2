"""The intervals of a watch, as much of them as a page needs: 48 hours of everything would not fit into memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.sample import source_of
from seatrial.model.signal import Family
from seatrial.monitoring.judgement.limit import limit_of
from seatrial.monitoring.signals import BY_NAME, SIGNALS
from seatrial.monitoring.story.nearness import nearness

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from seatrial.model.sample import Key, Measured
    from seatrial.model.watch import Baseline, Declared
    from seatrial.monitoring.judgement.limit import Limit

__all__ = ["History", "Limits"]

#: Of one signal in one interval, the nearest to their limits.
MOST = 25
#: What is drawn whether there is a trouble or not.
_DRAWN = {one.name for one in SIGNALS if one.family in {Family.ERRORS, Family.TENANTS}} | {"slow", "waiting"}


class Limits:
    """How far each value may go, as the judgement has it."""

    def __init__(self, baseline: Baseline | None, declared: Sequence[Declared] = ()) -> None:
        self.baseline = baseline
        self.declared = {one.name: one.limit for one in declared}
        self._known: dict[Key, Limit] = {}

    def at(self, key: Key, weight: float) -> float | None:
        """Of a value that rests on so much; None where it says nothing."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._limit(key)
        return found.at(weight)

    def _limit(self, key: Key) -> Limit:
        signal = BY_NAME[key[0]]
        of_tenants = signal.family is Family.TENANTS
        return limit_of(
            signal,
            self.baseline.usual.get(key) if self.baseline else None,
            was_looked_at=bool(self.baseline) and source_of(signal.quantity) in self._looked(),
            declared=self.declared.get(key[1].partition(": ")[0]) if of_tenants else None,
        )

    def _looked(self) -> frozenset[str]:
        return self.baseline.looked if self.baseline else frozenset()


class History:
    """Grows by an interval at a time; the last look at each source is kept whole."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.intervals: list[Measured] = []
        #: Source → the last interval in which it was looked at.
        self.latest: dict[str, Measured] = {}

    @classmethod
    def of(cls, limits: Limits, measured: Iterable[Measured], keep: Collection[Key] = ()) -> History:
        """Of intervals that are there already, oldest first."""
        made = cls(limits)
        for one in measured:
            made.add(one, keep)
        return made

    def add(self, measured: Measured, keep: Collection[Key] = ()) -> None:
        """The newest interval.

        Args:
            measured: the interval.
            keep: keys whose values are to be drawn: those that the judgement has tracks of.
        """
        self.latest.update(dict.fromkeys(measured.looked, measured))
        kept = self._kept(measured, frozenset(keep))
        self.intervals.append(
            replace(
                measured, values={key: measured.values[key] for key in kept}, statements={},
                weights={key: measured.weights[key] for key in kept if key in measured.weights},
            )
        )  # fmt: skip

    def _kept(self, measured: Measured, keep: Collection[Key]) -> list[Key]:
        found: dict[tuple[str, str], list[tuple[float, Key]]] = {}
        kept = []
        for key, value in measured.values.items():
            if key in keep:
                kept.append(key)
            elif key[0] in _DRAWN:
                limit = self.limits.at(key, measured.weights.get(key, 1.0))
                near = nearness(BY_NAME[key[0]], value, limit)
                query = key[1].partition(": ")[0] if key[0] in {"failing", "count"} else ""
                found.setdefault((key[0], query), []).append((near, key))
        for (name, _), keys in found.items():
            most = None if BY_NAME[name].family is Family.ERRORS else MOST
            kept += [key for _, key in sorted(keys, reverse=True)[:most]]
        return kept
