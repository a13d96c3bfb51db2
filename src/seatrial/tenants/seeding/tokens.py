"""Values that a token holds and that must be the same every time."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

__all__ = ["email", "identifier"]


def identifier(name: str) -> str:
    """A UUID that is always the same for a name."""
    return str(uuid5(NAMESPACE_URL, f"https://seatrial.invalid/{name}"))


def email(user: str) -> str:
    """An address that is nobody's."""
    return f"{user}@example.com"
