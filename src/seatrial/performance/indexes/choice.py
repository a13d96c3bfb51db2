"""Chooses, of indexes that were tried, the fewest that give each call its gain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.performance import Gain

__all__ = ["Trial", "chosen", "is_clear"]

#: A gain is so many times and so many milliseconds, between the quickest without and the slowest with the index.
TIMES, LESS = 2.0, 0.1
#: An index that leaves a call so much slower than the best one does, or less than LESS milliseconds, serves as well.
NEARLY = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An index that was built, and what calls gained."""

    #: `CREATE INDEX …`
    sql: str
    #: How many columns and expressions it has.
    keys: int
    bytes: int
    #: At least one.
    gains: tuple[Gain, ...]


def is_clear(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether it cannot be chance: the slowest median with an index against the quickest without it."""
    return max(after) * TIMES <= min(before) and min(before) - max(after) >= LESS


def chosen(tried: Sequence[Trial]) -> tuple[Trial, ...]:
    """The one that serves most calls, and so on with the rest; of equals the one with fewer columns, then the smaller.

    Each call is among the gains of one index only: the first that serves it about as well as the best does.
    """
    best: dict[tuple[str, str], float] = {}
    for gain in _gains(tried):
        call = (gain.query, gain.caller)
        best[call] = min(gain.after, best.get(call, gain.after))
    good = [
        replace(one, gains=kept)
        for one in tried
        if (kept := tuple(gain for gain in one.gains if _is_near(gain, best[gain.query, gain.caller])))
    ]
    found: list[Trial] = []
    while good:
        first = min(good, key=lambda one: (-len(one.gains), one.keys, one.bytes, one.sql))
        found.append(first)
        served = {(gain.query, gain.caller) for gain in first.gains}
        left = (
            replace(one, gains=tuple(gain for gain in one.gains if (gain.query, gain.caller) not in served))
            for one in good
        )
        good = [one for one in left if one.gains]
    return tuple(found)


def _gains(tried: Iterable[Trial]) -> list[Gain]:
    return [gain for one in tried for gain in one.gains]


def _is_near(gain: Gain, best: float) -> bool:
    return gain.after <= max(best * NEARLY, best + LESS)
