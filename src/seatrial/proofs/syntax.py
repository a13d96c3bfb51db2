"""Every statement parses, and every function's body compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.proofs.judgement import is_about_order, verdict, was_applied, with_finding

if TYPE_CHECKING:
    from seatrial.model.proof import Case, Proof

__all__ = ["CLAIM", "prove"]

CLAIM = "every statement of the release parses, and every function body compiles against the schema that it leaves"


def prove(case: Case) -> Proof:
    """From the findings about files and syntax, and from the bodies that were compiled."""
    static = [one for one in case.static if one.level is Level.BLOCKS and not is_about_order(one)]
    against = [with_finding(one) for one in static]
    against += [f"{fault.function}, line {fault.line}: {fault.sqlstate} {fault.message}" for fault in case.trial.bodies]
    applied = was_applied(case)
    undecided = [] if applied else ["the release was not applied, so no body could be compiled"]
    return verdict(
        "syntax", CLAIM, against=against, undecided=undecided,
        support=[f"{case.statements:,} statements parsed by PostgreSQL's own grammar", *_judged(case)],
        tally=(case.statements - len(case.trial.bodies), case.statements + len(static), "statements"),
    )  # fmt: skip


def _judged(case: Case) -> list[str]:
    """Text that a body puts together while it runs has no syntax before that; it is named and not counted against."""
    return [f"outside the claim: {one.function}: {one.why}" for one in case.unread]
