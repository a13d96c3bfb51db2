"""The judge: takes where a watch stands and what an interval came to, and says where it stands then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.sample import WHOLE, source_of
from seatrial.model.signal import Family
from seatrial.monitoring.judgement.baseline import transactions
from seatrial.monitoring.judgement.coverage import covered, is_absence
from seatrial.monitoring.judgement.ending import verdict_of
from seatrial.monitoring.judgement.factors import factors
from seatrial.monitoring.judgement.limit import Limit, limit_of
from seatrial.monitoring.judgement.statements import added, kept
from seatrial.monitoring.judgement.tie import Ties
from seatrial.monitoring.judgement.track import compared, counting, is_over, is_zero, nearness
from seatrial.monitoring.judgement.trouble import stale, troubled
from seatrial.monitoring.signals import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.sample import Key, Measured, StatementText
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Baseline, Change, Declared, Judged, Watch
    from seatrial.monitoring.judgement.track import Quiet
    from seatrial.monitoring.judgement.trouble import Found

__all__ = ["Judge"]

#: Transactions of an interval that may be the watch's own, or of the server's own workers: by look, and by second.
OWN_LOOKS, OWN_SECONDS = 1.0, 0.2


class Judge:
    """Judges intervals; all that matters is in what it returns, so that a restart goes on where the last one stood."""

    def __init__(
        self, watch: Watch, baseline: Baseline, declared: Sequence[Declared] = (), signals: Sequence[Signal] = SIGNALS
    ) -> None:
        self._watch = watch
        self._baseline = baseline
        self._declared = {one.name: one.limit for one in declared}
        self._signals = {one.name: one for one in signals}
        self._ties = Ties(watch, baseline.plans)
        self._limits: dict[Key, Limit] = {}
        self._texts: dict[str, StatementText] = {}
        self._ours: dict[str, StatementText] = {}

    def step(self, judged: Judged, measured: Measured, texts: Mapping[str, StatementText]) -> Judged:
        """Where the watch stands after an interval.

        Args:
            judged: where it stood.
            measured: the interval.
            texts: of statements: the new ones, or all that are known. After a restart all that are known.
        """
        self._learn(texts if self._texts else {**judged.texts, **texts})
        found, quiet = self._found(judged, measured)

        def tied(one: Found) -> tuple[Change, ...]:
            return self._ties.of(one.limit.signal, one.key[1], self._texts, measured.statements)

        every = {**judged.tracks, **{one.key: one.track for one in found}}
        troubles = stale(troubled(judged.troubles, found, tied), every, measured.at)
        subjects = {one.key[1] for one in troubles if self._signals[one.key[0]].per == "statement"}
        told = kept(judged.texts, self._ours, subjects, self._texts)
        now = replace(
            judged,
            at=measured.at,
            passed=judged.passed + (0.0 if judged.paused is not None else measured.seconds),
            tracks=counting(every, found, quiet, {one.key for one in troubles if one.over is None}, measured.at),
            troubles=troubles,
            coverage=covered(judged.coverage, measured, self._watch.every),
            asked=judged.asked + max(0.0, transactions(measured) - _own(measured)),
            texts=told,
            statements=added(judged.statements, measured.statements, told),
        )
        return verdict_of(now, self._watch, self._signals)

    def _learn(self, texts: Mapping[str, StatementText]) -> None:
        for subject, text in texts.items():
            if subject not in self._texts:
                self._texts[subject] = text
                if self._ties.statement(text):
                    self._ours[subject] = text

    def _limit(self, key: Key) -> Limit:
        found = self._limits.get(key)
        if found is None:
            signal = self._signals[key[0]]
            is_declared = signal.family is Family.TENANTS
            found = self._limits[key] = limit_of(
                signal,
                self._baseline.usual.get(key),
                was_looked_at=source_of(signal.quantity) in self._baseline.looked,
                declared=self._declared.get(key[1].partition(": ")[0]) if is_declared else None,
            )
        return found

    def _found(self, judged: Judged, measured: Measured) -> tuple[list[Found], list[Quiet]]:
        """What every value of the interval says, and what those say that are not there: nobody waits any more."""
        times, tracks, at = factors(measured, self._baseline.usual, self._ours), judged.tracks, measured.at
        found: list[Found] = []
        quiet: list[Quiet] = []
        late = is_absence(measured, self._watch.every)
        for key, value in measured.values.items():
            if key[0] not in self._signals or (key[1] == WHOLE and self._signals[key[0]].per == "statement"):
                # Of all statements together nobody knows which it is, and the others speak for themselves.
                continue
            limit = self._limit(key)
            if limit.never or (limit.adds_up and (late or _was_away(judged, limit.signal))):
                continue
            weight, factor = measured.weights[key], times.of(key, limit.signal)
            most = limit.at(weight, factor)
            if most is None or self._is_old(key, limit):
                continue
            track = tracks.get(key)
            if track is not None or is_over(limit, value, most) or (limit.gathers and value):
                found.append(compared(key, value, most, limit, track, at, (weight, factor)))
            else:
                quiet.append((nearness(limit, value, most), key, value, most))
        for key, track in tracks.items():
            if key not in measured.values and key[0] in self._signals:
                limit = self._limit(key)
                if is_zero(limit.signal, key[1], measured):
                    asked = transactions(measured)
                    found.append(compared(key, 0.0, track.limit or 0.0, limit, track, at, (asked, 1.0)))
        return found, quiet

    def _is_old(self, key: Key, limit: Limit) -> bool:
        """Whether an index or a key may have been so before: nobody looked, and it is not the release's."""
        signal = limit.signal
        is_known = source_of(signal.quantity) in self._baseline.looked
        return signal.family is Family.INDEXES and not is_known and not self._ties.of(signal, key[1], {}, {})


def _was_away(judged: Judged, signal: Signal) -> bool:
    coverage = judged.coverage.get(source_of(signal.quantity))
    return coverage is not None and coverage.gap_since is not None


def _own(measured: Measured) -> float:
    return OWN_LOOKS * len(measured.looked) + OWN_SECONDS * measured.seconds
