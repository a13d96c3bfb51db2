"""What a page is told from, in one piece, and how each thing that is watched stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.sample import source_of
from seatrial.model.signal import Effect, Often
from seatrial.model.watch import Standing, Track
from seatrial.monitoring.signals import BY_NAME
from seatrial.monitoring.story.nearness import nearness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.sample import Key
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Baseline, Coverage, Declared, Judged, Trouble, Watch
    from seatrial.monitoring.story.history import History

__all__ = ["ORDER", "Frame", "Stand", "query_of", "seen", "stands_of"]

#: The worst first.
ORDER = (Standing.FAILED, Standing.BREACHED, Standing.GAP, Standing.NOT_RUN, Standing.WITHIN, Standing.QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How one signal of one subject stands."""

    signal: Signal
    subject: str
    standing: Standing
    track: Track
    #: In the unit of the signal; None where nothing is known, and of events, which are usual at a rate.
    usual: float | None

    @property
    def breaches(self) -> str:
        """`1 of 3`; empty without a breach."""
        many = sum(self.track.recent[-self.signal.of :])
        return f"{min(many, self.signal.breaches)} of {self.signal.breaches}" if many else ""

    @property
    def nearness(self) -> float:
        """To its limit: 1 is at it."""
        return nearness(self.signal, self.track.value, self.track.limit)

    @property
    def rank(self) -> tuple[int, float, str]:
        """Sorts the worst first."""
        return ORDER.index(self.standing), -self.nearness, self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Everything that was written down, and the time."""

    watch: Watch
    baseline: Baseline | None
    judged: Judged
    history: History
    declared: Sequence[Declared]
    #: Name of a signal → how it stands of each subject, worst first.
    stands: Mapping[str, Sequence[Stand]]
    now: float

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """Those of signals that are still in the list."""
        return tuple(one for one in self.judged.troubles if one.key[0] in BY_NAME)

    def seen(self, signal: Signal) -> tuple[Standing, str]:
        """WITHIN where the source of a signal is looked at; otherwise GAP or NOT_RUN, and why."""
        return seen(self.judged, self.declared, source_of(signal.quantity))


def seen(judged: Judged, declared: Sequence[Declared], source: str) -> tuple[Standing, str]:
    """Whether a source is looked at."""
    coverage = judged.coverage.get(source)
    if coverage is not None:
        return _covered(coverage)
    if source == "tenants" and not declared and judged.coverage:
        return Standing.NOT_RUN, "the release declares no query"
    return Standing.GAP, "not seen yet"


def stands_of(
    judged: Judged, baseline: Baseline | None, history: History, declared: Sequence[Declared]
) -> dict[str, list[Stand]]:
    """Of what was seen last, and of what the judgement keeps; what that does not keep is within its limit."""
    troubles = {one.key: one for one in judged.troubles if one.over is None}
    found: dict[str, list[Stand]] = {}
    for key, track in _tracks(judged, history):
        signal = BY_NAME[key[0]]
        usual = baseline.usual.get(key) if baseline and not isinstance(signal.limit, Often) else None
        standing = _standing(signal, track, troubles.get(key), seen(judged, declared, source_of(signal.quantity))[0])
        found.setdefault(key[0], []).append(
            Stand(signal=signal, subject=key[1], standing=standing, track=track, usual=usual.middle if usual else None)
        )
    return {name: sorted(stands, key=lambda one: one.rank) for name, stands in found.items()}


def _tracks(judged: Judged, history: History) -> Iterator[tuple[Key, Track]]:
    for key, track in judged.tracks.items():
        if key[0] in BY_NAME:
            yield key, track
    for source, measured in history.latest.items():
        for key, value in measured.values.items():
            if key not in judged.tracks and key[0] in BY_NAME and source_of(BY_NAME[key[0]].quantity) == source:
                limit = history.limits.at(key, measured.weights.get(key, 1.0))
                yield key, Track(value=value, limit=limit, at=measured.at)


def _standing(signal: Signal, track: Track, trouble: Trouble | None, looked: Standing) -> Standing:
    if trouble or (track.recent and track.recent[-1]):
        fails = trouble is not None and trouble.failed is not None and signal.effect is not Effect.NOTES
        return Standing.FAILED if fails else Standing.BREACHED
    # Without a limit there was too little of it to say anything.
    return Standing.QUIET if looked is Standing.WITHIN and track.limit is None else looked


def query_of(subject: str) -> tuple[str, str]:
    """The declared query and the organization that a subject names: `failures: Harbour Ltd`."""
    query, _, who = subject.partition(": ")
    return query, who


def _covered(coverage: Coverage) -> tuple[Standing, str]:
    if not coverage.seen and coverage.why:
        return Standing.NOT_RUN, coverage.why
    if coverage.gap_since is not None:
        return Standing.GAP, coverage.why
    return Standing.WITHIN, ""
