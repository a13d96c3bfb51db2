"""How lines of evidence become a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.execution import Ending
from seatrial.model.proof import Proof, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding
    from seatrial.model.proof import Case

__all__ = ["is_about_order", "verdict", "was_applied", "with_failure", "with_finding"]


def verdict(
    name: str,
    claim: str,
    *,
    against: Sequence[str],
    undecided: Sequence[str],
    support: Sequence[str],
    following: str = "",
    tally: tuple[int, int, str] = (0, 0, ""),
) -> Proof:
    """FAILED where anything speaks against the claim, INCONCLUSIVE where anything is not known, else PASSED.

    A claim that nothing supports is not proved by silence. The tally says for how many it holds, of how many, of what.
    """
    if against:
        found = Verdict.FAILED
    elif undecided or not support:
        found = Verdict.INCONCLUSIVE
    else:
        found = Verdict.PASSED
    held, of, counted = tally
    return Proof(
        name=name, claim=claim, verdict=found, evidence=(*against, *undecided, *support), against=len(against),
        undecided=len(undecided), next=following, held=max(0, held), of=of, counted=counted,
    )  # fmt: skip


def was_applied(case: Case) -> bool:
    """Whether the release went through on the stage."""
    return case.execution.ending is Ending.COMPLETE


def is_about_order(finding: Finding) -> bool:
    """Whether a finding about files speaks of their versions; what is left speaks of what is in them."""
    return "version" in finding.name


def with_failure(failure: Failure) -> str:
    """A failure in a line."""
    return f"{failure.place}: {failure.sqlstate} {failure.message}"


def with_finding(finding: Finding) -> str:
    """A finding in a line."""
    return f"{finding.place}: {finding.code} {finding.what}"
