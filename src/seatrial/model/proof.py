"""A claim, what was done to test it, and how that ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.bodies import BodyUnread
    from seatrial.model.documentation import Documentation
    from seatrial.model.edit import Edit
    from seatrial.model.execution import Execution
    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding
    from seatrial.model.isolation import Matrix
    from seatrial.model.killed import Killed
    from seatrial.model.performance import Performance
    from seatrial.model.preflight import PreflightAnswer
    from seatrial.model.relations import Elsewhere
    from seatrial.model.standin import NotCarried
    from seatrial.model.trial import Trial
    from seatrial.model.twice import SecondRun

__all__ = ["Case", "Proof", "Verdict"]


class Verdict(StrEnum):
    """How a proof ended; only PASSED and NOT_APPLICABLE let a release through."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    #: Tried, and the evidence does not decide it.
    INCONCLUSIVE = "INCONCLUSIVE"
    #: The proof itself could not run.
    BROKEN = "BROKEN"
    NOT_APPLICABLE = "NOT_APPLICABLE"

    @property
    def lets_through(self) -> bool:
        """Silence is not success."""
        return self in {Verdict.PASSED, Verdict.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One claim and its verdict."""

    #: `order`
    name: str
    #: One sentence that can be false.
    claim: str
    verdict: Verdict
    #: What was seen, so that another person could look again: a line each, against the claim first.
    evidence: tuple[str, ...] = ()
    #: How many of those lines speak against the claim, and how many say that something is not known.
    against: int = 0
    undecided: int = 0
    #: What to type to get further, where it did not pass.
    next: str = ""
    #: Of so many things it holds for so many; none were counted where nothing could be.
    held: int = 0
    of: int = 0
    #: What was counted: `statements`.
    counted: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What speaks against the claim or is not known of it; one that could not run says why in all its evidence."""
        known = self.against + self.undecided
        return self.evidence[: known or (0 if self.verdict.lets_through else len(self.evidence))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The evidence that proofs judge."""

    #: `nothing`, or the target's name.
    start: str
    statements: int
    #: Migrations that are to be applied.
    files: int = 0
    #: Of the files alone, and of what was seen.
    static: tuple[Finding, ...]
    judged: tuple[Finding, ...] = ()
    #: On the stage.
    execution: Execution
    #: Of the whole folder from nothing, where the stage is a stand-in.
    fresh_failure: Failure | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    edits: tuple[Edit, ...] = ()
    trial: Trial
    unread: tuple[BodyUnread, ...] = ()
    #: None where no file was run twice.
    twice: tuple[SecondRun, ...] | None = None
    #: None where nobody killed it.
    killed: Killed | None = None
    #: How many questions to existing rows there are, and what the target said.
    questions: int = 0
    preflight: tuple[PreflightAnswer, ...] | None = None
    #: What nobody can say anything about.
    unmeasured: tuple[NotCarried, ...] = ()
    #: Statements that mean another thing on the target's version, a line each.
    gaps: tuple[str, ...] = ()
    #: What the release says of itself; None where nothing could be applied.
    documentation: Documentation | None = None
    #: What the attack on the separation of tenants saw; None where nothing was attacked.
    isolation: Matrix | None = None
    #: What the queries of the workload took; None where nothing was measured.
    performance: Performance | None = None
    #: Nobody has declared whose rows are whose: it was derived from the schema.
    tenancy_inferred: bool = False
