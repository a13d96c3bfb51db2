"""Every object is there when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.wishes import NOTHING
from seatrial.model.words import count, verb
from seatrial.proofs.judgement import is_about_order, verdict, was_applied, with_failure, with_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.proof import Case, Proof

__all__ = ["CLAIM", "prove"]

CLAIM = (
    "versions are unique and in order, every object exists when it is first used, from nothing and on the target, and "
    "what was applied is what the folder holds"
)


def prove(case: Case) -> Proof:
    """From two replays, and from the ledger."""
    return verdict(
        "order", CLAIM, against=list(_against(case)), undecided=list(_undecided(case)), support=list(_support(case)),
        following="seatrial baseline --target <name>" if case.elsewhere else "",
        tally=(len(case.execution.runs) - bool(case.fresh_failure), case.files + len(case.edits), "files"),
    )  # fmt: skip


def _against(case: Case) -> Iterator[str]:
    yield from (with_finding(one) for one in case.static if one.level is Level.BLOCKS and is_about_order(one))
    if case.elsewhere:
        names = ", ".join(one.name for one in case.elsewhere)
        number = len(case.elsewhere)
        yield f"{count(number, 'relation')} {verb(number, 'come')} from elsewhere: {names}"
    failures = case.execution.failures or filter(None, [case.execution.failure])
    yield from map(with_failure, failures)
    if case.fresh_failure:
        yield f"from nothing: {with_failure(case.fresh_failure)}"
    yield from (f"{edit.version} was {edit.state} since it was applied" for edit in case.edits)


def _undecided(case: Case) -> Iterator[str]:
    if not was_applied(case) and not case.execution.failure:
        yield "the release was not applied"
    yield from case.gaps


def _support(case: Case) -> Iterator[str]:
    if was_applied(case):
        yield f"{count(len(case.execution.runs), 'migration')} applied to {_stage(case)}"
    if case.start != NOTHING and not case.fresh_failure:
        yield "the whole folder applies from nothing"


def _stage(case: Case) -> str:
    return "an empty platform" if case.start == NOTHING else f"a stand-in for {case.start}"
