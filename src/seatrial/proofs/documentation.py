"""Everything new is described, and what is written about the release is about this release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.documentation import PageState, words_of
from seatrial.model.words import count
from seatrial.proofs.judgement import verdict, was_applied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.documentation import Made, Page
    from seatrial.model.proof import Case, Proof

__all__ = ["CLAIM", "prove"]

CLAIM = (
    "every table, column, policy and function that the release makes or changes has a comment that says more than its "
    "name, and the schema page and the release note are generated and current"
)

#: What has to be described, and what its comment is given to.
DESCRIBED = {
    "table": "table", "foreign table": "foreign table", "view": "view", "materialized view": "materialized view",
    "column": "column", "policy": "policy", "function": "function", "procedure": "procedure", "aggregate": "aggregate",
}  # fmt: skip


def prove(case: Case) -> Proof:
    """From the catalog after the rehearsal, and from the pages in the folder."""
    found = case.documentation
    made = [one for one in found.made if one.kind in DESCRIBED and not one.of_partition] if found else []
    silent = [one for one in made if not words_of(one)]
    pages = found.pages if found else ()
    current = sum(page.state is PageState.CURRENT for page in pages)
    return verdict(
        "documentation", CLAIM, against=list(_against(silent, pages)), undecided=list(_undecided(case, pages)),
        support=list(_support(made, silent, pages)), following=_following(silent, pages),
        tally=(len(made) - len(silent) + current, len(made) + len(pages), "objects and pages"),
    )  # fmt: skip


def _against(silent: Sequence[Made], pages: Sequence[Page]) -> Iterator[str]:
    for page in pages:
        if page.state in {PageState.MISSING, PageState.OUTDATED}:
            why = f": {'; '.join(page.why)}" if page.why else ""
            yield f"{page.path}: the {page.what} is {page.state}{why}; {page.command}"
    for one in silent:
        place = f"{one.place}: " if one.place else ""
        lack = "says no more than its name" if one.comment.strip() else "has no comment"
        yield f"{place}{one.kind} {one.name} {lack}; {_comment(one)}"


def _comment(one: Made) -> str:
    """Ready to be filled in and put behind the statement that makes it."""
    name = f"{one.own_name} on {one.parent}" if one.kind == "policy" else one.name
    return f"comment on {DESCRIBED[one.kind]} {name} is '…';"


def _undecided(case: Case, pages: Sequence[Page]) -> Iterator[str]:
    if not was_applied(case):
        yield "the release does not apply, so nobody knows what it makes"
    elif case.documentation is None:
        yield "nobody looked at what the release makes"
    for page in pages:
        if page.state is PageState.UNKNOWN:
            yield f"{page.path}: nobody knows whether the {page.what} is current: {'; '.join(page.why)}"


def _support(made: Sequence[Made], silent: Sequence[Made], pages: Sequence[Page]) -> Iterator[str]:
    if len(made) > len(silent):
        yield _described(made, silent)
    yield from (f"{page.path}: the {page.what} is current" for page in pages if page.state is PageState.CURRENT)


def _described(made: Sequence[Made], silent: Sequence[Made]) -> str:
    quiet = {(one.kind, one.name) for one in silent}
    kinds = [one.kind for one in made if (one.kind, one.name) not in quiet]
    counted = [count(kinds.count(kind), kind) for kind in DESCRIBED if kind in kinds]
    return f"{len(kinds):,} of {len(made):,} objects have a comment: {', '.join(counted)}"


def _following(silent: Sequence[Made], pages: Sequence[Page]) -> str:
    """The comments first: they are on the pages."""
    if silent:
        return "write the comments that are shown into the migrations, then seatrial docs"
    return next((page.command for page in pages if page.state is not PageState.CURRENT), "")
