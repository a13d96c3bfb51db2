"""What limits are taken times, because it is everything that is slower, or busier: a peak is no fault of a release."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from seatrial.model.signal import Family
from seatrial.monitoring.judgement.baseline import TRAFFIC, transactions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.model.sample import Key, Measured
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Usual

__all__ = ["PEAK", "Factors", "factors"]

#: Statements that the release has nothing to do with, without which nobody can say that everything is slower, and
#: calls of one in an interval.
OTHERS, OTHER_CALLS = 3, 1
#: As much slower or busier as everything may be before it is held against it all the same: a peak, not an outage.
PEAK = 3.0
#: Sessions are more when more is asked; seconds that somebody waits are not.
_OF_LOAD = frozenset({Family.LOCKS, Family.SERVER})
_SECONDS = "s"


@dataclass(frozen=True, slots=True)
class Factors:
    """Of one interval."""

    #: How many times as long as usual the statements take that the release has nothing to do with.
    slower: float
    #: How many times as much as ever before is asked in a second.
    busier: float
    ours: Collection[str]

    def of(self, key: Key, signal: Signal) -> float:
        """What the limit is taken times.

        A statement of the release is held against how slow everything is, however slow that is: it is the others that
        a person is asked about then, and it is what is slower than the others that has failed.

        Args:
            key: whose.
            signal: of it.
        """
        if key[0] == "slow":
            return self.slower if key[1] in self.ours else min(self.slower, PEAK)
        if signal.family in _OF_LOAD and signal.unit != _SECONDS and not signal.over:
            return min(self.busier, PEAK)
        return 1.0


def factors(measured: Measured, usual: Mapping[Key, Usual], ours: Collection[str]) -> Factors:
    """Of an interval.

    Args:
        measured: the interval.
        usual: what was before.
        ours: statements that the release has to do with.
    """
    ratios = [
        value / was.middle
        for key, value in measured.values.items()
        if key[0] == "slow"
        and key[1] not in ours
        and measured.weights[key] >= OTHER_CALLS
        and (was := usual.get(key)) is not None
        and was.middle > 0
    ]
    slower = max(1.0, median(ratios)) if len(ratios) >= OTHERS else 1.0
    traffic = usual.get(TRAFFIC)
    most = traffic.middle * measured.seconds if traffic else 0.0
    return Factors(slower, max(1.0, transactions(measured) / most) if most else 1.0, ours)
