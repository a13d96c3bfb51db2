"""What everybody asked for, was told, and is owed: against this the database and the services are held at the end."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Books", "Connected", "Message", "Told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event of a service, by what the hub keeps of it."""

    integration_id: str
    organization: int
    event_type: str
    message_id: str


@dataclass(slots=True, kw_only=True)
class Connected:
    """An integration, and what its administrator may find it to be."""

    id: str
    organization: int
    integration_type: str
    #: More than one where an answer was lost.
    active: set[bool] = field(default_factory=lambda: {True})
    #: By name, the values that can be in force.
    secrets: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Message:
    """A test message."""

    key: str
    integration: Connected
    #: Of the last answer that counts: sent, failed, unknown, unresolved, inactive, limited; empty while there is none.
    end: str = ""
    provider_id: str = ""
    #: Attempts, and those whose answer was lost.
    attempts: int = 0
    lost: int = 0


@dataclass(slots=True)
class Books:
    """Kept by many threads."""

    connected: dict[tuple[int, str], Connected] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    events: list[Told] = field(default_factory=list)
    #: Rows that were written by way of the dialect and answered, by their id, with the organization's number.
    written: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    #: In words, what must not be.
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """One more."""
        with self._lock:
            self.counts[what] += 1

    def answered(self, what: str, status: int, text: str, expected: Collection[int]) -> None:
        """An answer; wrong unless its status is one of those."""
        self.count(f"{what} {status}")
        if status not in expected:
            self.wrong.append(f"{what} was answered {status}: {text[:300]}")
