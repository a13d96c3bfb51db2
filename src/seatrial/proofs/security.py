"""No user sees or changes what is another tenant's, and everybody can do what they must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.isolation import Observed
from seatrial.model.matrix import disagreements, mutants, survivor
from seatrial.model.proof import Proof, Verdict
from seatrial.model.words import count
from seatrial.proofs.judgement import verdict, was_applied, with_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.isolation import Matrix
    from seatrial.model.proof import Case

__all__ = ["CLAIM", "prove"]

#: Of rules about who reaches what.
_FAMILIES = frozenset({"ISO", "EXP", "PRV"})
CLAIM = (
    "no kind of user can do with rows, relations or functions what was not declared, each can do what was, and an "
    "attack that says so notices every weaker release"
)


def prove(case: Case) -> Proof:
    """From what every kind of user tried, and from what that attack said of releases that are a little worse."""
    if case.isolation and not _has_tables(case, case.isolation):
        evidence = ("there is no table, so nobody's rows can be seen",)
        return Proof(name="security", claim=CLAIM, verdict=Verdict.NOT_APPLICABLE, evidence=evidence)
    return verdict(
        "security", CLAIM, against=list(_against(case)), undecided=list(_undecided(case)), support=list(_support(case)),
        following=_following(case), tally=_tally(case),
    )  # fmt: skip


def _tally(case: Case) -> tuple[int, int, str]:
    cells = case.isolation.cells if case.isolation else ()
    return sum(cell.agrees and cell.observed is not Observed.UNDECIDED for cell in cells), len(cells), "attempts"


def _has_tables(case: Case, matrix: Matrix) -> bool:
    """Whether there is anything, seen or not: an attack that found nothing to attack must not look like peace."""
    changes = (change for trial in case.trial.statements for change in trial.evidence.objects)
    made = any(change.kind == "table" and change.action != "dropped" for change in changes)
    seen = matrix.cells or matrix.undeclared or matrix.world.unfilled or matrix.left_out
    return bool(seen or made or not was_applied(case))


def _against(case: Case) -> Iterator[str]:
    if case.isolation:
        yield from (one.sentence for one in disagreements(case.isolation.cells) if one.is_decided)
    yield from (with_finding(one) for one in case.judged if one.level is Level.BLOCKS and one.code[:3] in _FAMILIES)


def _undecided(case: Case) -> Iterator[str]:
    if not was_applied(case):
        yield "the release does not apply, so what it leads to could not be attacked"
    if not case.isolation or not case.isolation.cells:
        yield "nothing was attacked"
    if case.tenancy_inferred:
        yield (
            "whose rows are whose was derived from the schema, and nobody has declared it: an inferred model can fail "
            "a release, but not pass it"
        )
    if case.isolation:
        yield from _unknown(case.isolation)


def _unknown(matrix: Matrix) -> Iterator[str]:
    found = disagreements(matrix.cells)
    yield from (one.sentence for one in found if not one.is_decided)
    for one in matrix.world.unfilled:
        yield f"no rows for {one.table}, so nobody could try to reach any: {one.constraint}: {one.why}"
    yield from (f"nobody has declared whose rows these are: {table}" for table in matrix.undeclared)
    # Where something got through already, nobody needs to know what else would not have been noticed.
    if matrix.mutations is None and matrix.cells and not any(one.is_decided for one in found):
        yield "no weaker release was attacked, so nobody knows what this attack would miss"
    yield from (survivor(one) for one in matrix.mutations or () if one.survived)


def _support(case: Case) -> Iterator[str]:
    matrix = case.isolation
    if not matrix or not matrix.cells:
        return
    agreed = [cell for cell in matrix.cells if cell.agrees]
    kinds, subjects, actions = ({getattr(cell, name) for cell in agreed} for name in ("kind", "subject", "action"))
    reached = "relation or function" if len(subjects) == 1 else "relations and functions"
    yield (
        f"{count(len(agreed), 'attempt')} ended as declared: {count(len(kinds), 'kind')} of users, "
        f"{len(subjects):,} {reached}, {count(len(actions), 'action')}"
    )
    if matrix.mutations:
        yield mutants(matrix.mutations)
    yield from (f"no row can hold it, so no user can be so: {one}" for one in matrix.world.not_storable)
    yield from (f"left out on purpose: {one}" for one in matrix.left_out)


def _following(case: Case) -> str:
    if not was_applied(case):
        return ""
    if case.tenancy_inferred or case.isolation is None:
        return "seatrial tenancy --write"
    return "seatrial tenancy" if case.isolation.undeclared else ""
