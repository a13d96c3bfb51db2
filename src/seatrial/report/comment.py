"""Results as Markdown: the body of a comment on a pull request, and a job summary.

Its first line is a marker that nobody sees, by which the comment of an earlier run is found and replaced.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.finding import Decided, Level
from seatrial.model.words import count, verb
from seatrial.report.harmless import clipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.finding import Finding
    from seatrial.model.proof import Proof
    from seatrial.report.results import Fault, Results

__all__ = ["COMMENT_BYTES", "SUMMARY_BYTES", "render"]

#: GitHub refuses a comment of more than 65,536 characters; bytes are never fewer than characters.
COMMENT_BYTES = 65_535
#: What a step may write into its job summary.
SUMMARY_BYTES = 1024 * 1024
#: Lines that are shown together or not at all, and how many findings they show.
Entry = tuple[list[str], int]
#: Room for the sentence on what was left out, and for the commands to go on with.
RESERVED, NEXT = 5000, 1000
#: Of one text, so that a single finding does not fill the comment.
LONGEST_BLOCK, LONGEST = 3000, 600
#: Lines of evidence of a proof.
MOST = 8
SIGNS = {Level.BLOCKS: "❌", Level.WARNS: "⚠️", Level.INFORMS: "ℹ️"}  # noqa: RUF001 - the sign for information
_PUNCTUATION = re.compile(r"([!#$&()*+./:<=>@\[\\\]^_`{|}~-])")
#: What is linked after Markdown was read: people, issues, and the letters of addresses.
_MENTION = re.compile(r"(?<=[@#])(?=\w)")


def render(results: Results, most: int = COMMENT_BYTES) -> str:
    """The sentence, the proofs, and the findings by level, what blocks first, as long as there is room.

    Args:
        results: of one command.
        most: bytes that the text may have.
    """
    if results.fault:
        return "\n".join(_fault(results.fault, results.command)) + "\n"
    lines = [*_head(results), *_table(results.proofs)]
    room = most - RESERVED - _size(lines)
    left_out = len(results.findings)
    for entry, findings in (*_evidence(results.proofs), *_findings(results.findings)):
        room -= _size(entry)
        if room < 0:
            break
        lines += entry
        left_out -= findings
    return "\n".join([*lines, *_foot(results, left_out)]) + "\n"


def _size(lines: Iterable[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _head(results: Results) -> Iterator[str]:
    said = f"{'✅' if results.yes else '❌'} seatrial {results.command}: {_text(results.summary)}"
    yield from (f"<!-- seatrial: {results.command} -->", f"**{said}**", "")


def _table(proofs: Sequence[Proof]) -> Iterator[str]:
    if proofs:
        yield from ("| proof | verdict | claim |", "| --- | --- | --- |")
    for proof in proofs:
        sign = "✅" if proof.verdict.lets_through else "❌"
        yield f"| {_text(proof.name)} | {sign} {_text(proof.verdict)} | {_text(proof.claim)} |"
    if proofs:
        yield ""


def _evidence(proofs: Iterable[Proof]) -> Iterator[Entry]:
    for proof in proofs:
        if not proof.verdict.lets_through and proof.evidence:
            lines = [f"- {_text(line)}" for line in proof.evidence[:MOST]]
            more = len(proof.evidence) - MOST
            lines += [f"- … {more:,} more"] if more > 0 else []
            yield list(_folded(f"Why {proof.name} did not pass", lines)), 0


def _findings(findings: Iterable[Finding]) -> Iterator[Entry]:
    for level, group in groupby(findings, key=lambda one: one.level):
        first, *others = of_level = tuple(group)
        said = f"{count(len(of_level), 'finding')} {verb(len(of_level), level.value.removesuffix('s'))}"
        yield [f"### {SIGNS[level]} {said}", "", *_finding(first)], 1
        yield from ((list(_finding(one)), 1) for one in others)


def _finding(finding: Finding) -> Iterator[str]:
    where = f" at {_code(str(finding.place))}" if finding.place.path else ""
    yield from (f"**{_text(finding.code)}** {_text(finding.what)}{where}", "")
    if finding.effect:
        yield from (_text(finding.effect), "")
    if finding.fix:
        yield from (*_fenced(finding.fix, "sql"), "")
    known = {Decided.READ: "The files say so.", Decided.RUN: "A rehearsal showed it.", Decided.ATTACKED: "Tried."}
    details = [known[finding.decided] + (f" {_text(finding.figures)}" if finding.figures else ""), ""]
    if finding.place.source_line:
        details += [*_fenced(clipped(finding.place.source_line, LONGEST), "sql"), ""]
    if finding.key:
        details += [f"To waive it: {_code(finding.key)}", ""]
    yield from _folded("Details", details)


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"<details><summary>{escape(title)}</summary>", "", *lines, "", "</details>", "")


def _foot(results: Results, left_out: int) -> Iterator[str]:
    command = f"`seatrial {results.command} --format json`"
    if left_out:
        said = f"{count(left_out, 'finding')} {'is' if left_out == 1 else 'are'} left out, because a comment"
        yield from (f"{said} has its limit; {command} lists all.", "")
    if results.waived:
        yield from (f"{len(results.waived):,} waived ({command} lists them).", "")
    if results.withdrawn:
        yield from (f"{len(results.withdrawn):,} withdrawn by the rehearsal.", "")
    if results.next:
        yield from _fenced(clipped("\n".join(results.next), NEXT), "sh")


def _fault(fault: Fault, command: str) -> Iterator[str]:
    yield from (
        f"<!-- seatrial: {command} -->",
        f"**❌ seatrial {command}: {_text(fault.code)}: {_text(fault.what)}.**",
        "",
    )
    for label, value in (("Where", fault.where), ("Why", fault.why), ("Fix", fault.fix)):
        if value:
            yield from (f"{label}: {_text(value)}", "")


def _text(text: str) -> str:
    """Words that stay words: no markup, no HTML, nobody mentioned, no issue or address linked."""
    said = " ".join(clipped(text, LONGEST).split())
    return _PUNCTUATION.sub(r"\\\1", _MENTION.sub("\N{ZERO WIDTH SPACE}", said))


def _code(text: str) -> str:
    """On one line, in more backticks than it has itself."""
    said = " ".join(clipped(text, LONGEST).split()) or " "
    ticks = "`" * (max((len(run) for run in re.findall("`+", said)), default=0) + 1)
    return f"{ticks} {said} {ticks}" if len(ticks) > 1 else f"`{said}`"


def _fenced(text: str, language: str) -> tuple[str, ...]:
    """A block that ends where we end it."""
    said = clipped(text, LONGEST_BLOCK)
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", said)), default=0) + 1)
    return (f"{fence}{language}", *said.split("\n"), fence)
