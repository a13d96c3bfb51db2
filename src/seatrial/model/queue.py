"""How long others would stand in line behind a statement that waits for a lock."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Stall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """One statement, behind one reader."""

    path: str
    line: int
    table: str
    #: How long the reader had the table open.
    reader_seconds: float
    #: The longest that an unrelated read of one row took, without and with a limit on waiting.
    without_limit: float
    with_limit: float
    limit_seconds: float
