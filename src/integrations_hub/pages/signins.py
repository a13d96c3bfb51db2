"""Links with which somebody signs in on a hub that is for development; known to this process only."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SignIns"]


class SignIns:
    """Random codes, and whom each of them lets in."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Callable[[], str]]] = {}

    def offer(self, who: str, token: Callable[[], str]) -> str:
        """A code that lets somebody in for as long as this process runs.

        Args:
            who: as the page says it, such as `ada, administrator of Harbour`.
            token: makes one each time the code is used, as tokens end.
        """
        code = secrets.token_urlsafe(24)
        self._known[code] = (who, token)
        return code

    def who(self, code: str) -> str | None:
        """Whom it lets in."""
        return self._known[code][0] if code in self._known else None

    def token(self, code: str) -> str | None:
        """What it stands for."""
        return self._known[code][1]() if code in self._known else None
