"""How fast batches come: how many rows each has, how long to wait before the next, and when to give up. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

__all__ = ["Pace", "Throttle"]

#: SQLSTATEs of a lock that was not free, a deadlock, a serialization failure: the next try may go through.
PASSING = frozenset({"55P03", "40P01", "40001"})
#: Rows below which a smaller batch helps nobody.
SMALLEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """What keeps batches from harming others; times in seconds."""

    #: A replica may be behind by so much; then the next batch waits, and goes on all the same after the patience.
    lag: float = 5.0
    patience: float = 60.0
    #: A batch that cannot get its locks is tried so often in a row, with a pause that doubles up to the longest.
    tries: int = 10
    pause: float = 0.1
    longest: float = 10.0
    #: Between two lines of progress.
    report: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The present one."""

    size: int
    #: What the file asks for.
    wanted: int
    #: Tries in a row that came to nothing.
    failures: int = 0

    def passed(self) -> Pace:
        """A batch went through and hindered nobody: the next may be larger by an eighth, up to what is asked for."""
        return replace(self, size=min(self.wanted, self.size + self.size // 8 + 1), failures=0)

    def hindered(self) -> Pace:
        """A batch went through while somebody waited for it."""
        return replace(self, size=self._half(), failures=0)

    def refused(self, sqlstate: str, throttle: Throttle) -> Pace | None:
        """A batch did not go through; None where it is not to be tried again."""
        if sqlstate not in PASSING or self.failures + 1 >= throttle.tries:
            return None
        size = self._half() if sqlstate == "55P03" else self.size
        return replace(self, size=size, failures=self.failures + 1)

    def pause(self, throttle: Throttle) -> float:
        """Seconds before the next try; two who are in each other's way must not come back together."""
        whole = min(throttle.longest, throttle.pause * 2.0 ** max(0, self.failures - 1))
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    def _half(self) -> int:
        return max(min(SMALLEST, self.wanted), self.size // 2)
