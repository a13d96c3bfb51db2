"""`seatrial explain CODE`: the page of a rule."""

from __future__ import annotations

from seatrial.model.outcome import Done, Outcome
from seatrial.rules.registry import rule

__all__ = ["explain"]


def explain(code: str) -> Outcome:
    """The page as it lies beside the rule.

    Raises:
        CannotRun: no rule has this code.
    """
    found = rule(code)
    return Outcome(
        command="explain",
        summary=f"{found.code} {found.name}: {found.level}.",
        body=Done(notes=tuple(found.page_text().rstrip().splitlines())),
    )
