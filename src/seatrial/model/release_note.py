"""What a release note and the tracking documents are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.documentation import Made
    from seatrial.model.proof import Proof
    from seatrial.model.timeline import Timeline
    from seatrial.model.workload import WorkloadQuery, WorkloadTiming

__all__ = ["NotedFile", "ReleaseNote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedFile:
    """A migration of the release."""

    #: Relative to the release folder.
    path: str
    #: What its author says of it at its beginning.
    said: str
    statements: int
    #: Why it does not apply: `2_crew.sql:3:1: P0001 no`; empty where it went through.
    failure: str = ""
    #: Tables whose rows it changes or deletes: `public.workflow_execution_logs`.
    rewritten: tuple[str, ...] = ()
    #: What it drops of what the release found: `index public.idx_old`; and what of that held rows or values.
    dropped: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseNote:
    """A release, its claims, and how it will go into service."""

    release: str
    #: Over its files and settings.
    digest: str
    #: `nothing`, or the name of a target.
    start: str
    #: From nothing: the version up to which the files count as applied; empty for none.
    after: str = ""
    #: Where it was rehearsed: `PostgreSQL 18.6 (embedded)`.
    server: str
    #: What was pending there, in order.
    files: tuple[NotedFile, ...]
    #: Whether all of it went through; otherwise nobody knows what it makes, who waits, and what taking it back costs.
    applies: bool = True
    made: tuple[Made, ...]
    #: In the words of those who release, each with its verdict.
    claims: tuple[tuple[str, Proof], ...]
    timeline: Timeline
    queries: tuple[WorkloadQuery, ...] = ()
    #: Those that ask for an index which is not there after the release either.
    unserved: tuple[WorkloadQuery, ...] = ()
    #: None where nobody measured.
    measured: tuple[WorkloadTiming, ...] | None = None
    #: What nobody knows of it, a line each.
    gaps: tuple[str, ...] = ()
    #: When it was rehearsed, ISO 8601; empty where that is not told.
    at: str = ""
    #: Where the schema page is, from the folder of the notes; empty where there is none.
    schema_page: str = ""

    @property
    def is_ready(self) -> bool:
        """Silence is not success."""
        return all(proof.verdict.lets_through for _, proof in self.claims)
