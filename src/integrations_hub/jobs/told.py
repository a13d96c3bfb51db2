"""What jobs have to say: events with facts that hold no secret, and failures without their words."""

from __future__ import annotations

from typing import Protocol

__all__ = ["JobFailed", "Told"]


class Told(Protocol):
    """The log of the edge is one."""

    def note(self, event: str, **facts: object) -> None:
        """Something happened that is no failure."""

    def warning(self, event: str, **facts: object) -> None:
        """Something did not work for a reason that is known."""

    def failure(self, error: BaseException, request_id: str | None = None) -> None:
        """Something that nobody expected."""


class JobFailed(Exception):
    """A job did not work; says only which kind of error it was, as the words of others may hold what nobody may log."""
