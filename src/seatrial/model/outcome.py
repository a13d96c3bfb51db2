"""What a command found out, as every renderer and every exit code sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.errors import Exit

if TYPE_CHECKING:
    from seatrial.model.catalog import Difference
    from seatrial.model.execution import Execution
    from seatrial.model.finding import Finding
    from seatrial.model.history import Status
    from seatrial.model.verification import Answer

__all__ = ["Body", "Checked", "Deployed", "Done", "Outcome", "Planned", "Rehearsed", "Statused", "Verified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Of `check`."""

    folder: str
    files: int
    statements: int
    rules: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """Of `rehearse`."""

    #: `PostgreSQL 18.6 (embedded)`
    server: str
    platform: str
    execution: Execution
    seconds: float
    #: Of the catalog that the rehearsal ended with; empty when it failed.
    fingerprint: str = ""
    #: Objects that the release makes or changes.
    objects: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statused:
    """Of `status`."""

    target: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Of `deploy --dry-run`: the statements of each pending migration, step by step."""

    target: str
    #: Label → steps → statements.
    migrations: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """Of `deploy`."""

    target: str
    execution: Execution


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Of `verify`."""

    target: str
    #: The server that the expectations were made on.
    server: str
    #: Objects that were compared.
    objects: int
    differences: tuple[Difference, ...]
    answers: tuple[Answer, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Of a command whose answer is the sentence alone."""

    notes: tuple[str, ...] = ()


Body = Checked | Rehearsed | Statused | Planned | Deployed | Verified | Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer of a command."""

    command: str
    exit_code: Exit = Exit.YES
    #: The last line: one sentence with the answer.
    summary: str
    #: Commands to go on with, ready to copy.
    next: tuple[str, ...] = ()
    body: Body = field(default_factory=Done)
