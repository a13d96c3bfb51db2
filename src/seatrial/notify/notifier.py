"""Tells every channel of a deployment or a watch, beside it: nothing here fails it or holds it up for long."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.model.notification import Event
from seatrial.notify.channel import Channel
from seatrial.notify.failure import LIMIT, NotToldError
from seatrial.notify.message import harmless
from seatrial.project.settings import environment

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from seatrial.model.narrator import Narrator
    from seatrial.model.notification import Notification
    from seatrial.project.settings import Settings

__all__ = ["Notifier", "told_at_once"]

#: A channel that takes longer, or fails, gets only the newest of what has come meanwhile.
SLOW = 1.0
#: Seconds beside the limits of the message that is on its way and of the last one.
GRACE = 1.0
#: Where CI says the address of its run.
RUNS = ("CI_JOB_URL", "CIRCLE_BUILD_URL", "BUILDKITE_BUILD_URL", "BUILD_URL")


class Notifier:
    """The channels of a release folder; leaving its block waits for what is still to be said, for 11 s at most.

    Args:
        settings: of the release folder; without `[[notify]]` nothing happens.
        narrator: told who was not told, and why, when the block is left: a line each.
    """

    def __init__(self, settings: Settings, narrator: Narrator) -> None:
        self._narrator = narrator
        self._report = _report(settings)
        self._lines = [_Line(Channel(settings=each)) for each in settings.notify]
        self._waiting: set[str] = set()

    def tell(self, told: Notification) -> None:
        """Have it said; returns at once and never raises. Of a step that waits nobody is told twice."""
        if told.event is Event.WAITING:
            if told.step in self._waiting:
                return
            self._waiting.add(told.step)
        with suppress(Exception):
            message = harmless(replace(told, report=told.report or self._report))
            for line in self._lines:
                line.add(message)

    def close(self) -> None:
        """Wait for what is on its way, and say what did not arrive."""
        deadline = time.monotonic() + 2 * LIMIT + GRACE
        for line in self._lines:
            # Ctrl-C ends the wait; what the deployment has come to is still to be said.
            with suppress(Exception, KeyboardInterrupt):
                if failure := line.end(deadline):
                    self._narrator.say(f"! not told: {failure}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def told_at_once(settings: Settings, told: Notification) -> list[tuple[str, str]]:
    """Tell every channel that wants this event, and return each name with why it was not told; empty where it was."""
    message = harmless(replace(told, report=told.report or _report(settings)))
    channels = [Channel(settings=each) for each in settings.notify]
    return [(channel.name, _sent(channel, message)) for channel in channels if channel.wants(told.event)]


class _Line:
    """One channel with its queue; a thread of its own says one after the other, from the first message on."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queue: deque[Notification] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ended = False
        self._failures: list[str] = []

    def add(self, told: Notification) -> None:
        """Queue it."""
        if not self._channel.wants(told.event):
            return
        with self._changed:
            self._queue.append(told)
            self._changed.notify()
        if self._thread is None:
            # Ends with the process, whatever it is waiting for.
            self._thread = threading.Thread(target=self._work, daemon=True, name="seatrial notify")
            self._thread.start()

    def end(self, deadline: float) -> str:
        """Wait until everything was said or time is up; who was not told and why, or nothing."""
        if self._thread is None:
            return ""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive() and not self._failures:
            return f"{self._channel.name}: it did not take the messages in time"
        return f"{self._channel.name}: {self._failures[-1]}" if self._failures else ""

    def _work(self) -> None:
        behind = False
        while told := self._next(only_newest=behind):
            began = time.monotonic()
            failure = _sent(self._channel, told)
            if failure:
                self._failures.append(failure)
            behind = bool(failure) or time.monotonic() - began > SLOW

    def _next(self, *, only_newest: bool) -> Notification | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._ended)
            while only_newest and len(self._queue) > 1:
                self._queue.popleft()
            return self._queue.popleft() if self._queue else None


def _sent(channel: Channel, told: Notification) -> str:
    """Why it was not told within the limit; empty where it was."""
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(_answer(channel, told)), daemon=True)
    thread.start()
    # A server may keep the connection busy, byte by byte, for longer than any wait for one of them.
    thread.join(LIMIT)
    return answers[0] if answers else f"no answer in {LIMIT:.0f} s"


def _answer(channel: Channel, told: Notification) -> str:
    try:
        channel.send(told)
    except NotToldError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - nobody's deployment ends here, and its words may hold the address
        return f"a fault in Seatrial ({type(error).__name__})"
    return ""


def _report(settings: Settings) -> str:
    """Where more is to be read: what the settings say, else the run of CI; empty where nobody knows."""
    with suppress(CannotRun):
        if found := environment(settings.project.report_url, where="[project] in seatrial.toml"):
            return found
    server, repository, run = (
        os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    if server and repository and run:
        return f"{server}/{repository}/actions/runs/{run}"
    return next(filter(None, map(os.environ.get, RUNS)), None) or ""
