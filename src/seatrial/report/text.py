"""Outcomes as text for a person: failures first, the exact place, the next command, one sentence at the end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.errors import Exit
from seatrial.model.catalog import Change, describe
from seatrial.model.finding import Level
from seatrial.model.history import State
from seatrial.model.outcome import (
    ArchiveErased,
    ArchiveListed,
    ArchivePurged,
    ArchiveRestored,
    Attacked,
    Bundled,
    Checked,
    Deployed,
    Done,
    HealthChecked,
    Outcome,
    Planned,
    Proved,
    Recounted,
    Rehearsed,
    Statused,
    TenancyShown,
    Verified,
    Watched,
)
from seatrial.report import archive, history, isolation, pieces, proved, rehearsed
from seatrial.report.health import text as health
from seatrial.report.watch import text as watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.errors import SeatrialError
    from seatrial.model.execution import Execution
    from seatrial.model.finding import Finding

__all__ = ["error", "outcome"]

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


def outcome(found: Outcome) -> Iterator[Text]:
    """The lines of an outcome; the last one is its sentence."""
    body = found.body
    yield from _body(body)
    yield from pieces.set_aside(getattr(body, "waived", ()), getattr(body, "withdrawn", ()), found.command)
    for command in found.next:
        yield Text.assemble(("next: ", "dim"), command)
    symbol, style = ("✓", "bold green") if found.exit_code is Exit.YES else ("✗", "bold red")
    yield Text(f"{symbol} {found.summary}", style=style)


def error(found: SeatrialError) -> Iterator[Text]:
    """The lines of an error: what, where, why, and the next command."""
    yield from pieces.labelled((("where", found.where), ("why", found.why), ("fix", found.fix)))
    yield Text(f"✗ {found.code}: {found.what}.", style="bold red")


@singledispatch
def _body(body: object) -> Iterator[Text]:
    raise NotImplementedError(type(body))


@_body.register
def _(body: Checked) -> Iterator[Text]:
    yield from pieces.findings(body.findings)


@_body.register
def _(body: Attacked) -> Iterator[Text]:
    yield from isolation.disagreement_lines(body.cells, body.kinds)
    yield from (Text(f"· left out: {line}") for line in body.left_out)


@_body.register
def _(body: Rehearsed) -> Iterator[Text]:
    yield from rehearsed.lines(body)


@_body.register
def _(body: Proved) -> Iterator[Text]:
    yield from proved.lines(body)
    yield from _blocking(body.findings)


@_body.register
def _(body: Watched) -> Iterator[Text]:
    yield from watch.lines(body)


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
def _(body: Recounted) -> Iterator[Text]:
    yield from history.lines(body.attempts)


@_body.register
def _(body: ArchiveListed | ArchivePurged | ArchiveRestored | ArchiveErased) -> Iterator[Text]:
    yield from archive.lines(body)


@_body.register
def _(body: HealthChecked) -> Iterator[Text]:
    yield from health.lines(body)


@_body.register
def _(body: Bundled) -> Iterator[Text]:
    for part in body.parts:
        if part.missing:
            yield Text(f"! missing {part.what}: {part.missing}", style="yellow")
        else:
            yield Text.assemble(("✓", "green"), f" {part.name:<18} {part.what}")


@_body.register
def _(body: Planned) -> Iterator[Text]:
    for label, steps in body.migrations:
        for number, statements in enumerate(steps, start=1):
            of = f" (step {number} of {len(steps)})" if len(steps) > 1 else ""
            yield Text(f"-- {label}{of}", style="bold")
            for statement in statements:
                yield from map(Text, f"{statement};".splitlines())
        yield Text()


@_body.register
def _(body: Deployed) -> Iterator[Text]:
    if body.backed_up:
        yield Text.assemble(("backup: ", "dim"), body.backed_up)
    yield from _stopped(body.execution)


@_body.register
def _(body: Verified) -> Iterator[Text]:
    for difference in body.differences:
        yield Text(f"✗ {_CHANGES[difference.change]} {describe(difference)}", style="red")
    for answer in body.answers:
        if not answer.as_expected:
            yield Text(f"✗ {answer.name}: expected {answer.expected}, observed {answer.observed}", style="red")


@_body.register
def _(body: TenancyShown) -> Iterator[Text]:
    for problem in body.problems:
        yield Text(f"✗ {problem}", style="red")
    if body.lines:
        yield Text()
        yield from (Text(line) for line in body.lines)
        yield Text()


@_body.register
def _(body: Done) -> Iterator[Text]:
    yield from (Text(note) for note in body.notes)


def _blocking(findings: Iterable[Finding]) -> Iterator[Text]:
    """In full; what does not block is in the evidence."""
    for finding in findings:
        if finding.level is Level.BLOCKS:
            yield Text()
            yield from pieces.finding(finding)


def _stopped(execution: Execution) -> Iterator[Text]:
    # What went through was told as it happened.
    if execution.failure:
        yield from pieces.failure(execution.failure)
    elif execution.reason:
        yield Text(f"✗ {execution.stopped_in}: {execution.reason}", style="red")
