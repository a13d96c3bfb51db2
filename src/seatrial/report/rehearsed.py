"""What a rehearsal found, for a person: only what matters; JSON has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.model.catalog import describe
from seatrial.model.execution import Ending
from seatrial.model.finding import Level
from seatrial.model.history import State
from seatrial.model.reversal import Reversibility
from seatrial.model.wishes import NOTHING
from seatrial.model.words import count, counted, duration
from seatrial.report import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.edit import Edit
    from seatrial.model.execution import Execution
    from seatrial.model.finding import Finding
    from seatrial.model.outcome import Rehearsed
    from seatrial.model.place import Place
    from seatrial.model.twice import SecondRun

__all__ = ["lines"]

#: A statement that is through sooner is not worth a line.
WORTH_SECONDS = 1.0
#: How many lines of a difference are shown, and how many things of one kind.
MOST_LINES, MOST, FEW = 20, 10, 2


def lines(body: Rehearsed) -> Iterator[Text]:
    """Failures first, then what blocks or warns, then what is only said."""
    if body.elsewhere:
        yield from _elsewhere(body)
    yield from _failures(body.execution)
    for edit in body.edits:
        yield from _edit(edit)
    yield from _violations(body)
    yield from _taken(body)
    yield from _findings(body.findings)
    yield from _ahead(body)
    yield from _timings(body)
    yield from _runs_twice(body.twice)
    yield from _stalls(body)
    yield from _ways_back(body)
    yield from _remarks(body)


def _failures(execution: Execution) -> Iterator[Text]:
    # What went through was told as it happened.
    roots = [one for one in execution.failures if one.comes_of is None]
    for failure in roots if execution.failures else filter(None, [execution.failure]):
        yield from pieces.failure(failure)
    if not execution.failure and execution.reason:
        yield Text(f"✗ {execution.stopped_in}: {execution.reason}", style="red")


def _elsewhere(body: Rehearsed) -> Iterator[Text]:
    yield Text()
    yield Text(
        "✗ no file of this folder creates these; is a name misspelt, or do they come from elsewhere?", style="bold red"
    )
    width = max(len(one.name) for one in body.elsewhere)
    for one in body.elsewhere:
        yield Text(f"  {one.name:<{width}}  first used in {one.place}")


def _edit(edit: Edit) -> Iterator[Text]:
    words = {State.EDITED: "edited since it was applied", State.RENAMED: f"applied as {edit.remote}"}
    yield Text(f"✗ {edit.path or edit.remote}: {words.get(edit.state, 'applied, and not in this folder')}", style="red")
    for line in edit.difference[2 : MOST_LINES + 2]:
        yield Text(f"  {line}", style={"+": "green", "-": "red"}.get(line[:1], ""))
    if len(edit.difference) > MOST_LINES + 2:
        yield Text(f"  … {len(edit.difference) - MOST_LINES - 2} more lines")


def _violations(body: Rehearsed) -> Iterator[Text]:
    for answer in body.preflight or ():
        question = answer.question
        if answer.violating and question.written_before:
            rows = counted(answer.violating, question.violated)
            yield Text(f"? {question.table} has {rows}; the release changes its rows before it asks", style="yellow")
        elif answer.violating:
            yield Text(
                f"✗ {question.sqlstate} {question.table} has {counted(answer.violating, question.violated)}",
                style="red",
            )
            yield from pieces.labelled((("see", question.sql),))
        elif answer.violating is None:
            yield Text(f"? {question.table}: nobody knows about {question.violated}: {answer.why}", style="yellow")


def _findings(findings: Sequence[Finding]) -> Iterator[Text]:
    """In full what blocks or warns; what only informs in a line each, or a line for all of one kind."""
    yield from pieces.findings(one for one in findings if one.level is not Level.INFORMS)
    symbol, style = pieces.LEVELS[Level.INFORMS]
    for (code, name), of_kind in _by_code(one for one in findings if one.level is Level.INFORMS).items():
        if len(of_kind) > FEW:
            said = f" {name}: {len(of_kind)} times; JSON has each, seatrial explain {code} what it means"
            yield Text.assemble((f"{symbol} {code}", style), said)
        else:
            for one in of_kind:
                yield Text.assemble((f"{symbol} {code}", style), f" {one.what} ({one.place})")


def _taken(body: Rehearsed) -> Iterator[Text]:
    for one in body.taken:
        said = f"✗ index {one.index} will not be made: the name is taken by {one.by} ({one.place})"
        yield Text(said, style="red")
        yield from pieces.labelled((("fix", "give one of the two another name, or drop what is there"),))


def _ahead(body: Rehearsed) -> Iterator[Text]:
    """What one statement makes takes its time together."""
    told: set[Place] = set()
    for one in body.ahead:
        took = f"; {one.forecast}" if one.forecast and one.place not in told else ""
        yield Text(f"· {one.index} is built ahead of {one.place}, beside the writers{took}")
        told.add(one.place)


def _by_code(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.code, finding.name), []).append(finding)
    return found


def _timings(body: Rehearsed) -> Iterator[Text]:
    slow = [timing for timing in body.timings if timing.held.high >= WORTH_SECONDS]
    for timing in slow:
        yield Text(f"· {timing.place}: {timing.statement}; its locks are held for {timing.held}")
    if slow and body.machine:
        yield Text(f"  measured on {body.machine}", style="dim")


def _runs_twice(twice: Iterable[SecondRun] | None) -> Iterator[Text]:
    for second in twice or ():
        if second.failure:
            said = f"{second.failure.sqlstate} {second.failure.message} ({second.failure.place})"
        else:
            changed = [describe(one) for one in second.differences]
            changed += [f"{one.inserted} rows more, {one.deleted} less in {one.relation}" for one in second.written]
            said = "; ".join(changed)
        yield Text(f"! {second.label} does not run twice: {said}", style="yellow")


def _stalls(body: Rehearsed) -> Iterator[Text]:
    for one in body.stalls or ():
        yield Text(
            f"! {one.path}:{one.line}: behind a reader of {duration(one.reader_seconds)} on {one.table}, other reads "
            f"stall for {duration(one.without_limit)}; with lock_timeout {duration(one.limit_seconds)} for "
            f"{duration(one.with_limit)}",
            style="yellow",
        )


def _ways_back(body: Rehearsed) -> Iterator[Text]:
    """Those that lead back in a line; the others with what is in their way."""
    for one in body.reversals or ():
        if one.verdict is Reversibility.NOT:
            yield Text(f"! {one.label} is not reversible: {'; '.join(one.reasons)}", style="yellow")
            continue
        kept = f"; the deployment keeps {', '.join(one.kept)}" if one.kept else ""
        archived = f"; a rollback archives {', '.join(one.archived)}" if one.archived else ""
        yield Text(f"✓ {one.label} was taken back and applied again: {one.verdict}{kept}{archived}")
    complete = body.execution.runs and body.execution.ending is Ending.COMPLETE
    if body.reversals is None and body.start != NOTHING and complete:
        number = count(len(body.execution.runs), "migration")
        yield Text(f"? nobody tried the way back of {number}: too many at once", style="yellow")


def _remarks(body: Rehearsed) -> Iterator[Text]:
    """What the answer does not cover."""
    if body.target_server and _major(body.target_server) != _major(body.server):
        yield Text(
            f"! rehearsed on {body.server}, and {body.start} runs {body.target_server}: plans, times and messages may "
            "differ; SEATRIAL_PG_BIN chooses a server of its version",
            style="yellow",
        )
    if failure := body.fresh_failure:
        meaning = failure.cause or f"{body.start} is not affected, but nobody can build a new database from this folder"
        said = f"{failure.sqlstate} {failure.message} ({failure.place})"
        yield Text(f"! a fresh replay of the folder fails: {said}. {meaning}.", style="yellow")
    for placed in body.gaps:
        yield Text(f"! {placed.place}: {placed.gap.feature} (PostgreSQL {placed.gap.since}): {placed.gap.differs}",
                   style="yellow")  # fmt: skip
    notes = [f"not on the stand-in: {one.what}: {one.why}" for one in body.not_carried]
    notes += [f"not measured: {one.what}: {one.why}" for one in body.unmeasured]
    notes += [f"not judged: {one.function}: {one.why}" for one in body.unread]
    yield from (Text(f"? {note}", style="yellow") for note in notes[:MOST])
    if len(notes) > MOST:
        yield Text(f"? and {count(len(notes) - MOST, 'more thing')} of which nothing is known; JSON has them all")
    if body.questions and body.preflight is None:
        yield Text(
            f"? existing rows may violate the release in {count(body.questions, 'place')}: --preflight asks the target",
            style="yellow",
        )


def _major(server: str) -> str:
    """`18` of `PostgreSQL 18.6 (embedded)`."""
    return server.removeprefix("PostgreSQL ").partition(".")[0]
