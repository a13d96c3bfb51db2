"""The sentence at the top of the page: the answer, before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.figures import progress, span
from seatrial.model.signal import Effect
from seatrial.model.watch import Standing, WatchVerdict
from seatrial.model.words import count
from seatrial.monitoring.signals import BY_NAME, SIGNALS
from seatrial.monitoring.story.wording import told

if TYPE_CHECKING:
    from seatrial.model.watch import Trouble
    from seatrial.monitoring.story.frame import Frame

__all__ = ["sentence"]


def sentence(frame: Frame) -> str:
    """`4 of 15 minutes, all signals inside limits`, `Failed after 3 min: …`."""
    verdict = frame.judged.verdict
    if verdict is WatchVerdict.WATCHING:
        return f"{progress(frame.judged.passed, frame.watch.window)}{_so_far(frame)}"
    if verdict is WatchVerdict.SUCCESSFUL:
        return f"Successful: {span_of(frame)}{_in_the_end(frame)}"
    return f"{_ended(frame, verdict)}: {_reason(frame)}"


def span_of(frame: Frame) -> str:
    """`48 hours`, or how much of them."""
    return progress(frame.judged.passed, frame.watch.window)


def _ended(frame: Frame, verdict: WatchVerdict) -> str:
    judged, deployed = frame.judged, frame.watch.deployed
    if verdict is WatchVerdict.PAUSED:
        after = judged.at if judged.paused is None else judged.paused
        return f"Paused after {span(after - deployed)}, a person is asked"
    if verdict is WatchVerdict.FAILED:
        failed = [one.failed for one in judged.troubles if one.failed is not None]
        return f"Failed after {span(min(failed, default=judged.at) - deployed)}"
    return f"Inconclusive after {span(judged.at - deployed)}"


def _reason(frame: Frame) -> str:
    """The first trouble that reached its failure limit; that of a failure has ties, or a person would be asked."""
    failed = [one for one in _counting(frame) if one.failed is not None]
    asked = {key for answer in frame.judged.answers for key in answer.keys}
    failed.sort(key=lambda one: (one.key in asked, one.over is not None, not one.ties, one.failed or 0.0))
    is_failed = frame.judged.verdict is WatchVerdict.FAILED
    if failed and (is_failed or failed[0].over is None):
        more = len(failed) - 1
        return _told(frame, failed[0]) + (f" (and {count(more, 'more trouble')})" if more else "")
    return frame.judged.sentence.rstrip(".") or "nobody can say whether all is well"


def _so_far(frame: Frame) -> str:
    open_ones = [one for one in _counting(frame) if one.over is None]
    if open_ones:
        first = max(open_ones, key=lambda one: (one.failed is not None, one.breaches / max(one.needed, 1)))
        word = f"{count(len(open_ones), 'signal')} over {'its' if len(open_ones) == 1 else 'their'} limit"
        counts = f", {min(first.breaches, first.needed)} of {first.needed}" if first.failed is None else ""
        return f", {word}: {_told(frame, first)}{counts}"
    return _unseen(frame) or ", all signals inside limits"


def _unseen(frame: Frame) -> str:
    """What has to be seen for a success, and is not."""
    if not frame.judged.coverage:
        return ", nothing seen yet"
    missing: dict[Standing, int] = {}
    for signal in SIGNALS:
        standing = frame.seen(signal)[0]
        if signal.required and standing is not Standing.WITHIN:
            missing[standing] = missing.get(standing, 0) + 1
    words = {Standing.NOT_RUN: "not watched", Standing.GAP: "not seen lately"}
    said = [f"{count(many, 'signal')} {words[one]}" for one, many in missing.items()]
    return f", inside limits as far as seen: {', '.join(said)}" if said else ""


def _in_the_end(frame: Frame) -> str:
    known = _counting(frame)
    if not known:
        return ", all signals inside limits"
    lasting = sum(one.over is None for one in known)
    return f", {count(len(known), 'trouble')} that did not fail the release" + (
        f", {lasting} of them open" if lasting else ""
    )


def _told(frame: Frame, trouble: Trouble) -> str:
    return told(BY_NAME[trouble.key[0]], trouble, frame.judged.texts)


def _counting(frame: Frame) -> list[Trouble]:
    """What is only noted has no part in the answer."""
    return [one for one in frame.troubles if BY_NAME[one.key[0]].effect is not Effect.NOTES]
