"""How what an attack saw becomes a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.model.matrices import ALLOWED, BLOCKED, UNDECIDED, WORLD, cell, leak, matrix, mutation

from seatrial.model.evidence import Evidence, ObjectChange
from seatrial.model.execution import Ending, Execution
from seatrial.model.proof import Case, Proof, Verdict
from seatrial.model.rows import NotFilled
from seatrial.model.source import Encoding, Script, Source, Statement
from seatrial.model.trial import StatementTrial, Trial
from seatrial.proofs.security import prove

if TYPE_CHECKING:
    from seatrial.model.isolation import Matrix

SOUND = (
    cell("viewer", "read rows of own tenant", ALLOWED),
    cell("viewer", "read rows of another tenant", BLOCKED),
    cell("anonymous", "read rows of another tenant", BLOCKED),
)


def proved(isolation: Matrix | None, *, ending: Ending = Ending.COMPLETE, **facts: object) -> Proof:
    case = Case(
        start="nothing", statements=1, static=(), execution=Execution(ending=ending, runs=()),
        trial=Trial(statements=()), isolation=isolation,
    )  # fmt: skip
    return prove(replace(case, **facts))  # type: ignore[arg-type]


def test_everything_as_declared_and_every_mutant_caught_passes_and_says_what_was_tried() -> None:
    mutations = (*(mutation(caught=True) for _ in range(3)), mutation(equivalent="the server takes USING for it"))
    found = proved(matrix(*SOUND, mutations=mutations, left_out=("f(): it calls out",)))

    assert found.verdict is Verdict.PASSED
    assert found.evidence == (
        "3 attempts ended as declared: 2 kinds of users, 1 relation or function, 2 actions",
        "3 of 3 mutants that mean something were caught, 1 is equivalent (shown)",
        "left out on purpose: f(): it calls out",
    )


def test_a_leak_fails_and_those_who_share_it_share_a_line() -> None:
    kinds = ("viewer", "member", "admin", "owner", "suspended admin", "user of no tenant")
    found = proved(matrix(*SOUND, *map(leak, kinds)))

    assert found.verdict is Verdict.FAILED
    assert found.evidence[0] == (
        "viewer, member, admin and 3 more can read rows of another tenant: public.contacts (2 rows)"
    )


def test_mutants_are_not_missed_where_something_got_through_without_them() -> None:
    assert not any("weaker" in line for line in proved(matrix(leak(), mutations=None)).evidence)


def test_what_users_must_be_able_to_do_and_cannot_fails_too_behind_the_leaks() -> None:
    kept_out = cell("viewer", "read rows of own tenant", BLOCKED, ALLOWED, detail="only 1 of 2 rows")
    found = proved(matrix(kept_out, leak("admin")))

    assert found.verdict is Verdict.FAILED
    assert [line.split(": ")[0] for line in found.evidence[:2]] == [
        "admin can read rows of another tenant",
        "viewer cannot read rows of own tenant",
    ]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"cells": (*SOUND, cell("viewer", "truncate", UNDECIDED, BLOCKED, detail="55P03 busy"))}, "nobody knows"),
        ({"world": replace(WORLD, unfilled=(NotFilled(table="t", constraint="c_check", why="w"),))}, "c_check"),
        ({"undeclared": ("public.logs",)}, "public.logs"),
        ({"mutations": (mutation(caught=True), mutation())}, "no attempt on public.c and public.contacts"),
        ({"mutations": None}, "no weaker release"),
        ({"cells": (), "left_out": ("t: why",)}, "nothing was attacked"),
    ],
)
def test_what_is_not_known_is_inconclusive(facts: dict[str, object], said: str) -> None:
    found = proved(replace(matrix(*SOUND), **facts))  # type: ignore[arg-type]

    assert found.verdict is Verdict.INCONCLUSIVE
    assert said in found.evidence[0]


def test_nothing_attacked_proves_nothing() -> None:
    assert proved(None).verdict is Verdict.INCONCLUSIVE
    assert proved(None).next == "seatrial tenancy --write"
    assert proved(None, ending=Ending.FAILED).evidence[0].startswith("the release does not apply")
    assert proved(None, ending=Ending.FAILED).next == ""


def test_an_inferred_tenancy_can_fail_a_release_and_not_pass_it() -> None:
    found = proved(matrix(*SOUND), tenancy_inferred=True)

    assert found.verdict is Verdict.INCONCLUSIVE
    assert "nobody has declared it: an inferred model can fail a release, but not pass it" in found.evidence[0]
    assert found.next == "seatrial tenancy --write"
    assert proved(matrix(leak()), tenancy_inferred=True).verdict is Verdict.FAILED


def test_only_a_release_without_tables_is_none_of_its_business() -> None:
    source = Source(path="1_a.sql", version="1", name="a", encoding=Encoding.UTF8, text="create table public.t ()")
    statement = Statement(text=source.text, start=0, node="create_stmt")
    made = StatementTrial(
        script=Script(source=source, statements=(statement,), digest="d"), statement=statement, step=0,
        evidence=Evidence(objects=(ObjectChange(action="created", kind="table", name="public.t"),)),
    )  # fmt: skip

    assert proved(matrix(mutations=())).verdict is Verdict.NOT_APPLICABLE
    assert proved(matrix(mutations=()), trial=Trial(statements=(made,))).verdict is Verdict.INCONCLUSIVE
    assert proved(matrix(mutations=()), ending=Ending.FAILED).verdict is Verdict.INCONCLUSIVE
