"""What became of a table that was to be filled with generated rows."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Filled", "NotFilled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A table that has rows now."""

    #: Qualified, quoted where the server would quote it.
    table: str
    #: All that are in it; fewer than wanted where its keys allow no more.
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFilled:
    """A table that no valid row was found for."""

    table: str
    #: Name of the constraint, trigger or column that stood in the way.
    constraint: str
    #: Without any value of a row.
    why: str
