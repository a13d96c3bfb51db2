"""What an outcome holds against a release, in one shape for every format that other programs read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from posixpath import join
from typing import TYPE_CHECKING

from seatrial.errors import Exit
from seatrial.model.catalog import describe
from seatrial.model.execution import Ending
from seatrial.model.finding import Decided, Finding, Level, Waived, Withdrawn
from seatrial.model.history import State
from seatrial.model.outcome import Proved, Rehearsed
from seatrial.model.place import Place
from seatrial.model.proof import Proof, Verdict
from seatrial.model.words import counted
from seatrial.report.harmless import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.errors import SeatrialError
    from seatrial.model.edit import Edit
    from seatrial.model.failure import Failure
    from seatrial.model.outcome import Outcome
    from seatrial.model.twice import SecondRun

__all__ = ["Fault", "Results", "of_error", "of_outcome", "of_proof"]

LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error, as text that has been made harmless."""

    code: str
    what: str
    where: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """An outcome or an error; every text in it is harmless."""

    command: str
    #: The answer, and the sentence with it.
    yes: bool
    summary: str
    next: tuple[str, ...] = ()
    #: What blocks first, by file and line; statements that the server refused are among them, proofs are not.
    findings: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    proofs: tuple[Proof, ...] = ()
    #: A rehearsal got to its end, so that a rule that judges one and found nothing has something to say.
    rehearsed: bool = False
    fault: Fault | None = None


def of_error(error: SeatrialError, command: str) -> Results:
    """A command that did not get to an answer."""
    fault = Fault(code=error.code, what=error.what, where=error.where, why=error.why, fix=error.fix)
    return harmless(Results(command=command, yes=False, summary=f"{error.code}: {error.what}.", fault=fault))


def of_outcome(found: Outcome, base: str = "") -> Results:
    """An outcome, with paths that begin at `base`: the release folder, seen from where the other program begins."""
    body = found.body
    results = Results(
        command=found.command,
        yes=found.exit_code is Exit.YES,
        summary=found.summary,
        next=found.next,
        findings=(*(_beside(body) if isinstance(body, Rehearsed) else ()), *getattr(body, "findings", ())),
        waived=getattr(body, "waived", ()),
        withdrawn=getattr(body, "withdrawn", ()),
        proofs=body.proofs if isinstance(body, Proved) else (),
        rehearsed=isinstance(body, Rehearsed) and body.execution.ending is Ending.COMPLETE,
    )
    return harmless(_placed(replace(results, findings=_complete(results)), base))


def of_proof(proof: Proof) -> Finding:
    """A proof that does not let the release through, as a finding without a place."""
    return _finding(
        f"proof/{proof.name}", proof.name, f"{proof.name} {proof.verdict}: {proof.claim}", Place(path=""),
        effect="\n".join(proof.evidence), fix=proof.next,
        decided=Decided.ATTACKED if proof.name == "security" and proof.verdict is Verdict.FAILED else Decided.RUN,
    )  # fmt: skip


def _complete(results: Results) -> tuple[Finding, ...]:
    """In their order; an answer that is no is never without something that blocks."""
    findings = sorted(results.findings, key=_order)
    blocked = any(one.level is Level.BLOCKS for one in findings)
    if not results.yes and not blocked and all(proof.verdict.lets_through for proof in results.proofs):
        findings.insert(0, _finding("answer", "the answer is no", results.summary, Place(path=""), decided=Decided.RUN))
    return tuple(findings)


def _order(finding: Finding) -> tuple[int, str, int, int, str]:
    place = finding.place
    return LEVELS.index(finding.level), place.path, place.line, place.column, finding.code


def _placed(results: Results, base: str) -> Results:
    def moved(place: Place) -> Place:
        return replace(place, path=join(base, place.path)) if base and place.path else place

    def at(finding: Finding) -> Finding:
        return replace(finding, place=moved(finding.place))

    return replace(
        results,
        findings=tuple(at(one) for one in results.findings),
        waived=tuple(
            Waived(finding=at(one.finding), waiver=replace(one.waiver, place=moved(one.waiver.place)))
            for one in results.waived
        ),
        withdrawn=tuple(replace(one, finding=at(one.finding)) for one in results.withdrawn),
    )


# What a rehearsal holds beside its findings -----------------------------------------------------------------


def _beside(body: Rehearsed) -> Iterator[Finding]:
    execution = body.execution
    roots = [one for one in execution.failures if one.comes_of is None]
    for failure in roots if execution.failures else filter(None, [execution.failure]):
        yield _refused(failure)
    for one in body.elsewhere:
        yield _finding(
            "rehearsal/elsewhere", "comes from elsewhere", f'no file of this folder creates "{one.name}"', one.place,
            fix="correct the name, or begin with `seatrial baseline`",
        )  # fmt: skip
    yield from map(_edited, body.edits)
    yield from _violations(body)
    for second in body.twice or ():
        yield _not_twice(second)
    if body.fresh_failure:
        yield _refused(body.fresh_failure, Level.WARNS, " when the folder is applied from nothing")


def _refused(failure: Failure, level: Level = Level.BLOCKS, when: str = "") -> Finding:
    where = "" if failure.statement else " (after the last statement, before or at COMMIT)"
    said = (failure.detail, failure.context, failure.cause)
    return _finding(
        f"sql.{failure.sqlstate}", "refused by the server", f"{failure.message}{where}{when}", failure.place,
        level=level, effect="\n".join(filter(None, said)), fix=failure.hint,
    )  # fmt: skip


def _edited(edit: Edit) -> Finding:
    words = {State.EDITED: "was edited since it was applied", State.RENAMED: f"was applied as {edit.remote}"}
    what = f"{edit.version} {words.get(edit.state, 'was applied, and is not in this folder')}"
    return _finding("rehearsal/edited", "applied file changed", what, Place(path=edit.path))


def _violations(body: Rehearsed) -> Iterator[Finding]:
    for answer in body.preflight or ():
        question = answer.question
        if answer.stands_in_the_way:
            what = f"{question.table} has {counted(answer.violating or 0, question.violated)}"
            effect = f"the server refuses the statement with {question.sqlstate}"
            yield _finding("rehearsal/violated", "rows in the way", what, Place(path=""), effect=effect,
                           fix=question.sql)  # fmt: skip


def _not_twice(second: SecondRun) -> Finding:
    if second.failure:
        said = f"{second.failure.sqlstate} {second.failure.message}"
    else:
        changed = [describe(one) for one in second.differences]
        changed += [f"{one.inserted} rows more, {one.deleted} less in {one.relation}" for one in second.written]
        said = "; ".join(changed)
    place = second.failure.place if second.failure else Place(path=second.path)
    return _finding("rehearsal/twice", "does not run twice", f"{second.label} does not run twice: {said}", place,
                    level=Level.WARNS)  # fmt: skip


def _finding(  # noqa: PLR0913 - a finding has so many parts
    code: str, name: str, what: str, place: Place, *, level: Level = Level.BLOCKS, effect: str = "", fix: str = "",
    decided: Decided = Decided.RUN,
) -> Finding:  # fmt: skip
    return Finding(code=code, name=name, level=level, what=what, place=place, effect=effect, fix=fix, decided=decided)
