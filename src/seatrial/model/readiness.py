"""Everything that a readiness report shows; a page is made from this and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.execution import Execution
    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding, Waived, Withdrawn
    from seatrial.model.forecast import Machine
    from seatrial.model.isolation import Matrix
    from seatrial.model.performance import Performance
    from seatrial.model.preflight import PreflightAnswer
    from seatrial.model.proof import Proof
    from seatrial.model.reference import Reference
    from seatrial.model.trial import Trial

__all__ = ["Circumstances", "Claim", "Commit", "Readiness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is another every time, though nothing has changed."""

    #: ISO 8601.
    at: str
    #: `ana@workstation`
    by: str
    #: How long it took.
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """Where a folder stands in its history."""

    id: str
    #: Whether files of the release differ from it.
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One of the six, in the words of those who release."""

    #: `safe to deploy`
    words: str
    proof: Proof
    #: What such a proof cannot show, a sentence each.
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """A release, its claims, and what they rest on."""

    #: What the release is called.
    release: str
    circumstances: Circumstances
    #: `seatrial 0.3.0`
    tool: str
    #: `nothing`, or the name of a target.
    start: str
    #: From nothing: the last version that counted as deployed.
    past: str = ""
    #: `PostgreSQL 18.6 (embedded)`; empty where nothing could be run.
    server: str = ""
    #: `PostgreSQL 15.8`; empty where there is no target.
    target_server: str = ""
    #: Digest of the plan; empty where there is none.
    plan: str = ""
    commit: Commit | None = None
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    execution: Execution
    #: Why the whole folder does not apply from nothing, where a target was what it began with.
    fresh_failure: Failure | None = None
    trial: Trial
    #: Where forecasts were measured.
    machine: Machine | None = None
    preflight: tuple[PreflightAnswer, ...] | None = None
    #: After the release; None where nothing was attacked.
    isolation: Matrix | None = None
    #: What the release finds, as far as the tenancy is there already.
    isolation_before: Matrix | None = None
    #: The schema that the release finds, and the one that it leaves.
    before: Reference | None = None
    after: Reference | None = None
    #: None where no query was asked.
    performance: Performance | None = None
    #: What was left out, could not be measured or carried over, or means another thing elsewhere, a line each.
    gaps: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Silence is not success."""
        return all(claim.proof.verdict.lets_through for claim in self.claims)
