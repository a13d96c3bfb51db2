"""How long one step is tried again and again, and what is said meanwhile, and at the end."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.words import count, duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seatrial.model.blocker import Blocker
    from seatrial.model.narrator import Narrator

__all__ = ["CANCELLED", "HELD_TOO_LONG", "LOCK_NOT_AVAILABLE", "Tries"]

LOCK_NOT_AVAILABLE = "55P03"
CANCELLED = "57014"
#: The code of our refusals among those of the server.
HELD_TOO_LONG = "ST004"
#: A step that held its locks for too long will do so again; what is known only of the last try may be chance.
TRIES_TO_HOLD = 3
#: Seconds between two tries: the first, and the longest.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
#: Seconds between two looks whether those in the way are gone.
LOOK_SECONDS = 0.5
#: Seconds between two words for one who is still there: a sign of life.
STILL_SECONDS = 30.0
NAMED = 3


class Tries:
    """Of one step."""

    def __init__(self, patience: float, narrator: Narrator, waits: Callable[[Sequence[Blocker]], None]) -> None:
        """`waits` is told once for whom it waits."""
        self._patience = patience
        self._narrator = narrator
        self._waits = waits
        self._held = 0
        self._told: set[tuple[int, str]] = set()
        self._said = time.monotonic()
        self.went_on()

    def went_on(self) -> None:
        """A part of the step is through: patience begins anew."""
        self._begun = time.monotonic()
        self._pause = FIRST_PAUSE
        self._number = 0

    @property
    def _left(self) -> float:
        return self._patience - (time.monotonic() - self._begun)

    def may_look_again(self, blockers: Sequence[Blocker]) -> bool:
        """Wait for a moment: a look keeps nobody waiting. False when patience is over."""
        if self._left <= 0:
            return False
        self._tell(blockers)
        time.sleep(min(LOOK_SECONDS, max(0.0, self._left)))
        return True

    def may_pause(self, blockers: Sequence[Blocker]) -> bool:
        """Wait for a moment, a longer one each time; False when patience is over."""
        self._number += 1
        if self._left <= 0:
            return False
        self._tell(blockers)
        # Two deployers, or a deployer and a job that comes every second, must not meet again and again.
        time.sleep(min(self._pause * random.uniform(0.5, 1.0), max(0.0, self._left)))  # noqa: S311 - no secret
        self._pause = min(self._pause * 1.6, LONGEST_PAUSE)
        return True

    def may_hold_again(self) -> bool:
        """Whether a step that held its locks for too long may try once more."""
        self._held += 1
        if self._held >= TRIES_TO_HOLD or self._left <= 0:
            return False
        self._narrator.say("    held its locks for too long and gave them back; trying again")
        return self.may_pause(())

    def nobody_gave_way(self, error: StatementFailed, blockers: Sequence[Blocker]) -> StatementFailed:
        """Patience is over: who was in the way, and how often and for how long it was tried."""
        who = "\n".join(line for one in blockers[:NAMED] for line in one.lines)
        tried = f", after {count(self._number, 'try')} in {duration(time.monotonic() - self._begun)}"
        return StatementFailed(
            f"{error.what}{tried if self._number else ''}", sqlstate=error.sqlstate,
            detail=f"in the way: {who}" if who else error.detail,
            hint="Have them end, or give --cancel-blockers AGE or a longer --patience, then run the command again.",
            context=error.context,
        )  # fmt: skip

    def held_too_long(self, seconds: float) -> StatementFailed:
        """It would be so the next time."""
        return StatementFailed(
            f"it held its locks for longer than {duration(seconds)}, {count(self._held, 'time')}",
            sqlstate=HELD_TOO_LONG,
            hint="Everybody waits meanwhile: rehearse it for a safe way, or allow it more with --hold SECONDS.",
        )

    def _tell(self, blockers: Sequence[Blocker]) -> None:
        new = [one for one in blockers if (one.pid, one.application) not in self._told]
        if new and not self._told:
            self._waits(blockers)
        lines = [line for one in new[:NAMED] for line in (f"waiting: {one.words}", *one.lines[1:])]
        if not lines and time.monotonic() - self._said > STILL_SECONDS:
            lines = [f"still waiting: {one.words}" for one in blockers[:NAMED]] or ["still waiting"]
        if lines:
            for line in (*lines, f"gives up in {duration(max(0.0, self._left))}"):
                self._narrator.say(f"    {line}")
            self._said = time.monotonic()
        self._told |= {(one.pid, one.application) for one in new}
