"""Tells how far an index is that is built CONCURRENTLY, and for whom it waits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.deployment.blockers import named
from seatrial.model.words import duration
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from typing import Any

    from seatrial.model.narrator import Narrator
    from seatrial.pg.connection import Connection

__all__ = ["IndexProgress"]

#: Between two lines; what is over sooner is not spoken of.
LINE_SECONDS = 5.0


class IndexProgress:
    """Of the index that one session builds."""

    def __init__(self, pid: int, narrator: Narrator, forecast: tuple[float, float] | None) -> None:
        self._pid = pid
        self._narrator = narrator
        self._forecast = forecast
        self._told = self._started = time.monotonic()
        self._phase, self._locker = "", 0
        self._began = self._told

    def look(self, connection: Connection) -> None:
        """Tell where it is, if that was not told just now."""
        now = time.monotonic()
        if now - self._told < LINE_SECONDS:
            return
        for row in rows(connection, load("seatrial.deployment", "index_progress"), {"pid": self._pid}):
            if row["phase"] != self._phase:
                self._phase, self._began = row["phase"], now
            first, *others = self._words(connection, row, now)
            for line in (f"{row['index']}: {first}", *others):
                self._narrator.say(f"    {line}")
            self._told = now

    def _words(self, connection: Connection, row: dict[str, Any], now: float) -> tuple[str, ...]:
        so_far = f"{duration(now - self._started)} so far"
        if row["locker"]:
            place = f"{row['phase']} ({row['lockers_done'] + 1} of {row['lockers_total']}), {so_far}"
            found = named(connection, [row["locker"]])
            # What else is to be said of them is said once.
            is_new, self._locker = self._locker != row["locker"], row["locker"]
            return place, *(line for one in found for line in (f"  {one.words}", *one.lines[1:] * is_new))
        part, passed = row["part"], now - self._began
        said = f"{row['phase']} {part:.0%}" if part else str(row["phase"])
        left = f", about {duration(passed * (1 - part) / part)} left in this phase" if part and passed > 1 else ""
        return (f"{said}, {so_far}{left or self._left(now)}",)

    def _left(self, now: float) -> str:
        """Of the whole index, by the forecast; a phase that cannot tell how far it is has nothing better."""
        left = self._forecast[1] - (now - self._started) if self._forecast else 0.0
        return f", about {duration(left)} left by the forecast" if left > 0 else ""
