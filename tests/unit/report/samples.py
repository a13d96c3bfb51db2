"""Outcomes with something of everything in them, and texts that try to be more than text."""

from __future__ import annotations

from itertools import cycle

from hypothesis import settings
from hypothesis import strategies as st

from seatrial.errors import CannotRun, Exit
from seatrial.model.described import RuleText
from seatrial.model.execution import Ending, Execution
from seatrial.model.failure import Failure
from seatrial.model.finding import Decided, Finding, Level, Waived, Waiver, Withdrawn
from seatrial.model.outcome import Checked, Outcome, Proved, Rehearsed
from seatrial.model.place import Place
from seatrial.model.proof import Proof, Verdict
from seatrial.report.results import Results, of_error, of_outcome

__all__ = ["FUZZ", "NASTY", "PLACE", "RULES", "anything", "checked", "failed", "filled", "finding", "proved", "waiver"]

PLACE = Place(path="supabase/migrations/1_a.sql", line=3, column=5, source_line="🚢🚢  drop table boats;")
RULES = (
    RuleText(code="ABC001", name="table lost", level=Level.BLOCKS, title="A table is lost", page="# A table is lost\n"),
    RuleText(code="ABC002", name="odd name", level=Level.INFORMS, title="A name is odd"),
    RuleText(code="ABC003", name="slow scan", level=Level.WARNS, title="A scan is slow", rehearsed=True),
    RuleText(code="proof/order", name="order", level=Level.BLOCKS, title="in order", page="# Order\n", rehearsed=True),
)
#: Texts that a format may take for something else.
NASTY = (
    "<script>alert(1)</script>", "</pre></details>", "<!-- -->", "]]>", "&amp;", "@somebody and #1", "```\n# x", "~~~",
    "[a](https://example.org)", "![a](b)", "| a | b |", "::error::x", "##[error]x", "\x1b[31mred\x1b[0m", "\x00\x07",
    "a\r\nb\rc", "%0A", "{0} {{}}", "{{ config }}", "\u202ereversed", "\ufffe", "*bold* _it_ `code`", "1. one",
    "/close", "===", "    indented", "https://example.org www.example.org a@example.org", "", " ", "\u2028", "\ud83d",
)  # fmt: skip


#: Enough to meet every nasty text in every place; how long one takes says nothing.
FUZZ = settings(max_examples=100, deadline=None)


def finding(code: str = "ABC001", level: Level = Level.BLOCKS, what: str = "what", place: Place = PLACE) -> Finding:
    """A finding that a rehearsal has confirmed."""
    return Finding(
        code=code, name="table lost", level=level, what=what, place=place, effect="every boat is lost", fix="select 1;",
        decided=Decided.RUN, figures="4 rows", key=f"{code}-1f2e3d4c",
    )  # fmt: skip


def waiver(path: str = "seatrial.toml", because: str = "it was agreed") -> Waiver:
    """Somebody's word."""
    return Waiver(code="ABC002", until="2027-03-01", because=because, place=Place(path=path, line=7, column=1))


def checked(*findings: Finding, waived: tuple[Waived, ...] = (), code: Exit = Exit.NO, base: str = "") -> Results:
    """Of `check`."""
    body = Checked(folder="supabase/migrations", files=1, statements=2, rules=3, findings=findings, waived=waived)
    return of_outcome(Outcome(command="check", exit_code=code, summary="The answer.", body=body), base)


def failed() -> Results:
    """Of `rehearse`: the server refused a statement, and reading had found something that is withdrawn."""
    failure = Failure(
        version="1", place=PLACE, statement="drop table boats", sqlstate="42P01", message='no table "boats"',
        detail="a detail", hint="a hint", context="", cause="a later file makes it",
    )  # fmt: skip
    body = Rehearsed(
        server="PostgreSQL 18.6", platform="supabase", seconds=1.0,
        execution=Execution(ending=Ending.FAILED, runs=(), failure=failure),
        withdrawn=(Withdrawn(finding=finding(), because="there are no rows"),),
    )  # fmt: skip
    return of_outcome(Outcome(command="rehearse", exit_code=Exit.NO, summary="Not ready.", body=body))


def proved(*verdicts: Verdict) -> Results:
    """Of `prove`: a proof for each verdict."""
    names = ("order", "syntax", "safety", "security", "performance", "documentation")
    proofs = tuple(
        Proof(name=name, claim=f"{name} holds", verdict=verdict, evidence=("seen", "and seen"), next="seatrial x")
        for name, verdict in zip(names, verdicts, strict=False)
    )
    code = Exit.YES if all(proof.verdict.lets_through for proof in proofs) else Exit.NO
    body = Proved(start="nothing", server="PostgreSQL 18.6", proofs=proofs, seconds=1.0)
    return of_outcome(Outcome(command="prove", exit_code=code, summary="The answer.", body=body))


def filled(texts: list[str], level: Level, verdict: Verdict) -> Results:
    """Results of `prove` whose texts are these in turn, and that have something of everything."""
    turn = cycle(texts)

    def one() -> Finding:
        place = Place(path=next(turn), line=3, column=2, source_line=next(turn))
        return Finding(
            code=next(turn), name=next(turn), level=level, what=next(turn), place=place, effect=next(turn),
            fix=next(turn), figures=next(turn), key=next(turn),
        )  # fmt: skip

    proofs = tuple(
        Proof(name=name, claim=next(turn), verdict=verdict, evidence=(next(turn), next(turn)), next=next(turn))
        for name in ("order", "security")
    )
    because = Waiver(code=next(turn), until=next(turn), because=next(turn), place=Place(path=next(turn), line=1))
    body = Proved(
        start=next(turn), server=next(turn), proofs=proofs, seconds=1.0, findings=(one(), one(), one()),
        waived=(Waived(finding=one(), waiver=because),), withdrawn=(Withdrawn(finding=one(), because=next(turn)),),
    )  # fmt: skip
    found = Outcome(command="prove", exit_code=Exit.NO, summary=next(turn), next=(next(turn),), body=body)
    return of_outcome(found, "some/folder")


def anything() -> st.SearchStrategy[Results]:
    """Results with any text in them."""
    text = st.sampled_from(NASTY) | st.text(max_size=20)
    texts = st.lists(text, min_size=1, max_size=9)
    errors = st.builds(CannotRun, st.just("a.b"), text, where=text, why=text, fix=text)
    outcomes = st.builds(filled, texts, st.sampled_from(Level), st.sampled_from(Verdict))
    return outcomes | errors.map(lambda error: of_error(error, "prove"))
