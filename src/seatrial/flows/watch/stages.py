"""The spine of a watch: from the rehearsal to the end, each stage with its time, who, and how it will be left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from seatrial.ledger.attempts import read_attempts
from seatrial.model.figures import span
from seatrial.model.watch import WatchVerdict
from seatrial.model.watch_page import StageState, WatchMark, WatchStage
from seatrial.model.words import count, duration
from seatrial.monitoring.judgement.ending import FINAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.flows.watch.lookout import Lookout
    from seatrial.model.attempt import PastAttempt
    from seatrial.model.watch import Watch
    from seatrial.pg.connection import Connection

__all__ = ["marks", "stages", "way_here"]


_NAMES = ("Rehearsed", "Approved", "Locked")


def way_here(connection: Connection, watch: Watch) -> tuple[WatchStage, ...]:
    """The stages until the watch began, from the history of the target; they do not change any more."""
    attempt = next((one for one in read_attempts(connection) if one.id == watch.attempt), None)
    return (*_before(watch, attempt), _applied(watch, attempt), _verified(watch))


def _before(watch: Watch, attempt: PastAttempt | None) -> tuple[WatchStage, ...]:
    if attempt is None:
        unknown = "another tool deployed it"
        return tuple(WatchStage(name=name, state=StageState.UNKNOWN, leaves=unknown) for name in _NAMES)
    at, who = _seconds(attempt.started_at), watch.who
    plan = attempt.attempt.plan
    rehearsed = WatchStage(
        name="Rehearsed", state=StageState.DONE if plan else StageState.UNKNOWN,
        lines=(f"plan {plan[:12]}",) if plan else ("deployed without a rehearsal",), leaves="with a plan",
    )  # fmt: skip
    approved = WatchStage(name="Approved", state=StageState.DONE, at=at, who=who, leaves="by a person's word")
    locked = WatchStage(
        name="Locked", state=StageState.DONE, at=at, who=attempt.deployed_by,
        leaves="when the last step is through",
    )  # fmt: skip
    return rehearsed, approved, locked


def _applied(watch: Watch, attempt: PastAttempt | None) -> WatchStage:
    end = attempt.end if attempt else None
    took = f"in {duration(end.seconds)}" if end else ""
    waited = f"longest wait of somebody else {duration(end.longest_wait)}" if end and end.longest_wait else ""
    return WatchStage(
        name="Applied", state=StageState.DONE, at=watch.deployed, who=watch.who,
        lines=(*watch.migrations, *filter(None, (took, waited))), leaves="all of it, or nothing of a step",
    )  # fmt: skip


def _verified(watch: Watch) -> WatchStage:
    state = {True: StageState.DONE, False: StageState.FAILED, None: StageState.UNKNOWN}[watch.is_verified]
    lines = (watch.verified,) if watch.verified else ("nobody has verified it: seatrial verify",)
    return WatchStage(
        name="Verified", state=state, at=watch.began if watch.verified else None, lines=lines,
        leaves="when the target is what was rehearsed",
    )  # fmt: skip


def stages(way: Sequence[WatchStage], lookout: Lookout, verdict: WatchVerdict) -> tuple[WatchStage, ...]:
    """All of them, as they stand."""
    watch, judged = lookout.watch, lookout.judged
    left = max(0.0, watch.window - judged.passed)
    over = verdict in FINAL
    going = {
        WatchVerdict.FAILED: StageState.FAILED, WatchVerdict.SUCCESSFUL: StageState.DONE,
        WatchVerdict.INCONCLUSIVE: StageState.UNKNOWN,
    }.get(verdict, StageState.NOW)  # fmt: skip
    said = "paused: a person is asked" if verdict is WatchVerdict.PAUSED else f"{span(left)} to go"
    watching = WatchStage(
        name="Watching", state=going, at=watch.began,
        lines=(f"{count(len(lookout.history.intervals), 'sample')}", *(() if over else (said,))),
        leaves="after the window, when all signals are inside their limits; or at the first failure",
    )  # fmt: skip
    if lookout.rolled_back is not None:
        last = WatchStage(name="Rolled back", state=StageState.DONE, at=lookout.rolled_back, leaves="it stays so")
    elif over:
        last = WatchStage(
            name="Done", state=going, at=judged.at, lines=(f"{verdict}",), leaves="this page is the record",
        )  # fmt: skip
    else:
        last = WatchStage(name="Done", state=StageState.AHEAD, leaves="this page becomes the record")
    return (*way, watching, last)


def marks(lookout: Lookout) -> Sequence[WatchMark]:
    """What is drawn on the time axis of the charts."""
    found = [WatchMark(at=lookout.watch.deployed, label="deployed")]
    if lookout.rolled_back is not None:
        found.append(WatchMark(at=lookout.rolled_back, label="rolled back"))
    return [*found, *(WatchMark(at=one.at, label=f"goes on: {one.who}") for one in lookout.judged.answers)]


def _seconds(iso: str) -> float | None:
    return datetime.fromisoformat(iso).timestamp() if iso else None
