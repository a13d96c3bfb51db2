"""How a watch ends: what fails it, when a person is asked and has answered, and what is said when the time is over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.sample import source_of
from seatrial.model.signal import Effect, Family
from seatrial.model.watch import Coverage, Judged, WatchVerdict
from seatrial.monitoring.judgement import words
from seatrial.monitoring.signals import BY_NAME, SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.sample import Key
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Answered, Trouble, Watch

__all__ = ["FINAL", "answered", "begin", "ended", "verdict_of"]

#: Nothing changes these any more.
FINAL = frozenset({WatchVerdict.SUCCESSFUL, WatchVerdict.FAILED, WatchVerdict.INCONCLUSIVE})
#: Of the watch every source that is required must have been seen, and the gap that none may be longer than: so many
#: seconds, or that part of the window where it is more.
SEEN, LONGEST, LONGEST_PART = 0.95, 900.0, 0.05
#: Transactions without which nobody has used what was deployed.
USED = 100.0


def begin(watch: Watch) -> Judged:
    """Where a watch stands before its first interval."""
    return Judged(at=watch.began, sentence=words.goes_on(watch, 0.0, [], {}))


def answered(judged: Judged, answer: Answered, watch: Watch | None = None) -> Judged:
    """Where it stands after a person has said that it goes on; what is over stays as it was.

    Args:
        judged: where it stood.
        answer: with the troubles that are not asked about again.
        watch: for the sentence; without it the next interval says it.
    """
    now = replace(judged, answers=(*judged.answers, answer))
    if now.verdict in FINAL or _asked(now, BY_NAME):
        return now
    sentence = (
        words.answered(answer) if watch is None else f"{words.time_of(watch, now.passed)}, {words.answered(answer)}"
    )
    return replace(now, verdict=WatchVerdict.WATCHING, paused=None, sentence=sentence)


def verdict_of(judged: Judged, watch: Watch, signals: Mapping[str, Signal]) -> Judged:
    """The same, with its verdict and the sentence that says why.

    Args:
        judged: after an interval; its verdict is that of the interval before.
        watch: how long it is to last.
        signals: by name.
    """
    if judged.verdict in FINAL:
        return judged
    if failed := [one for one in _failed(judged) if _is_ours(one, signals)]:
        return replace(judged, verdict=WatchVerdict.FAILED, sentence=words.failed(failed, signals))
    asked = _asked(judged, signals)
    since = judged.paused
    if since is None and asked:
        since = judged.at
    if since is None:
        still = [one for one in judged.troubles if one.over is None and signals[one.key[0]].effect is not Effect.NOTES]
        return replace(
            judged, verdict=WatchVerdict.WATCHING, sentence=words.goes_on(watch, judged.passed, still, signals)
        )
    if judged.at - since >= watch.window:
        was = [one for one in judged.troubles if one.failed is not None and one.failed >= since]
        sentence = words.unanswered(asked or was, signals, watch)
        return replace(judged, verdict=WatchVerdict.INCONCLUSIVE, sentence=sentence, paused=since)
    return replace(judged, verdict=WatchVerdict.PAUSED, sentence=words.asks(asked, signals), paused=since)


def ended(judged: Judged, watch: Watch, signals: Sequence[Signal] = SIGNALS) -> Judged:
    """The final verdict: successful only where all that is required was seen, used, and inside its limits."""
    if judged.verdict in FINAL:
        return judged
    by_name = {one.name: one for one in signals}
    reasons = list(_reasons(judged, watch, by_name))
    if not reasons:
        return replace(judged, verdict=WatchVerdict.SUCCESSFUL, sentence=words.successful(judged, watch, by_name))
    return replace(judged, verdict=WatchVerdict.INCONCLUSIVE, sentence=words.inconclusive(reasons))


def _reasons(judged: Judged, watch: Watch, signals: Mapping[str, Signal]) -> Iterator[str]:
    """Why nobody can say that it is successful, the most important first."""
    if asked := _asked(judged, signals):
        yield words.open_still(asked, signals)
    elif judged.paused is not None:
        yield "a person was asked, and has not answered"
    unseen: dict[str, list[str]] = {}
    for source in dict.fromkeys(source_of(one.quantity) for one in signals.values() if one.required):
        if why := _unseen(judged.coverage.get(source), watch):
            unseen.setdefault(why, []).append(words.source(source))
    for why, sources in unseen.items():
        # Where nobody was looking, nothing was seen at all.
        yield f"{words.all_of(sources)} {why}"
    if judged.asked < USED:
        yield f"nobody has used it: {judged.asked:,.0f} transactions were seen that are not of the watch itself"
    if judged.passed < watch.window - watch.every:
        yield f"it was ended after {words.time_of(watch, judged.passed)}"


def _unseen(coverage: Coverage | None, watch: Watch) -> str:
    if coverage is None or not coverage.seen:
        why = coverage.why if coverage else ""
        return f"could not be read: {why or 'it was never looked at'}"
    share = coverage.seen / (coverage.seen + coverage.missed)
    longest = max(LONGEST, LONGEST_PART * watch.window)
    if share >= SEEN and coverage.longest <= longest:
        return ""
    gap = words.duration(coverage.longest)
    return f"could be seen for {share:.0%} of the time only, with a gap of {gap}: {coverage.why}"


def _failed(judged: Judged) -> list[Trouble]:
    """Open troubles that have reached their failure limit, and that nobody has answered for."""
    said: set[Key] = {key for answer in judged.answers for key in answer.keys}
    return [one for one in judged.troubles if one.is_failing and one.key not in said]


def _asked(judged: Judged, signals: Mapping[str, Signal]) -> list[Trouble]:
    return [one for one in _failed(judged) if signals[one.key[0]].effect is not Effect.NOTES]


def _is_ours(one: Trouble, signals: Mapping[str, Signal]) -> bool:
    signal = signals[one.key[0]]
    return signal.effect is Effect.FAILS and (bool(one.ties) or signal.family is Family.SECURITY)
