"""What is described, and what only looks like it."""

from __future__ import annotations

import pytest

from seatrial.model.documentation import Documentation, Made, Page, PageState, words_of
from seatrial.model.execution import Ending, Execution
from seatrial.model.place import Place
from seatrial.model.proof import Case, Proof, Verdict
from seatrial.model.trial import Trial
from seatrial.proofs.documentation import prove

TABLE = Made(kind="table", name="public.boats", comment="What the club sails.")
CURRENT = (
    Page(what="schema page", path="docs/schema.md", state=PageState.CURRENT),
    Page(what="release note", path="docs/releases/club.md", state=PageState.CURRENT),
)


def proved(*made: Made, pages: tuple[Page, ...] = CURRENT, ending: Ending = Ending.COMPLETE) -> Proof:
    return prove(
        Case(
            start="nothing", statements=1, static=(), execution=Execution(ending=ending, runs=()),
            trial=Trial(statements=()), documentation=Documentation(made=made, pages=pages),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("", False),
        ("  \n", False),
        ("boats", False),
        ("Boats.", False),
        ("public.boats", False),
        ("What the club sails.", True),
    ],
)
def test_a_comment_says_more_than_the_name(comment: str, says: bool) -> None:  # noqa: FBT001 - a case
    assert bool(words_of(Made(kind="table", name="public.boats", comment=comment))) is says


def test_a_column_is_not_described_by_its_name_in_words() -> None:
    column = Made(kind="column", name="public.boats.sail_number", parent="public.boats", comment="Sail number")
    assert words_of(column) == ""


def test_everything_described_and_written_passes_and_is_counted() -> None:
    found = proved(TABLE, Made(kind="index", name="public.i", parent="public.boats"))
    assert (found.verdict, found.held, found.of) == (Verdict.PASSED, 3, 3)
    assert found.evidence[0] == "1 of 1 objects have a comment: 1 table"


@pytest.mark.parametrize(
    ("made", "sql"),
    [
        (
            Made(kind="column", name="public.boats.id", parent="public.boats"),
            "comment on column public.boats.id is '…';",
        ),
        (
            Made(kind="policy", name="public.boats.own", parent="public.boats"),
            "comment on policy own on public.boats is '…';",
        ),
        (Made(kind="function", name="public.f(integer, text)"), "comment on function public.f(integer, text) is '…';"),
        (Made(kind="view", name="public.v"), "comment on view public.v is '…';"),
    ],
)  # fmt: skip
def test_what_lacks_a_comment_is_shown_with_its_place_and_the_statement_to_write(made: Made, sql: str) -> None:
    found = proved(TABLE, Made(kind=made.kind, name=made.name, parent=made.parent, place=Place(path="a.sql", line=3)))
    assert found.verdict is Verdict.FAILED
    assert found.evidence[0] == f"a.sql:3:0: {made.kind} {made.name} has no comment; {sql}"


def test_a_column_of_a_partition_is_described_by_its_table() -> None:
    column = Made(kind="column", name="public.p.id", parent="public.p", of_partition=True)
    assert proved(TABLE, column).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (PageState.MISSING, Verdict.FAILED),
        (PageState.OUTDATED, Verdict.FAILED),
        (PageState.UNKNOWN, Verdict.INCONCLUSIVE),
    ],
)
def test_a_page_that_is_not_current_fails_and_says_what_to_type(state: PageState, verdict: Verdict) -> None:
    page = Page(what="schema page", path="docs/schema.md", state=state, why=("line 3",), command="seatrial docs")
    found = proved(TABLE, pages=(page, CURRENT[1]))
    assert (found.verdict, found.next) == (verdict, "seatrial docs")


def test_what_does_not_apply_is_undecided() -> None:
    case = Case(
        start="nothing", statements=1, static=(), execution=Execution(ending=Ending.FAILED, runs=()),
        trial=Trial(statements=()),
    )  # fmt: skip
    assert prove(case).verdict is Verdict.INCONCLUSIVE
