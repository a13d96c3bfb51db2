"""A cause that a person recognizes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why the grammar gave up, and what to write instead."""

    #: Goes on after the parser's message; without a full stop.
    why: str
    #: SQL for this place, or one sentence.
    fix: str
