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

    def __init__(self, pid: int, narrator: Narrator) -> None:
        self._pid = pid
        self._narrator = narrator
        self._told = time.monotonic()
        self._phase = ""
        self._began = self._told

    def look(self, connection: Connection) -> None:
        """Tell where it is, if that was not told just now."""
        now = time.monotonic()
        if now - self._told < LINE_SECONDS:
            return
        for row in rows(connection, load("seatrial.deployment", "index_progress"), {"pid": self._pid}):
            if row["phase"] != self._phase:
                self._phase, self._began = row["phase"], now
            self._narrator.say(f"    {row['index']}: {self._words(connection, row, now)}")
            self._told = now

    def _words(self, connection: Connection, row: dict[str, Any], now: float) -> str:
        if row["locker"]:
            waited = "; ".join(one.words for one in named(connection, [row["locker"]])) or "somebody who is gone"
            return f"{row['phase']} ({row['lockers_done'] + 1} of {row['lockers_total']}): {waited}"
        part, passed = row["part"], now - self._began
        if not part:
            return str(row["phase"])
        left = f", about {duration(passed * (1 - part) / part)} left in this phase" if passed > 1 else ""
        return f"{row['phase']} {part:.0%}{left}"
