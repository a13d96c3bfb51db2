"""Looks after the session that works, from a connection of its own.

Who waits for it, whom it waits for, whether it holds its locks for too long, how far an index is, and whether its
connection is still one.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.deployment.blockers import BRIEF_SECONDS, named, older_than, send_away
from seatrial.deployment.progress import IndexProgress
from seatrial.errors import CannotConnect, SeatrialError
from seatrial.pg.connection import is_waiting, rows
from seatrial.pg.failure import ConnectionLost
from seatrial.pg.patience import answered_within, sever
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import Any, Self

    from seatrial.model.blocker import Blocker
    from seatrial.model.narrator import Narrator
    from seatrial.pg.connection import Connection

__all__ = ["Beside", "Seen", "Sentinel"]

PACKAGE = "seatrial.deployment"
TICK_SECONDS = 0.1
#: How long the server may be idle, or not know our session, while we wait for its answer: the answer was lost.
SILENCE_SECONDS = 3.0
#: How long a look may go without an answer, and how long the server may be out of reach.
ANSWER_SECONDS = 5.0
REACH_SECONDS = 15.0
#: One who was sent away is not sent away again before that.
AGAIN_SECONDS = 10.0


@dataclass(slots=True, kw_only=True)
class Seen:
    """What was seen of one try of a step."""

    #: Seconds that somebody has waited for it.
    longest_wait: float = 0.0
    #: Whom it waited for last.
    blockers: list[Blocker] = field(default_factory=list)
    #: Whether it was cancelled because it held its locks for too long, or others waited for it for too long.
    held_too_long: bool = False
    #: Whether it was cancelled because it had waited for others for too long.
    out_of_patience: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A step that is CONCURRENTLY: it keeps nobody waiting, and may have to wait for others itself."""

    #: How long in one go.
    patience_seconds: float
    #: Whoever keeps it waiting and is older than this is sent away; None for nobody.
    cancel_older_than: float | None
    #: Seconds that it will take.
    forecast: tuple[float, float] | None


class Sentinel:
    """A thread that looks ten times a second while a step runs; ends with its context."""

    def __init__(self, reach: Callable[[], Connection], work: Connection, narrator: Narrator) -> None:
        """`reach` opens another connection to the same database."""
        self._reach = reach
        self._work = work
        self._pid = 0
        self._narrator = narrator
        self._connection: Connection | None = None
        self._seen = Seen()
        self._running = threading.Event()
        self._over = threading.Event()
        self._deadline: float | None = None
        self._silent_since: float | None = None
        #: When the server's session began to be what it was at the last look.
        self._state_change: datetime | None = None
        self._progress: IndexProgress | None = None
        self._hold: float | None = None
        self._beside: Beside | None = None
        self._waits_since: float | None = None
        self._sent: dict[tuple[int, str], float] = {}

    def __enter__(self) -> Self:
        """Connect, and be ready.

        Raises:
            CannotConnect: there is no room for another connection.
        """
        self._pid = int(rows(self._work, "SELECT pg_backend_pid() AS pid")[0]["pid"])
        self._connection = self._reach()
        self._thread = threading.Thread(target=self._look_after, name="sentinel", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no longer."""
        self._over.set()
        self._running.set()
        self._thread.join()
        if self._connection:
            self._connection.close()

    @contextmanager
    def watching(
        self, seen: Seen, *, hold_seconds: float | None = None, beside: Beside | None = None
    ) -> Iterator[None]:  # fmt: skip
        """Around one try of a step; what is seen of it is put down as it is seen.

        Args:
            seen: where.
            hold_seconds: how long somebody may wait for it, whatever the lock is.
            beside: for a step that keeps nobody waiting, in place of that.
        """
        self._seen = seen
        self._deadline = self._silent_since = self._waits_since = self._state_change = None
        self._hold, self._beside = hold_seconds, beside
        self._progress = IndexProgress(self._pid, self._narrator, beside.forecast) if beside else None
        self._running.set()
        try:
            yield
        finally:
            self._running.clear()
            self._deadline = None

    def holds_from_now(self, seconds: float) -> None:
        """The step has its strong locks, and may hold them for so long."""
        self._deadline = time.monotonic() + seconds

    def _look_after(self) -> None:
        while not self._over.is_set():
            self._running.wait()
            if self._running.is_set() and not self._over.is_set():
                self._look()
            self._over.wait(TICK_SECONDS)

    def _look(self) -> None:
        connection = self._connection or self._reconnected()
        if connection is None:
            return
        try:
            with answered_within(connection, ANSWER_SECONDS):
                found = rows(connection, load(PACKAGE, "in_our_way"), {"pid": self._pid})
                self._judge(connection, found[0] if found else None)
        except ConnectionLost:
            with suppress(SeatrialError):
                connection.close()
            self._connection = None
        except SeatrialError:
            # Somebody else's session may have ended between two questions; the next look tells.
            return

    def _judge(self, connection: Connection, state: dict[str, Any] | None) -> None:
        self._cut_if_silent(state)
        if state is None:
            return
        self._seen.longest_wait = max(self._seen.longest_wait, state["longest_wait"])
        if state["blocking"]:
            self._seen.blockers = named(connection, state["blocking"])
        is_over = self._deadline is not None and time.monotonic() > self._deadline
        if (is_over or (self._hold is not None and state["longest_wait"] > self._hold)) and self._running.is_set():
            self._seen.held_too_long = True
            self._cancel(connection)
        if self._beside:
            self._wait_with_patience(connection, self._beside, waits=bool(state["blocking"]))
        if self._progress:
            self._progress.look(connection)

    def _wait_with_patience(self, connection: Connection, beside: Beside, *, waits: bool) -> None:
        """It has no lock limit: nobody stands behind it, and each of those that it waits for may take a while."""
        now = time.monotonic()
        self._waits_since = (self._waits_since or now) if waits else None
        if self._waits_since is None:
            return
        if now - self._waits_since > max(BRIEF_SECONDS, beside.patience_seconds) and self._running.is_set():
            self._seen.out_of_patience = True
            self._cancel(connection)
        for one in older_than(beside.cancel_older_than, self._seen.blockers):
            who = (one.pid, one.application)
            if now > self._sent.get(who, 0.0):
                self._sent[who] = now + AGAIN_SECONDS
                for line in send_away(connection, one):
                    self._narrator.say(f"    {line}")

    def _cancel(self, connection: Connection) -> None:
        rows(connection, "SELECT pg_cancel_backend(%(pid)s) AS sent", {"pid": self._pid})

    def _cut_if_silent(self, state: dict[str, Any] | None) -> None:
        """While we wait for an answer, the server must be at work on it, or have been since the last look."""
        works = state is not None and state["state"] == "active"
        before, self._state_change = self._state_change, state["state_change"] if state else None
        # On a slow line it is idle at nearly every look, and each time since another moment.
        if works or not is_waiting(self._work) or self._state_change != before:
            self._silent_since = None
            return
        self._silent_since = self._silent_since or time.monotonic()
        if time.monotonic() - self._silent_since > SILENCE_SECONDS:
            sever(self._work)

    def _reconnected(self) -> Connection | None:
        """Another connection; where the server is out of reach for long, the one that works is, too."""
        begun = time.monotonic()
        while self._running.is_set() and not self._over.is_set():
            try:
                self._connection = self._reach()
            except CannotConnect as error:
                # A server that says no is one that is there.
                if "FATAL" in error.why:
                    return None
                if time.monotonic() - begun > REACH_SECONDS:
                    sever(self._work)
                    return None
                self._over.wait(1.0)
            else:
                return self._connection
        return None
