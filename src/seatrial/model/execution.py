"""What came of executing migrations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.evidence import Evidence
    from seatrial.model.failure import Failure

__all__ = ["Ending", "Execution", "MigrationRun", "StatementRun"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRun:
    """One statement that went through."""

    #: Character offset in the file.
    start: int
    text: str
    seconds: float
    #: What it did; only a rehearsal looks.
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRun:
    """One migration that is complete."""

    version: str
    label: str
    seconds: float
    statements: tuple[StatementRun, ...]


class Ending(StrEnum):
    """How an execution ended."""

    COMPLETE = "complete"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    #: Between two steps: the window has closed.
    STOPPED = "stopped"
    #: The connection broke; only a look at the ledger tells what happened.
    LOST = "connection lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The migrations that are complete, and how it ended."""

    ending: Ending
    runs: tuple[MigrationRun, ...]
    #: The first one.
    failure: Failure | None = None
    #: All of them, in order, where a rehearsal went on after the first.
    failures: tuple[Failure, ...] = ()
    #: Label of the migration that was being executed when it ended early.
    stopped_in: str = ""
    #: Steps of that migration that stay in the database.
    steps_kept: int = 0
    #: What a stand-alone statement of it left half-made: `index public.contacts_email (INVALID)`.
    half_made: tuple[str, ...] = ()
    #: The driver's words when the connection was lost, ours when it was stopped.
    reason: str = ""
