"""Outcomes as text for a person: failures first, the exact place, the next command, one sentence at the end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from seatrial.errors import Exit
from seatrial.model.catalog import Change, describe
from seatrial.model.finding import Level
from seatrial.model.history import State
from seatrial.model.outcome import Checked, Deployed, Done, Outcome, Planned, Rehearsed, Statused, Verified

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.errors import SeatrialError
    from seatrial.model.execution import Execution
    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding
    from seatrial.model.place import Place

__all__ = ["error", "outcome"]

#: Symbol and colour go with a word, never alone.
_LEVELS = {Level.BLOCKS: ("✗", "red"), Level.WARNS: ("!", "yellow"), Level.INFORMS: ("·", "blue")}
_STATES = {
    State.APPLIED: ("✓", "green"),
    State.PENDING: ("+", "blue"),
    State.UNFINISHED: ("!", "yellow"),
    State.OUT_OF_ORDER: ("✗", "red"),
    State.EDITED: ("✗", "red"),
    State.RENAMED: ("✗", "red"),
    State.MISSING: ("✗", "red"),
}
_CHANGES = {Change.MISSING: "-", Change.ALTERED: "~", Change.UNEXPECTED: "+"}
#: Characters of a line that are shown around a caret.
WINDOW = 160


def outcome(found: Outcome) -> Iterator[Text]:
    """The lines of an outcome; the last one is its sentence."""
    yield from _body(found.body)
    for command in found.next:
        yield Text.assemble(("next: ", "dim"), command)
    symbol, style = ("✓", "bold green") if found.exit_code is Exit.YES else ("✗", "bold red")
    yield Text(f"{symbol} {found.summary}", style=style)


def error(found: SeatrialError) -> Iterator[Text]:
    """The lines of an error: what, where, why, and the next command."""
    yield from _labelled((("where", found.where), ("why", found.why), ("fix", found.fix)))
    yield Text(f"✗ {found.code}: {found.what}.", style="bold red")


@singledispatch
def _body(body: object) -> Iterator[Text]:
    raise NotImplementedError(type(body))


@_body.register
def _(body: Checked) -> Iterator[Text]:
    order = list(_LEVELS)
    for finding in sorted(body.findings, key=lambda finding: order.index(finding.level)):
        yield from _finding(finding)
        yield Text()


@_body.register
def _(body: Rehearsed) -> Iterator[Text]:
    yield from _stopped(body.execution)


@_body.register
def _(body: Statused) -> Iterator[Text]:
    rows = body.status.rows
    width = max((len(row.local) for row in rows), default=0)
    for row in rows:
        symbol, style = _STATES[row.state]
        remote = f"{row.remote}  " if row.state in {State.RENAMED, State.MISSING} else ""
        when = f"{row.applied_at} by {row.applied_by}" if row.applied_at else ""
        yield Text.assemble((f"{symbol} {row.state:<12}", style), f" {row.local:<{width}}  {remote}{when}".rstrip())


@_body.register
def _(body: Planned) -> Iterator[Text]:
    for label, steps in body.migrations:
        for number, statements in enumerate(steps, start=1):
            of = f" (step {number} of {len(steps)})" if len(steps) > 1 else ""
            yield Text(f"-- {label}{of}", style="bold")
            for statement in statements:
                yield Text(f"{statement};")
        yield Text()


@_body.register
def _(body: Deployed) -> Iterator[Text]:
    yield from _stopped(body.execution)


@_body.register
def _(body: Verified) -> Iterator[Text]:
    for difference in body.differences:
        yield Text(f"✗ {_CHANGES[difference.change]} {describe(difference)}", style="red")
    for answer in body.answers:
        if not answer.as_expected:
            yield Text(f"✗ {answer.name}: expected {answer.expected}, observed {answer.observed}", style="red")


@_body.register
def _(body: Done) -> Iterator[Text]:
    yield from (Text(note) for note in body.notes)


def _finding(finding: Finding) -> Iterator[Text]:
    symbol, style = _LEVELS[finding.level]
    yield Text.assemble((f"{symbol} {finding.level} {finding.code}", f"bold {style}"), f" {finding.what}")
    yield from _place(finding.place, style)
    yield from _labelled((("effect", finding.effect), ("fix", finding.fix)))


def _place(place: Place, style: str) -> Iterator[Text]:
    yield Text.assemble(("  --> ", "dim"), str(place))
    if not place.line or not place.source_line:
        return
    gutter = " " * len(str(place.line))
    shown, before = _window(place.source_line, place.column - 1)
    # The caret stands under its character whatever the width of a tab, a letter or a picture is.
    lead = "".join("\t" if character == "\t" else " " * cell_len(character) for character in before)
    yield Text(f"{gutter} |", style="dim")
    yield Text.assemble((f"{place.line} | ", "dim"), shown)
    yield Text.assemble((f"{gutter} | ", "dim"), (f"{lead}^", style))


def _window(line: str, at: int) -> tuple[str, str]:
    """What is shown of a line, and the part of that in front of a character: data in one line may be megabytes."""
    start = max(0, min(at - WINDOW // 2, len(line) - WINDOW))
    end = start + WINDOW
    left, right = "…" if start else "", "…" if end < len(line) else ""
    return f"{left}{line[start:end]}{right}", f"{left}{line[start:at]}"


def _stopped(execution: Execution) -> Iterator[Text]:
    # What went through was told as it happened.
    if execution.failure:
        yield from _failure(execution.failure)
    elif execution.reason:
        yield Text(f"✗ {execution.stopped_in}: {execution.reason}", style="red")


def _failure(failure: Failure) -> Iterator[Text]:
    where = "" if failure.statement else " (after the last statement, before or at COMMIT)"
    yield Text()
    yield Text.assemble((f"✗ {failure.sqlstate}", "bold red"), f" {failure.message}{where}")
    yield from _place(failure.place, "red")
    labelled = (
        ("DETAIL", failure.detail),
        ("HINT", failure.hint),
        ("CONTEXT", failure.context),
        ("cause", failure.cause),
    )
    yield from _labelled(labelled)
    yield Text()


def _labelled(pairs: Iterable[tuple[str, str]]) -> Iterator[Text]:
    for label, value in pairs:
        if value:
            first, *rest = value.splitlines()
            yield Text.assemble((f"{label:>7}: ", "dim"), first)
            yield from (Text(f"{'':>9}{line}") for line in rest)
