"""Who is told how a long command comes along."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Narrator", "Silent"]


class Silent:
    """Tells nobody."""

    def say(self, line: str) -> None:
        """Nothing."""

    def begin(self, what: str) -> None:
        """Nothing."""

    def end(self, result: str) -> None:
        """Nothing."""


class Narrator(Protocol):
    """Takes progress; results go another way."""

    def say(self, line: str) -> None:
        """A line that is complete."""

    def begin(self, what: str) -> None:
        """Something begins that may take a while."""

    def end(self, result: str) -> None:
        """What was begun is over: `ok 12 ms`, `failed`."""
