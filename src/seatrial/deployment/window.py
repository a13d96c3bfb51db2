"""The hours in which a deployment may change something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Window", "opening", "opens", "read_window", "wait_until_open"]

_FORM = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)(?:\s+(\S+))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From one time of the day to another, on the clocks of one place; over midnight where the end comes first."""

    begins: time
    ends: time
    zone: tzinfo
    #: As it was given.
    text: str

    def is_open(self, at: datetime) -> bool:
        """Whether a moment is inside; the end is outside."""
        now = at.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


def read_window(text: str) -> Window:
    """`02:00-04:00 Europe/Rome`; without a place it is UTC.

    Raises:
        CannotRun: it is no such thing.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise _unreadable(text, "two times and a place are wanted")
    try:
        begins, ends = (time(int(found[at]), int(found[at + 1])) for at in (1, 3))
        zone = ZoneInfo(found[5]) if found[5] else UTC
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise _unreadable(text, str(error).strip("'\"")) from None
    if begins == ends:
        raise _unreadable(text, "it begins when it ends")
    return Window(begins=begins, ends=ends, zone=zone, text=text.strip())


def _unreadable(text: str, why: str) -> CannotRun:
    return CannotRun(
        "deploy.window", "the window cannot be read", where=f"--window {text!r}", why=why,
        fix='give it as --window "02:00-04:00 Europe/Rome"',
    )  # fmt: skip


def opens(window: Window, at: datetime) -> datetime:
    """When it is open next, on its own clocks; the moment itself where it is open then."""
    local = at.astimezone(window.zone)
    if window.is_open(at):
        return local
    begins = local.replace(hour=window.begins.hour, minute=window.begins.minute, second=0, microsecond=0)
    return begins if begins > local else begins + timedelta(days=1)


def opening(window: Window) -> str:
    """`opens 02:31 on Thursday (Europe/Rome), in 22 h 56 min`."""
    now = datetime.now(UTC)
    at = opens(window, now)
    minutes = max(1, round((at.astimezone(UTC) - now).total_seconds() / 60))
    hours = f"{minutes // 60} h " if minutes >= 60 else ""  # noqa: PLR2004 - an hour
    return f"opens {at:%H:%M} on {at:%A} ({window.zone}), in {hours}{minutes % 60} min"


def wait_until_open(window: Window, tell: Callable[[str], None], sleep: Callable[[float], None]) -> None:
    """Look at the clock until it is open."""
    if window.is_open(datetime.now(UTC)):
        return
    tell(f"waiting for the window {window.text}: {opening(window)}; Ctrl-C ends it, and nothing is done")
    while not window.is_open(datetime.now(UTC)):
        sleep(1.0)
