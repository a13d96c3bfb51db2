"""What a target says was applied to it, and how that agrees with the folder."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Applied", "History", "Progress", "State", "Status", "StatusRow", "reached"]

#: A key that tells nothing of a row but its place: a number or a UUID.
_PLACE = re.compile(r"-?\d+|[0-9a-fA-F-]{36}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One row of the ledger."""

    version: str
    name: str
    #: Digest of the content that was applied; empty when the ledger does not say.
    digest: str
    #: ISO 8601, empty when another tool applied it.
    applied_at: str = ""
    applied_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a migration of several steps has come; the last step may have begun without an answer."""

    #: Step number → whether it is done (else it was begun).
    steps: Mapping[int, bool]
    #: Step number → digest of the statements that it was begun with.
    digests: Mapping[int, str]
    #: Step number → how far an UPDATE in batches has come, and how many rows it has changed.
    positions: Mapping[int, str] = field(default_factory=dict)
    rows: Mapping[int, int] = field(default_factory=dict)
    #: Number of a step ahead of the file → the index that it was begun with, as SQL names it.
    indexes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The ledger of a target, in text order of the versions."""

    applied: tuple[Applied, ...]
    progress: Mapping[str, Progress]


def reached(step: int, rows: int, position: str | None, word: str = "kept") -> str:
    """How far an UPDATE in batches has come: `1,390,000 rows of step 1 kept, up to id 1390000`.

    Args:
        step: its number.
        rows: that were changed.
        word: `kept`, `done`.
        position: as the ledger has it; a key that may be somebody's name is not shown.
    """
    at = json.loads(position or "{}")
    above = at.get("above")
    place = f", up to {at['key']} {above}" if above is not None and _PLACE.fullmatch(str(above)) else ""
    return f"{counted(rows, 'rows')} of step {step} {word}{place}"


class State(StrEnum):
    """One version, folder against target."""

    APPLIED = "applied"
    PENDING = "pending"
    #: Pending, and the target has some of its steps.
    UNFINISHED = "unfinished"
    #: Pending, but older than the newest that the target has.
    OUT_OF_ORDER = "out of order"
    EDITED = "edited"
    RENAMED = "renamed"
    #: The target has it, the folder does not.
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One version on both sides; an empty name where a side does not have it."""

    version: str
    local: str
    remote: str
    state: State
    applied_at: str = ""
    applied_by: str = ""
    #: Path of the local file.
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Folder and target side by side."""

    rows: tuple[StatusRow, ...]

    def in_state(self, *states: State) -> tuple[StatusRow, ...]:
        """The rows in any of the states, in order."""
        return tuple(row for row in self.rows if row.state in states)
