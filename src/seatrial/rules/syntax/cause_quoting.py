"""Quotes and comments that end too early or never."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.lexis import SpanKind, spans
from seatrial.rules.syntax.cause import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.lexis import Span
    from seatrial.rules.syntax.refusal import Refusal

__all__ = ["comment_ends_early", "dollar_quote_ends_early", "string_ends_early", "unterminated"]

_ENDING = {
    SpanKind.STRING: "'",
    SpanKind.IDENTIFIER: '"',
    SpanKind.BLOCK_COMMENT: "*/",
}
#: What a function may say after its body.
_AFTER_BODY = re.compile(
    r"\s*(?:language|immutable|stable|volatile|security|strict|called|returns|cost|rows|parallel|set|leakproof|as|;)"
    r"|\s*$",
    re.IGNORECASE,
)


def string_ends_early(refusal: Refusal) -> Cause | None:
    """`'it's here'`: the apostrophe ends the string, and a word follows without a space."""
    for span in _in_statement(refusal):
        word = re.compile(r"[A-Za-z]+").match(refusal.text, span.end)
        if span.kind is SpanKind.STRING and span.closed and word and span.end <= refusal.start:
            return Cause(
                why=f'the apostrophe before "{word[0]}" in line {refusal.line_of(span.end)} ends the string',
                fix=f"Write the apostrophe twice: {_tail(refusal.text[span.start : span.end])}'{word[0]}",
            )
    return None


def unterminated(refusal: Refusal) -> Cause | None:
    """A quote or a comment that is open to the end of the file."""
    if not refusal.message.startswith("unterminated"):
        return None
    span = next((span for span in spans(refusal.text) if not span.closed), None)
    if span is None:
        return None
    ending = _ENDING.get(span.kind) or refusal.text[span.start : refusal.text.index("$", span.start + 1) + 1]
    nested = span.kind is SpanKind.BLOCK_COMMENT and "/*" in refusal.text[span.start + 2 : span.end]
    nesting = "; comments nest, so each /* needs its own */" if nested else ""
    return Cause(
        why=f"the {span.kind} that begins in line {refusal.line_of(span.start)} never ends{nesting}",
        fix=f"Put {ending} where the {span.kind} is to end",
    )


def comment_ends_early(refusal: Refusal) -> Cause | None:
    """A comment whose text has a `*/` of its own, in a pattern say."""
    # Behind a quote that never ends nothing is blanked out for good: there the text itself is searched.
    rest = refusal.text if refusal.message.startswith("unterminated") else refusal.blank
    closed = [
        span for span in _in_statement(refusal) if span.kind is SpanKind.BLOCK_COMMENT and span.end <= refusal.start
    ]
    if "*/" not in rest[refusal.start :] or not closed:
        return None
    comment = closed[-1]
    return Cause(
        why=f"the comment that begins in line {refusal.line_of(comment.start)} ends at the first */, "
        f"in line {refusal.line_of(comment.end - 1)}",
        fix=f"Take the */ out of the comment's text in line {refusal.line_of(comment.end - 1)}, "
        "or begin each of its lines with --",
    )


def dollar_quote_ends_early(refusal: Refusal) -> Cause | None:
    """A body that uses its own dollar quote inside."""
    for span in _in_statement(refusal):
        if span.kind is not SpanKind.DOLLAR or span.end > refusal.start:
            continue
        tag = refusal.text[span.start : refusal.text.index("$", span.start + 1) + 1]
        if tag in refusal.text[refusal.start :] and not _AFTER_BODY.match(refusal.text, span.end):
            return Cause(
                why=f"the {tag} in line {refusal.line_of(span.end - 1)} ends the quote that begins in line "
                f"{refusal.line_of(span.start)}",
                fix=f"Give the outer quote a tag of its own, such as $body$, at its begin in line "
                f"{refusal.line_of(span.start)} and at its end",
            )
    return None


def _in_statement(refusal: Refusal) -> Iterator[Span]:
    """The quotes and comments since the semicolon before the fault."""
    after = refusal.blank.rfind(";", 0, refusal.opening) + 1
    return (span for span in spans(refusal.text) if after <= span.start < max(refusal.start, 1))


def _tail(string: str) -> str:
    """The last word of a string literal, with its quote."""
    return re.split(r"\s", string)[-1]
