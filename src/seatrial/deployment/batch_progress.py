"""What is said of an UPDATE in batches while it runs, and at its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.model.words import counted, duration

if TYPE_CHECKING:
    from seatrial.ledger.batch import Reached
    from seatrial.model.narrator import Narrator

__all__ = ["BatchProgress"]


class BatchProgress:
    """Counts, and tells now and then."""

    def __init__(self, narrator: Narrator, every: float) -> None:
        """A line of progress comes after so many seconds."""
        self._narrator = narrator
        self._every = every
        self._begun = self._told = time.monotonic()
        self._batches = 0
        self._looked_at = 0
        self._before = 0
        self._total = 0

    def is_due(self) -> bool:
        """Whether it is time to say something."""
        return time.monotonic() - self._told >= self._every

    def passed(self, begun: Reached, rows: int, size: int, left: int | None) -> None:
        """A batch is through.

        Args:
            begun: where.
            rows: that it changed.
            size: how many it has looked at.
            left: to be looked at, by the planner's estimate; None where nobody has asked.
        """
        if not self._batches:
            self._before = begun.rows
        self._batches += 1
        self._looked_at += size
        self._total = begun.rows + rows
        if left is not None:
            self._narrator.say(f"    {self._so_far()}, {self._speed(left)}{self._earlier()}")
            self._told = time.monotonic()

    def ended(self) -> None:
        """The last one is through."""
        self._narrator.say(f"    {self._so_far()} in {duration(time.monotonic() - self._begun)}{self._earlier()}")

    def _so_far(self) -> str:
        return f"{counted(self._total, 'rows')} in {self._batches:,} {'batch' if self._batches == 1 else 'batches'}"

    def _speed(self, left: int) -> str:
        rate = self._looked_at / max(1e-3, time.monotonic() - self._begun)
        return f"{rate:,.0f} rows a second, about {duration(left / rate)} left"

    def _earlier(self) -> str:
        return f" ({self._before:,} of them by an earlier run)" if self._before else ""
