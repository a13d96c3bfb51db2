"""The statements of a script and, in bodies of functions and DO blocks, the statements of the body."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.lexis import SpanKind, blanked, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

__all__ = ["COMMENTS", "Part", "last_before", "parts", "uncommented"]

COMMENTS = frozenset({SpanKind.LINE_COMMENT, SpanKind.BLOCK_COMMENT})
_WITH_BODY = frozenset({"create_function_stmt", "do_stmt"})
_MARK = re.compile(r"\$[^$]*\$|[eE]?'")
#: A body that is no text of its own.
_ATOMIC = re.compile(r"\bbegin\s+atomic\b", re.IGNORECASE)
_SAID = re.compile(r"\S")
_VISIBLE = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A statement, by the offsets of its first character and of its semicolon."""

    start: int
    end: int
    #: The grammar's node name; empty in a body.
    node: str = ""
    #: What it creates, `current_org`; in a body: what the statement around it creates.
    owner: str = ""
    #: Offsets of each body, without its quotes, with the statements in it.
    bodies: tuple[tuple[int, int, tuple[Part, ...]], ...] = ()


def parts(script: Script) -> tuple[Part, ...]:
    """The statements in order; of a file that the grammar refuses, what stands between semicolons."""
    text = script.source.text
    if not script.statements:
        return tuple(_segments(text, 0, len(text), ""))
    found = []
    for statement in script.statements:
        start, end, owner = statement.start, statement.start + len(statement.text), " ".join(statement.creates)
        bodies = tuple(_bodies(text, start, end, owner)) if statement.node in _WITH_BODY else ()
        found.append(Part(start=start, end=end, node=statement.node, owner=owner, bodies=bodies))
    return tuple(found)


def uncommented(text: str) -> str:
    """The text with a space for every character of a comment; line ends and offsets stay."""
    pieces, at = [], 0
    for span in spans(text):
        if span.kind in COMMENTS:
            pieces += [text[at : span.start], _VISIBLE.sub(" ", text[span.start : span.end])]
            at = span.end
    return "".join([*pieces, text[at:]])


def _bodies(text: str, start: int, end: int, owner: str) -> Iterator[tuple[int, int, tuple[Part, ...]]]:
    statement = text[start:end]
    if atomic := _ATOMIC.search(blanked(statement)):
        yield start + atomic.end(), end, tuple(_segments(text, start + atomic.end(), end, owner))
        return
    for span in spans(statement):
        mark = _MARK.match(statement, span.start)
        if span.kind in {SpanKind.DOLLAR, SpanKind.STRING} and mark:
            closing = len(mark[0]) if span.kind is SpanKind.DOLLAR else 1
            inner = start + mark.end(), start + span.end - closing
            yield *inner, tuple(_segments(text, *inner, owner))


def _segments(text: str, start: int, end: int, owner: str) -> Iterator[Part]:
    body = text[start:end]
    visible, at = uncommented(body), 0
    for semicolon in [*(found.start() for found in re.finditer(";", blanked(body))), len(body)]:
        said = _SAID.search(visible, at, semicolon)
        if said:
            yield Part(start=start + said.start(), end=start + semicolon, owner=owner)
        at = semicolon + 1


def last_before(found: Sequence[Part], offset: int) -> Part | None:
    """The last of them that begins at the offset or before it."""
    at = bisect_right(found, offset, key=lambda part: part.start)
    return found[at - 1] if at else None
