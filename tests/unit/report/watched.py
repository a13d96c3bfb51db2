"""A watch with a value for every signal, as Prometheus is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.sample import Measured, source_of
from seatrial.model.signal import Family
from seatrial.model.watch import Coverage, Judged, Track, Trouble, Watch, WatchVerdict
from seatrial.monitoring.signals import SIGNALS
from seatrial.report.prometheus import exposition

if TYPE_CHECKING:
    from seatrial.model.sample import Key
    from seatrial.model.signal import Signal

__all__ = ["AWKWARD", "EVERYTHING", "SLOW", "WATCH", "failing", "judged", "lines", "measured", "subject_of"]

SLOW: Key = ("slow", "app user 81")
#: What a name may hold.
AWKWARD = 'a "quoted"\\ name\nof {two} lines, é and 🚢'
WATCH = Watch(
    attempt=1, target="production", release="boats", migrations=(), plan="ab" * 32, who="ann", deployed=0, began=0,
    window=172_800, every=60, server="18.6",
)  # fmt: skip
SOURCES = frozenset(source_of(one.quantity) for one in SIGNALS)


def subject_of(signal: Signal, number: int = 1) -> str:
    """A subject as the probes name it."""
    if not signal.per:
        return ""
    if signal.per == "statement":
        return f"app user {number}"
    return f"sends: Company {number}" if signal.family is Family.TENANTS else f"public.t{number}"


def measured(values: dict[Key, float], *, looked: frozenset[str] = SOURCES, **gaps: str) -> Measured:
    """An interval."""
    return Measured(at=1_000, seconds=60, values=values, looked=looked, gaps=gaps)


def judged(tracks: dict[Key, Track] | None = None, *troubles: Trouble, gaps: frozenset[str] = frozenset()) -> Judged:
    """Where it stands."""
    coverage = {one: Coverage(seen=60, gap_since=900.0 if one in gaps else None) for one in SOURCES}
    return Judged(at=1_000, passed=960, tracks=tracks or {}, troubles=troubles, coverage=coverage)


def failing(key: Key = SLOW) -> Trouble:
    """One that is open."""
    return Trouble(key=key, since=0, failed=60, value=212, limit=8, usual=4, breaches=3, needed=3)


def lines(standing: Judged, interval: Measured | None) -> list[str]:
    """What is told."""
    return exposition(WATCH, standing, interval, signals=SIGNALS).decode().splitlines()


_VALUES = {(one.name, subject): 1.5 for one in SIGNALS for subject in {subject_of(one), AWKWARD if one.per else ""}}
EVERYTHING = exposition(
    replace(WATCH, target=AWKWARD),
    replace(judged({key: Track(recent=(True,), limit=1) for key in _VALUES}, failing()), verdict=WatchVerdict.PAUSED),
    measured(_VALUES),
    signals=SIGNALS,
)
