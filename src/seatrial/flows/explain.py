"""`seatrial explain CODE`: the page of a rule or of a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.outcome import Done, Outcome
from seatrial.proofs.registry import proofs
from seatrial.rules.registry import rule

if TYPE_CHECKING:
    from seatrial.proofs.registry import ProofFile

__all__ = ["explain"]


def explain(code: str) -> Outcome:
    """The page as it lies beside the rule or the proof.

    Args:
        code: of a rule, or the name of a proof; upper and lower case are the same.

    Raises:
        CannotRun: it is neither.
    """
    named = next((proof for proof in proofs() if proof.name == code.strip().lower()), None)
    if named:
        return _proof(named)
    found = rule(code)
    return _outcome(f"{found.code} {found.name}: {found.level}.", found.page_text())


def _proof(found: ProofFile) -> Outcome:
    page = found.page or f"There is no proof of this yet: `seatrial prove {found.name}` says NOT_RUN."
    return _outcome(f"{found.name}: {found.claim}.", page)


def _outcome(summary: str, page: str) -> Outcome:
    return Outcome(command="explain", summary=summary, body=Done(notes=tuple(page.rstrip().splitlines())))
