"""The release note: what it makes, what is claimed of it, how it is deployed and taken back, what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.timeline import Waiting
from seatrial.model.wishes import NOTHING
from seatrial.model.words import count, duration
from seatrial.report.release_note.phrases import KIND_WORDS, UNKNOWN, by_kind, item, name, sign
from seatrial.report.schema_page.cells import code, listed, paragraph, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.release_note import NotedFile, ReleaseNote
    from seatrial.model.timeline import Hold, Span, TimelineTransaction

__all__ = ["note"]

COMMANDS = (
    "seatrial rehearse --from <target> --plan plan.json",
    "seatrial deploy --target <target> --plan plan.json",
    "seatrial verify --target <target>",
)
#: Lines of evidence of a claim that did not pass.
MOST = 5


def note(found: ReleaseNote, stem: str) -> Iterator[str]:
    """The lines of the document."""
    yield from (f"# Release note: {words(found.release)}", "", _answer(found), "")
    yield from (
        f"See also the [milestones]({stem}-milestones.md), the [deployment guide's schema list]"
        f"({stem}-deployment-guide.md) and the [optimization summary]({stem}-optimization.md)"
        + (f", and the [schema]({found.schema_page})" if found.schema_page else "") + ".",
        "",
    )  # fmt: skip
    yield from _claims(found)
    yield from ("## What it makes", "")
    for file in found.files:
        yield from _file(found, file)
    yield from _deployment(found)
    yield from _rollback(found)
    yield from ("## What is not known", "")
    yield from (f"- {words(line)}" for line in found.gaps)
    if found.start == NOTHING:
        yield "- It was rehearsed on an empty platform: existing rows, sizes and locks of a target were not there."
    if found.applies:
        yield "- How long it will take was forecast on generated rows; a busy target waits for its own locks first."
    else:
        yield "- What it makes, how long it will take and who will wait: the release does not apply."


def _answer(found: ReleaseNote) -> str:
    passed = sum(proof.verdict.lets_through for _, proof in found.claims)
    stage = f"after {found.after}" if found.after else "from nothing"
    stage = stage if found.start == NOTHING else f"on a stand-in for {words(found.start)}"
    said = "ready" if found.is_ready else "**not ready**"
    rehearsed = f"{count(len(found.files), 'migration')}, rehearsed {stage} on {found.server}"
    applies = "" if found.applies else " It does not apply."
    return f"{rehearsed}: {said}, {passed} of {len(found.claims)} claims hold.{applies}"


def _claims(found: ReleaseNote) -> Iterator[str]:
    yield from ("## Claims", "")
    yield from table(
        ("claim", "verdict", "what was tested"),
        ((f"{sign(proof.verdict)} {claim}", str(proof.verdict), words(proof.claim)) for claim, proof in found.claims),
    )
    for claim, proof in found.claims:
        if not proof.verdict.lets_through and (missing := proof.missing):
            yield from (f"What is missing to *{claim}*:", "", *(f"- {words(one)}" for one in missing[:MOST]))
            if len(missing) > MOST:
                yield f"- … {len(missing) - MOST} more"
            yield ""


def _file(found: ReleaseNote, file: NotedFile) -> Iterator[str]:
    yield from (f"### {words(file.path.rpartition('/')[2])}", "")
    if file.said:
        yield from (paragraph(file.said), "")
    if not found.applies:
        yield from (f"- {_untold(file)}", "")
        return
    made = [one for one in found.made if one.place and one.place.path == file.path and one.kind in KIND_WORDS]
    whole = [one for one in made if one.kind in {"table", "view", "materialized view", "foreign table"}]
    parts = [one for one in made if one not in whole and one.kind != "column"]
    yield from (f"- {item(one)}" for one in whole)
    tables = {one.name for one in whole}
    columns = [one for one in made if one.kind == "column" and one.parent not in tables]
    yield from (f"- {item(one)}" for one in columns)
    for kind, ones in by_kind(parts):
        plain = listed(map(name, ones))
        yield f"- {count(len(ones), kind)}: {plain}"
    if not (whole or columns or parts):
        yield f"- No object of its own; {count(file.statements, 'statement')}."
    yield ""


def _untold(file: NotedFile) -> str:
    if file.failure:
        return f"**Does not apply**: {words(file.failure)}"
    return f"{count(file.statements, 'statement')}; what comes of it is {UNKNOWN}."


def _deployment(found: ReleaseNote) -> Iterator[str]:
    steps = found.timeline.transactions
    yield from ("## How it is deployed", "")
    yield "Each step is one transaction, the last of a file together with its row in the ledger."
    yield "A file of several steps goes on where it was cut off."
    yield from ("", "```sh", *COMMANDS, "```", "")
    if not found.applies:
        yield from (f"How long each step takes and who waits is {UNKNOWN}.", "")
        return
    yield from table(
        ("file", "step", "statements", "takes", "who waits"),
        (
            (
                code(one.path.rpartition("/")[2]), str(one.step), str(len(one.statements)), _span(one.length),
                _holds(one),
            )
            for one in steps
        ),
    )  # fmt: skip


def _holds(step: TimelineTransaction) -> str:
    holds = [hold for hold in step.holds if hold.waiting is not Waiting.NOBODY]
    return "<br>".join(dict.fromkeys(map(_hold, holds))) or "nobody"


def _hold(hold: Hold) -> str:
    return f"{code(hold.relation)} {hold.mode}: {hold.waiting}, {_span(hold.length)}"


def _span(span: Span | None) -> str:
    if span is None:
        return "not known"
    if span.high < 0.01:  # noqa: PLR2004 - less than anybody notices
        return "at once"
    low, high = duration(span.low), duration(span.high)
    said = high if low == high else f"{low}–{high}"
    return f"{said} (at an assumed size)" if span.assumed else said


def _rollback(found: ReleaseNote) -> Iterator[str]:
    yield from ("## How it is taken back", "")
    yield "A step that fails leaves nothing behind."
    yield "What was applied stays, and is taken back by a new migration, never by resetting the database."
    yield ""
    if found.applies:
        yield from (f"- {code(file.path.rpartition('/')[2])} {_taken(found, file)}." for file in found.files)
    else:
        yield f"What taking back each of its files would lose is {UNKNOWN}."
    yield ""


def _taken(found: ReleaseNote, file: NotedFile) -> str:
    """Rows first: they are what no file can make again."""
    changed = [name(one) for one in found.made if one.changed and one.place and one.place.path == file.path]
    dropped = [code(one) for one in file.dropped if one not in file.lost]
    parts = [f"changes or deletes rows of {listed(map(code, file.rewritten))}"] if file.rewritten else []
    parts += [f"drops {listed(map(code, file.lost))} with what is in it"] if file.lost else []
    if parts:
        parts = [f"{' and '.join(parts)}, which only a copy from before brings back"]
    parts += [f"replaces or drops {listed(dropped)}, which the files before it can make again"] if dropped else []
    parts += [f"changes {listed(changed)}"] if changed else []
    return "; ".join(parts) or "only adds: dropping what it makes loses what was written there since, and nothing else"
