"""How a watch speaks of states: a sign and a word, and the words for times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial.model.watch import Standing, WatchVerdict
from seatrial.model.watch_page import StageState
from seatrial.report.readiness.verdict import Sign

if TYPE_CHECKING:
    from seatrial.model.watch_page import WatchPage

__all__ = ["NOTED", "STAGES", "STANDINGS", "clock", "day", "iso", "lasting", "missing", "verdict_sign", "when"]

STANDINGS = {
    Standing.WITHIN: Sign(state="passed", symbol="✓", word="within"),
    Standing.BREACHED: Sign(state="undecided", symbol="!", word="breached"),
    Standing.FAILED: Sign(state="failed", symbol="✗", word="failed"),
    Standing.GAP: Sign(state="undecided", symbol="?", word="gap"),
    Standing.NOT_RUN: Sign(state="undecided", symbol="?", word="not run"),
    Standing.QUIET: Sign(state="idle", symbol="–", word="quiet"),
}
STAGES = {
    StageState.DONE: Sign(state="passed", symbol="✓", word="done"),
    StageState.NOW: Sign(state="now", symbol="●", word="now"),
    StageState.AHEAD: Sign(state="idle", symbol="–", word="ahead"),
    StageState.FAILED: Sign(state="failed", symbol="✗", word="failed"),
    StageState.UNKNOWN: Sign(state="undecided", symbol="?", word="not known"),
}
#: Of what is shown, and says nothing against the release.
NOTED = Sign(state="idle", symbol="·", word="noted")
_VERDICTS = {
    WatchVerdict.PAUSED: Sign(state="undecided", symbol="?", word="a person is asked"),
    WatchVerdict.SUCCESSFUL: Sign(state="passed", symbol="✓", word="successful"),
    WatchVerdict.FAILED: Sign(state="failed", symbol="✗", word="failed"),
    WatchVerdict.INCONCLUSIVE: Sign(state="undecided", symbol="?", word="inconclusive"),
}
_WELL = Sign(state="passed", symbol="✓", word="inside limits")
_OVER = Sign(state="undecided", symbol="!", word="over a limit")
_UNSEEN = Sign(state="undecided", symbol="?", word="not all is seen")


def lasting(found: WatchPage) -> int:
    """Troubles that are not over, and say something against the release."""
    return sum(one.over is None and not one.is_noted for one in found.troubles)


def missing(found: WatchPage) -> int:
    """Signals that are not seen now, or not at all."""
    return sum(one.standing in {Standing.GAP, Standing.NOT_RUN} for one in found.signals)


def verdict_sign(found: WatchPage) -> Sign:
    """Of the whole; while it goes on, of what was seen so far."""
    if known := _VERDICTS.get(found.verdict):
        return known
    if lasting(found):
        return _OVER
    return _UNSEEN if missing(found) else _WELL


def iso(at: float) -> str:
    """`2026-03-01T12:30:00+00:00`."""
    return datetime.fromtimestamp(round(at), UTC).isoformat()


def clock(at: float) -> str:
    """`12:30:00`."""
    return f"{datetime.fromtimestamp(round(at), UTC):%H:%M:%S}"


def day(at: float) -> str:
    """`Sun 1 Mar`."""
    moment = datetime.fromtimestamp(round(at), UTC)
    return f"{moment:%a} {moment.day} {moment:%b}"


def when(at: float, now: float) -> str:
    """`12:30:00 UTC`, with its day where that is not today's."""
    return f"{clock(at)} UTC" if day(at) == day(now) and abs(now - at) < 86_400 else f"{day(at)} {clock(at)} UTC"  # noqa: PLR2004
