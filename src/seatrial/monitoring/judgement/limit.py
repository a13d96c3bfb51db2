"""How far a value may go: limits from what was usual, each with the chance of a false alarm that it is made for."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, log, sqrt
from typing import TYPE_CHECKING

from seatrial.model.signal import Above, Below, Effect, Family, Never, Often
from seatrial.model.watch import Usual

if TYPE_CHECKING:
    from seatrial.model.signal import Signal

__all__ = ["CHANCE", "Limit", "limit_of"]

#: Of one interval that is as usual to be over its limit. A failure limit of 3 in 5 takes that to the third power, ten
#: times: 300 things watched for 200 days, at one interval a minute, are 9e7 such windows, of 1e-14 each.
CHANCE = 1e-5
_L = log(1 / CHANCE)
#: Organizations are many, thousands of shares a minute, and each of few attempts.
CHANCE_OF_SHARE = 1e-6
#: So many times the floor of an interval is nothing yet in the last intervals together.
TOGETHER = 3.0
#: Spreads that a figure may be above its usual, and below: means of few calls have long tails to the right only.
ABOVE, BELOW = 8.0, 3.0
#: So many times as long as usual a single call of an interval may take.
ONE_CALL = 100.0
#: Milliseconds more than usual that the few calls of an interval must have taken together.
RARE_MS = 1000.0
#: What an average without a known spread is taken to vary by, of itself.
UNKNOWN_SPREAD = 0.5
#: Intervals without which a spread is not known.
KNOWN = 10
#: A share rests on so many attempts at least, whatever was usual: nothing never fails.
LEAST_SHARE = 0.01
NOTHING = Usual(middle=0.0, spread=0.0, intervals=0, weight=0.0)


@dataclass(frozen=True, slots=True)
class Limit:
    """Of one signal of one subject; `at` has what it comes to in an interval."""

    signal: Signal
    usual: Usual | None
    #: The same in all intervals; None where it depends on what was going on.
    fixed: float | None = None
    #: Nothing is too much, in no interval.
    never: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether the value is larger the longer the interval is: what a declared query counts."""
        return self.signal.family is Family.TENANTS and not self.signal.over

    @property
    def gathers(self) -> bool:
        """Whether few in each interval count together: of events."""
        return isinstance(self.signal.limit, Often)

    def together(self, weight: float, factor: float = 1.0) -> float | None:
        """The limit of events of the last intervals together, at their transactions together."""
        rule = self.signal.limit
        found = self.at(weight, factor)
        return None if found is None or not isinstance(rule, Often) else max(found, TOGETHER * rule.floor)

    def at(self, weight: float, factor: float = 1.0) -> float | None:
        """The limit in an interval; None where it says nothing.

        Args:
            weight: calls, attempts or transactions of the interval.
            factor: as much slower, or busier, as everything is.
        """
        if self.never:
            return None
        rule, usual = self.signal.limit, self.usual or NOTHING
        if self.fixed is not None:
            if not isinstance(rule, Above):
                return self.fixed
            most = self.fixed * factor if rule.ceiling is None else min(self.fixed * factor, rule.ceiling)
            return most if weight >= rule.least or not self.signal.over else None
        if isinstance(rule, Above):
            return _above(rule, usual, weight, factor, self.signal)
        if isinstance(rule, Below):
            return _below(rule, usual, weight)
        return _often(usual, weight, rule.floor if isinstance(rule, Often) else 0.0)


def limit_of(signal: Signal, usual: Usual | None, *, was_looked_at: bool, declared: float | None = None) -> Limit:
    """The limit of one signal of one subject.

    What was not there before the deployment, though it was looked for, is usually zero. Where nobody looked, nothing
    is usual: only what must never be, ceilings and floors apply, and nothing is noted, as it may always have been so.

    Args:
        signal: which.
        usual: what was before the deployment; None where the subject was not seen.
        was_looked_at: the source of the signal was, before the deployment.
        declared: what the release says is too much, instead of anything that was usual.
    """
    rule = signal.limit
    if declared is not None:
        return Limit(signal, usual, fixed=declared)
    is_ratio = bool(signal.over) and not signal.exposure
    if usual is None and was_looked_at and not is_ratio:
        usual = NOTHING
    if isinstance(rule, Never) and not signal.exposure:
        return Limit(signal, usual, fixed=usual.middle if usual else 0.0)
    if isinstance(rule, Above) and usual is None:
        return _unknown(signal, rule)
    if isinstance(rule, Below) and (usual is None or usual.middle < rule.floor):
        return Limit(signal, usual, never=True)
    if isinstance(rule, Above) and usual is not None and not is_ratio:
        return Limit(signal, usual, fixed=_above(rule, usual, 1.0, 1.0, signal))
    return Limit(signal, usual)


