"""How much of a watch each source was seen in: a gap is time that nobody can speak of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.sample import source_of
from seatrial.model.watch import Coverage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.sample import Measured

__all__ = ["ABSENT", "covered", "is_absence"]

ABSENT = "nobody was looking: seatrial watch did not run, the target was away, or its clock was put forward"
#: Intervals that one may last longer than, before the time between is a gap: a slow sample is none.
LATE = 3.0


def is_absence(measured: Measured, every: float) -> bool:
    """Whether so much time lies between two samples that nobody was looking."""
    return measured.seconds > LATE * every


def covered(before: Mapping[str, Coverage], measured: Measured, every: float) -> dict[str, Coverage]:
    """The coverage of all sources after an interval.

    A source that is not due is seen as it was: in a gap until it is looked at again, or not. Parts of a source that
    cannot be looked at (`tenants.failed sends`) have a coverage of their own.

    Args:
        before: as it was.
        measured: the interval.
        every: seconds between two samples.
    """
    names = dict.fromkeys([*before, *sorted(measured.looked), *sorted(measured.gaps)])
    return {name: _one(name, before.get(name, Coverage()), measured, every) for name in names}


def _one(name: str, was: Coverage, measured: Measured, every: float) -> Coverage:
    seconds, begun = measured.seconds, measured.at - measured.seconds
    if why := measured.gaps.get(name, ""):
        since = min(begun if was.gap_since is None else was.gap_since, measured.at)
        longest = max(was.longest, measured.at - since)
        return replace(was, missed=was.missed + seconds, gap_since=since, why=why, longest=longest)
    is_seen = name in measured.looked or (source_of(name) != name and source_of(name) in measured.looked)
    if is_absence(measured, every):
        missed, since = seconds - every, begun if was.gap_since is None else was.gap_since
        was = replace(was, missed=was.missed + missed, why=ABSENT, longest=max(was.longest, measured.at - since))
        seconds = every
    elif was.gap_since is not None and not is_seen:
        longest = max(was.longest, measured.at - was.gap_since)
        return replace(was, missed=was.missed + seconds, longest=longest)
    return replace(was, seen=was.seen + seconds, gap_since=None if is_seen else was.gap_since)
