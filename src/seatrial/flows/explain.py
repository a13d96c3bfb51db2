"""`seatrial explain CODE`: the page of a rule or of a proof."""

from __future__ import annotations

from seatrial.model.outcome import Done, Outcome
from seatrial.proofs.registry import proofs
from seatrial.rules.registry import rule

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
        return _outcome(f"{named.name}: {named.claim}.", named.page)
    found = rule(code)
    return _outcome(f"{found.code} {found.name}: {found.level}.", found.page_text())


def _outcome(summary: str, page: str) -> Outcome:
    return Outcome(command="explain", summary=summary, body=Done(notes=tuple(page.rstrip().splitlines())))
