"""The outcomes of a run as one Markdown document, to keep or to send on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import Exit
from seatrial.model.outcome import Deployed, Rehearsed, Verified
from seatrial.model.words import duration
from seatrial.report import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.execution import Execution
    from seatrial.model.outcome import Outcome

__all__ = ["document"]


def document(title: str, outcomes: Iterable[Outcome]) -> str:
    """A heading for each command, its sentence, and the facts behind it; failures as the terminal shows them."""
    return "\n".join([f"# {title}", "", *(line for found in outcomes for line in _section(found))])


def _section(found: Outcome) -> Iterator[str]:
    mark = "✓" if found.exit_code is Exit.YES else "✗"
    yield from (f"## {mark} {found.command}", "", found.summary, "")
    body = found.body
    if isinstance(body, Rehearsed | Deployed):
        yield from _migrations(body.execution)
    if isinstance(body, Verified):
        yield from _answers(body)
    if found.exit_code is not Exit.YES:
        yield from ("```", *(line.plain for line in text.outcome(found)), "```", "")


def _migrations(execution: Execution) -> Iterator[str]:
    yield from ("| migration | statements | time |", "| --- | ---: | ---: |")
    for run in execution.runs:
        yield f"| `{run.label}` | {len(run.statements)} | {duration(run.seconds)} |"
    yield ""


def _answers(body: Verified) -> Iterator[str]:
    yield from (
        f"Expectations were made on {body.server}.",
        "",
        "| asked | expected | observed |",
        "| --- | --- | --- |",
    )
    for answer in body.answers:
        yield f"| {answer.name} | {_cell(answer.expected)} | {_cell(answer.observed)} |"
    yield ""


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")
