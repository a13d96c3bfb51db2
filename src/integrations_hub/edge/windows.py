"""Requests counted in the memory of one process, in windows of a minute; for whoever has no organization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Window", "Windows"]

#: So many are counted apart in a window; whoever comes then shares one count with the others who came late.
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How it stands after a request."""

    is_allowed: bool
    remaining: int
    seconds: float


class Windows:
    """Fixed windows, all counts of which are forgotten together."""

    def __init__(self, *, limit: int, width: float, clock: Callable[[], float]) -> None:
        """Nothing is counted yet.

        Args:
            limit: requests in a window.
            width: of a window in seconds.
            clock: in seconds.
        """
        self._limit = limit
        self._width = width
        self._clock = clock
        self._number = 0
        self._counts: dict[Hashable, int] = {}

    def take(self, key: Hashable) -> Window:
        """Count a request, unless the limit is reached."""
        number, since = divmod(self._clock(), self._width)
        if number != self._number:
            self._number, self._counts = int(number), {}
        if key not in self._counts and len(self._counts) >= MOST:
            key = None
        used = self._counts.get(key, 0)
        is_allowed = used < self._limit
        if is_allowed:
            used = self._counts[key] = used + 1
        return Window(is_allowed=is_allowed, remaining=self._limit - used, seconds=self._width - since)
