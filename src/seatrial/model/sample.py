"""What was seen of a target at one moment, and what that comes to since the moment before."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WHOLE", "Key", "Measured", "Sample", "StatementText", "StatementUse", "source_of"]

#: A quantity, named after the source that it comes from, and whose it is: `("statements.calls", "app 8127")`.
Key: TypeAlias = tuple[str, str]
#: The subject of a quantity that the server has as a whole.
WHOLE = ""


@lru_cache(maxsize=1_024)
def source_of(quantity: str) -> str:
    """`statements` of `statements.calls`: what had to be looked at to know it."""
    return quantity.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementText:
    """A statement as `pg_stat_statements` knows it: its shape, never a value."""

    #: With `$1`, `$2` … for constants and without comments; at most 2,000 letters.
    shape: str
    #: Whoever ran it, after SET ROLE.
    role: str
    #: That it names, qualified, as the catalog has them; empty where it cannot be parsed.
    relations: tuple[str, ...]
    #: INSERT, UPDATE, DELETE, MERGE.
    writes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementUse:
    """What one statement of one role came to: of pg_stat_statements, and of the log."""

    calls: float = 0.0
    milliseconds: float = 0.0
    rows: float = 0.0
    #: SQLSTATE → how often.
    errors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One look at a target. What could not be looked at is missing, never zero."""

    #: Seconds since 1970, by the server's clock.
    at: float
    #: Seconds that it took.
    took: float = 0.0
    #: Sources that were looked at; the others were not due, or are unread.
    looked: frozenset[str] = frozenset()
    #: Source → why nobody could look.
    unread: Mapping[str, str] = field(default_factory=dict)
    #: Source → what its counters began with (start of the server, reset): those of two beginnings have no difference.
    epochs: Mapping[str, str] = field(default_factory=dict)
    #: What only grows.
    counters: Mapping[Key, float] = field(default_factory=dict)
    #: What happened since the last look at the source.
    events: Mapping[Key, float] = field(default_factory=dict)
    #: What is as it is.
    levels: Mapping[Key, float] = field(default_factory=dict)
    #: Subjects of statements that are new to whoever looks.
    texts: Mapping[str, StatementText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What two samples come to, by the names of signals."""

    at: float
    #: Seconds since the sample before.
    seconds: float
    #: Signal and subject → its value in this interval.
    values: Mapping[Key, float] = field(default_factory=dict)
    #: The same keys → calls, transactions or attempts that the value rests on; 1 for a level.
    weights: Mapping[Key, float] = field(default_factory=dict)
    #: Sources that have no value for this interval, and why.
    gaps: Mapping[str, str] = field(default_factory=dict)
    #: Sources that were looked at.
    looked: frozenset[str] = frozenset()
    #: Subject of a statement → what it came to in this interval.
    statements: Mapping[str, StatementUse] = field(default_factory=dict)