def _unknown(signal: Signal, rule: Above) -> Limit:
    """Above what, where nothing is usual: a ceiling; the floor of what is rather zero; a share of failures."""
    if rule.ceiling is not None:
        return Limit(signal, None, fixed=rule.ceiling)
    is_told = signal.effect is not Effect.NOTES and (not signal.over or signal.unit == "share")
    counts = signal.family is Family.TENANTS and not signal.over
    if not is_told or counts:
        return Limit(signal, None, never=True)
    return Limit(signal, None, fixed=None if signal.over else rule.floor)


def _often(usual: Usual, weight: float, floor: float) -> float | None:
    """Events: the upper bound of a gamma mixture of Poisson numbers at the transactions of the interval.

    Mean m and variance v = m + (weight * spread)²; above m + sqrt(2 v L) + (1/3 + v/m - 1) L it is with a chance of
    exp(-L) (sub-gamma tails: Boucheron, Lugosi, Massart, Concentration Inequalities, 2.4). What one has seen of W
    transactions is uncertain by (3 + 2 sqrt(events)) / W, the rule of three for none. Of unknown weight, something that
    happens anyway says nothing.
    """
    if not usual.middle:
        return floor
    if not weight:
        return None
    uncertain = (3 + 2 * sqrt(usual.middle * usual.weight)) / usual.weight if usual.weight else 0.0
    mean = weight * (usual.middle + uncertain)
    varied = (weight * _spread(usual)) ** 2
    return max(floor, mean + sqrt(2 * (mean + varied) * _L) + (1 / 3 + varied / mean) * _L)


def _above(rule: Above, usual: Usual, weight: float, factor: float, signal: Signal) -> float | None:
    """A figure: the most of a factor, a floor above the usual, and eight spreads.

    A mean of fewer calls than usual varies more, by the square root of what they are fewer by; and a single call that
    had to wait makes no breach of it. Eight spreads are far
    more than normal tails need: means of few lognormal times have none, and 200 quiet days are what it was set with.
    Of fewer calls than that the time speaks that they have taken together: what is so slow that hardly anybody
    gets through is called seldom.
    """
    is_rare = weight < rule.least
    if is_rare and (signal.unit != "ms" or not weight):
        return None
    middle = usual.middle
    if signal.unit == "share" and signal.over:
        limit = max(rule.factor * middle, middle + rule.floor, _share(middle, weight))
        return limit if limit < 1 else None
    fewer = usual.weight / usual.intervals / weight if usual.intervals >= KNOWN and signal.over else 1.0
    spread = _spread(usual) * sqrt(max(fewer, 1.0))
    one_call = ONE_CALL * middle / weight if signal.over else 0.0
    if is_rare:
        one_call = max(one_call, RARE_MS / weight)
    limit = factor * max(rule.factor * middle, middle + rule.floor, middle + ABOVE * spread, middle + one_call)
    return min(limit, rule.ceiling) if rule.ceiling is not None else limit


def _spread(usual: Usual) -> float:
    return usual.spread if usual.intervals >= KNOWN else max(usual.spread, UNKNOWN_SPREAD * usual.middle)


def _share(middle: float, attempts: float) -> float:
    """Of failures: what so few attempts come to by chance (binomial), as a share that is not over the limit yet."""
    # Whoever counts retries may have had more failures than attempts.
    share, number = min(max(middle, LEAST_SHARE), 1.0), round(attempts)
    if number > MANY:
        exact = share + sqrt(2 * share * (1 - share) * -log(CHANCE_OF_SHARE) / number)
        return exact - log(CHANCE_OF_SHARE) / (3 * number)
    chance, failed = 0.0, number
    while failed >= 0:
        chance += comb(number, failed) * share**failed * (1 - share) ** (number - failed)
        if chance > CHANCE_OF_SHARE:
            break
        failed -= 1
    return failed / number


def _below(rule: Below, usual: Usual, weight: float) -> float | None:
    """A figure: a part of the usual, where that is steady and was expected often enough.

    What varies by a third of itself may fall to nothing without anybody's fault; of rows that were expected fewer
    than L times in the calls of the interval, none at all is no surprise (Poisson: exp(-L)).
    """
    if weight < rule.least or weight * usual.middle < _L:
        return None
    limit = min(rule.factor * usual.middle, usual.middle - BELOW * usual.spread)
    return limit if limit > 0 else None


#: Attempts above which the bound is good enough, and cheaper.
MANY = 60
