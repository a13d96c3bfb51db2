"""The time of a watch: a sample at each of its times, a line a minute, the button of the page, and the end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from seatrial.errors import Exit, SeatrialError
from seatrial.flows.folder import typed_name
from seatrial.flows.watch.record import write_record
from seatrial.flows.watch.remedy import taken
from seatrial.model.watch import WatchVerdict
from seatrial.monitoring.judgement.ending import FINAL
from seatrial.report.watch.terminal import line

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.flows.watch.duty import Duty
    from seatrial.model.narrator import Narrator
    from seatrial.model.undertaking import Watching
    from seatrial.model.watch_page import WatchPage

__all__ = ["Button", "stay"]

#: Seconds between two lines in the terminal, at least.
LINE_SECONDS = 60.0


class Button:
    """What the page has for whoever watches it: somebody presses it, and the watch does what it says."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._pressed = threading.Event()
        self._who = ""

    def press(self, name: str, who: str) -> tuple[int, str]:
        """Ask for the rollback, from any thread: the HTTP status, and what to say."""
        wanted = typed_name(self._duty.target)
        if name != wanted:
            return 400, f"Not rolled back: type {wanted}, the name of the target."
        if refused := self._duty.way_out.refused:
            return 409, f"Not rolled back: {refused}."
        if self._duty.lookout.rolled_back is not None:
            return 409, "It was rolled back already."
        self._who = who
        self._pressed.set()
        return 202, "The rollback begins; this page tells how it goes."

    def wait(self, seconds: float) -> str:
        """Who has pressed it within a time; empty for nobody."""
        if not self._pressed.wait(max(0.0, seconds)):
            return ""
        self._pressed.clear()
        return self._who or "somebody at the page"


def stay(
    duty: Duty, how: Watching, button: Button, narrator: Narrator, show: Callable[[WatchPage], None] | None
) -> None:  # fmt: skip
    """Until there is a verdict, or after one sample where that is all that is wanted."""
    due, said = time.monotonic(), -LINE_SECONDS
    while True:
        duty.look()
        if how.out:
            # Whoever names a folder has others look there before the end.
            write_record(how.out, duty.page())
        if show:
            show(duty.page())
        elif time.monotonic() - said >= LINE_SECONDS:
            said = time.monotonic()
            narrator.say(line(duty.page()).plain)
        if duty.verdict in {WatchVerdict.FAILED, WatchVerdict.PAUSED}:
            duty.prepare()
        if _is_over(duty, how, narrator):
            return
        due = max(due + duty.lookout.watch.every, time.monotonic())
        if who := button.wait(due - time.monotonic()):
            roll_back(duty, who, narrator)


def _is_over(duty: Duty, how: Watching, narrator: Narrator) -> bool:
    if how.once or duty.lookout.rolled_back is not None:
        return True
    if duty.verdict is WatchVerdict.FAILED and how.auto_rollback:
        if duty.way_out.is_proved:
            roll_back(duty, "--auto-rollback", narrator)
        else:
            duty.say("not rolled back by itself: the way back is not proved, or does not give back everything")
        return True
    # A page that offers the rollback stays until somebody takes it, or the window has passed.
    watch = duty.lookout.watch
    offers = duty.verdict is WatchVerdict.FAILED and how.serve and not duty.way_out.refused
    return duty.verdict in FINAL and not (offers and duty.lookout.now < watch.began + watch.window)


def roll_back(duty: Duty, who: str, narrator: Narrator) -> None:
    """Take the release back; what comes of it is said, and written down."""
    duty.say(f"{who} takes it back")
    try:
        outcome = taken(duty.lookout.watch, duty.root, duty.wanted, narrator)
    except SeatrialError as error:
        duty.say(f"not rolled back: {error.what}: {error.why}")
        return
    duty.say(outcome.summary)
    if outcome.exit_code is Exit.YES:
        duty.rolled_back()
