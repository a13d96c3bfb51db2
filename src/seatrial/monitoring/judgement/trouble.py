"""Troubles: how they begin with a breach, reach their failure limit, and are over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.signal import Effect
from seatrial.model.watch import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seatrial.model.sample import Key
    from seatrial.model.watch import Change, Track
    from seatrial.monitoring.judgement.limit import Limit

__all__ = ["MOST_OPEN", "STALE", "Found", "stale", "troubled"]

#: Seconds without a value after which a breach that has not failed is over: nobody runs that statement any more.
STALE = 3_600.0
#: Troubles that are kept: open ones, the worst first, and those that are over.
MOST_OPEN, MOST_OVER = 500, 100
_ORDER = (Effect.FAILS, Effect.ASKS, Effect.NOTES)


@dataclass(frozen=True, slots=True)
class Found:
    """What an interval said of one signal of one subject."""

    key: Key
    track: Track
    limit: Limit

    @property
    def breaches(self) -> int:
        """Among the last intervals with a value."""
        return sum(self.track.recent)


def troubled(
    before: Sequence[Trouble], found: Iterable[Found], tied: Callable[[Found], tuple[Change, ...]]
) -> tuple[Trouble, ...]:
    """The troubles after an interval: open ones first, then those that are over, newest last.

    Args:
        before: as they were.
        found: what the interval said.
        tied: the changes that a trouble has to do with.
    """
    still = {one.key: one for one in before if one.over is None}
    over = [one for one in before if one.over is not None]
    effects: dict[Key, Effect] = {}
    for one in found:
        effects[one.key] = one.limit.signal.effect
        was = still.get(one.key)
        if was is None and not one.track.recent[-1]:
            continue
        now = _begun(one, tied(one)) if was is None else _gone_on(was, one, tied)
        still[one.key] = now
        if now.over is not None:
            over.append(still.pop(one.key))
    return (*_most(still, effects), *over[-MOST_OVER:])


def stale(before: Sequence[Trouble], tracks: Mapping[Key, Track], at: float) -> tuple[Trouble, ...]:
    """The same, without open troubles that have not failed and of which nothing was seen for an hour."""
    return tuple(
        replace(one, over=at)
        if one.over is None and one.failed is None and at - (tracks[one.key].at if one.key in tracks else 0.0) > STALE
        else one
        for one in before
    )


def _begun(one: Found, ties: tuple[Change, ...]) -> Trouble:
    signal, track = one.limit.signal, one.track
    usual = one.limit.usual
    return Trouble(
        key=one.key,
        since=track.at,
        failed=track.at if one.breaches >= signal.breaches else None,
        value=track.value,
        limit=track.limit or 0.0,
        usual=usual.middle if usual else None,
        breaches=one.breaches,
        needed=signal.breaches,
        ties=ties,
    )


def _gone_on(was: Trouble, one: Found, tied: Callable[[Found], tuple[Change, ...]]) -> Trouble:
    track, needed = one.track, was.needed
    now = replace(was, breaches=one.breaches)
    if track.recent[-1]:
        now = replace(now, value=track.value, limit=track.limit or 0.0)
    if was.failed is None and one.breaches >= needed:
        # By now more is known: whose errors they are, what the statement says.
        now = replace(now, failed=track.at, ties=tied(one) or was.ties)
    is_within = len(track.recent) >= needed and not any(track.recent[-needed:])
    return replace(now, over=track.at) if is_within else now


def _most(still: dict[Key, Trouble], effects: dict[Key, Effect]) -> list[Trouble]:
    found = list(still.values())
    if len(found) <= MOST_OPEN:
        return found
    worst = sorted(found, key=lambda one: (one.failed is None, _ORDER.index(effects.get(one.key, Effect.NOTES))))
    kept = {one.key for one in worst[:MOST_OPEN]}
    return [one for one in found if one.key in kept]
