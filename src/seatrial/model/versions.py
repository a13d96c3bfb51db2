"""What one major version of PostgreSQL takes in another way than an older one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Gap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something in a statement that two servers do not take in the same way."""

    #: What it is: "RETURNING OLD and NEW".
    feature: str
    #: The major version in which it changed.
    since: int
    #: How, as a sentence without a full stop.
    differs: str
