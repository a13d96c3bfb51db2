"""Nobody waits for long, no existing row stands in the way, and neither a second run nor a kill does harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.catalog import describe
from seatrial.model.finding import Decided, Level
from seatrial.model.words import count, counted
from seatrial.proofs.judgement import verdict, was_applied, with_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.finding import Finding
    from seatrial.model.proof import Case, Proof
    from seatrial.model.trial import StatementTrial
    from seatrial.model.twice import SecondRun

__all__ = ["CLAIM", "prove"]

CLAIM = (
    "no statement locks an existing table for long, loses an object that it does not name or meets a row that it "
    "cannot stand, every file can be run twice without harm, and the release can be killed at every step and run again"
)


def prove(case: Case) -> Proof:
    """From locks, work on generated rows, the target's answers, and the second run of every file."""
    return verdict(
        "safety", CLAIM, against=list(_against(case)), undecided=list(_undecided(case)), support=list(_support(case)),
        following=_following(case), tally=_tally(case),
    )  # fmt: skip


def _tally(case: Case) -> tuple[int, int, str]:
    """Statements that nothing speaks against; of a file that does not run twice, the statement that showed it."""
    concerned = {(one.place.path, one.place.line) for one in case.judged if _counts(one)}
    concerned |= {(two.path, two.failure.place.line if two.failure else 0) for two in case.twice or ()}
    concerned |= {(one.question.sql, 0) for one in case.preflight or () if one.stands_in_the_way}
    concerned |= {
        (one.script.source.path, -one.statement.start) for one in case.trial.statements if _emptied_unnamed(one)
    }
    watched = len(case.trial.statements)
    return watched - len(concerned), watched, "statements"


def _against(case: Case) -> Iterator[str]:
    yield from (with_finding(one) for one in case.judged if _counts(one))
    for answer in case.preflight or ():
        if answer.stands_in_the_way:
            yield f"{answer.question.table} has {counted(answer.violating or 0, answer.question.violated)}"
    yield from (f"{one.label} does not run twice: {_why(one)}" for one in case.twice or ())
    for fault in case.killed.faults if case.killed else ():
        yield f"killed in {fault.place} {fault.moment}: {fault.what}"
    for trial in case.trial.statements:
        if emptied := _emptied_unnamed(trial):
            yield f"{trial.script.source.path}: TRUNCATE … CASCADE empties {', '.join(emptied)}, which it does not name"


def _counts(finding: Finding) -> bool:
    """What was seen of locks and lost objects.

    A foreign key without an index is slow, not dangerous; a body that does not compile is the syntax proof's.
    """
    seen = finding.decided is Decided.RUN and finding.code[:3] in {"LCK", "EXE"}
    return seen and finding.level is not Level.INFORMS and finding.code not in {"LCK008", "EXE002"}


def _undecided(case: Case) -> Iterator[str]:
    if not was_applied(case):
        yield "the release does not apply, so nothing could be seen of what it does"
    if case.questions and case.preflight is None:
        yield f"existing rows may violate the release in {count(case.questions, 'place')}, and nobody asked the target"
    for answer in case.preflight or ():
        if answer.violating is None:
            yield f"{answer.question.table}: nobody knows about {answer.question.violated}: {answer.why}"
        elif answer.violating and answer.question.written_before:
            rows = counted(answer.violating, answer.question.violated)
            yield f"{answer.question.table} has {rows}, and the release changes its rows before it asks"
    yield from (f"not measured: {one.what}: {one.why}" for one in case.unmeasured)
    yield from map(_unasked, filter(_may_meet_rows, case.trial.statements))
    for trial in case.trial.statements:
        if trial.works_on_rows and trial.strong_locks and (trial.held is None or trial.held.assumed):
            yield f"nobody knows how many rows {', '.join(lock.relation for lock in trial.strong_locks)} has"
    if case.twice is None:
        yield "no file was run twice"
    if case.killed is None:
        yield "nobody killed it on the way"


def _emptied_unnamed(trial: StatementTrial) -> list[str]:
    """Tables that CASCADE emptied along with those that a TRUNCATE names."""
    if trial.statement.node != "truncate_stmt":
        return []
    names = (table.rpartition(".")[2].strip('"') for table in trial.rewrites)
    return [name for name in names if name not in trial.statement.text]


def _may_meet_rows(trial: StatementTrial) -> bool:
    """A change of the schema inside a block or a function, that rows can stand in the way of: nobody can ask for it."""
    if trial.statement.node not in {"do_stmt", "call_stmt", "select_stmt"} or not (trial.scans and trial.strong_locks):
        return False
    altered = any((one.action, one.kind) == ("altered", "table") for one in trial.evidence.objects)
    return altered or "unique" in trial.statement.text.lower()


def _unasked(trial: StatementTrial) -> str:
    tables = ", ".join(dict.fromkeys(lock.relation for lock in trial.strong_locks))
    return (
        f"rows of {tables} may violate what {trial.script.source.path} runs in a block: no question can be made of it"
    )


def _support(case: Case) -> Iterator[str]:
    if was_applied(case):
        yield f"{count(len(case.trial.statements), 'statement')} were watched"
    if case.preflight:
        yield f"the target answered {count(len(case.preflight), 'question')} about its rows"
    if case.twice == ():
        yield "every file was run twice"
    if case.killed and not case.killed.faults:
        yield f"killed {counted(case.killed.kills, 'times')} on the way, and run again to the same end"


def _following(case: Case) -> str:
    if case.questions and case.preflight is None:
        return "seatrial prove safety --from <target> --preflight"
    return ""


def _why(second: SecondRun) -> str:
    if second.failure:
        return f"{second.failure.sqlstate} {second.failure.message}"
    rows = [f"{one.inserted} rows more, {one.deleted} less in {one.relation}" for one in second.written]
    return "; ".join([*(describe(one) for one in second.differences), *rows])
