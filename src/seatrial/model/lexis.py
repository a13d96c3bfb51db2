"""Where comments and quoted text lie in a script, also in one that the grammar refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Span", "SpanKind", "blanked", "spans"]


class SpanKind(StrEnum):
    """What a span is."""

    LINE_COMMENT = "line comment"
    BLOCK_COMMENT = "block comment"
    STRING = "string"
    IDENTIFIER = "quoted identifier"
    DOLLAR = "dollar-quoted string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One comment or quoted text, its marks included."""

    kind: SpanKind
    start: int
    end: int
    #: Whether its closing mark is there.
    closed: bool = True


_LETTER = r"A-Za-z_\x80-\U0010ffff"
#: Names are read as a whole: `a$b$` opens no dollar quote, and `date'` no escape string.
_TOKEN = re.compile(
    rf"""(?P<line>--[^\r\n]*)|(?P<block>/\*)|(?P<escape>[eE]')|(?P<string>')|(?P<identifier>")"""
    rf"""|(?P<name>[{_LETTER}][{_LETTER}0-9$]*)|(?P<dollar>\$(?:[{_LETTER}][{_LETTER}0-9]*)?\$)"""
)
#: What ends quoted text, after what only looks like its end.
_END = {
    "escape": re.compile(r"\\.|''|'", re.DOTALL),
    "string": re.compile(r"''|'"),
    "identifier": re.compile(r'""|"'),
}
_KIND = {
    "line": SpanKind.LINE_COMMENT, "block": SpanKind.BLOCK_COMMENT, "dollar": SpanKind.DOLLAR,
    "escape": SpanKind.STRING, "string": SpanKind.STRING, "identifier": SpanKind.IDENTIFIER,
}  # fmt: skip
_BLOCK_MARK = re.compile(r"/\*|\*/")
_VISIBLE = re.compile(r"[^\r\n]")


@lru_cache(maxsize=32)
def spans(text: str) -> tuple[Span, ...]:
    """Every comment and quoted text of a script, in order, as PostgreSQL's scanner sees them."""
    return tuple(_spans(text))


@lru_cache(maxsize=32)
def blanked(text: str) -> str:
    """The script with a space for every character of a comment or of quoted text; line ends and offsets stay."""
    pieces = []
    at = 0
    for span in spans(text):
        pieces += [text[at : span.start], _VISIBLE.sub(" ", text[span.start : span.end])]
        at = span.end
    return "".join([*pieces, text[at:]])


def _spans(text: str) -> Iterator[Span]:
    token = _TOKEN.search(text)
    while token:
        name = token.lastgroup or ""
        end = _end(text, name, token)
        if name in _KIND:
            start = token.start()
            yield Span(kind=_KIND[name], start=start, end=len(text) if end is None else end, closed=end is not None)
        token = None if end is None else _TOKEN.search(text, end)


def _end(text: str, name: str, opening: re.Match[str]) -> int | None:
    """The offset after the closing mark; None where there is none."""
    if name in {"line", "name"}:
        return opening.end()
    if name == "block":
        return _comment_end(text, opening.end())
    if name == "dollar":
        closing = text.find(opening[0], opening.end())
        return None if closing < 0 else closing + len(opening[0])
    marks = _END[name].finditer(text, opening.end())
    return next((mark.end() for mark in marks if len(mark[0]) == 1), None)


def _comment_end(text: str, at: int) -> int | None:
    """Comments nest in PostgreSQL."""
    depth = 1
    for mark in _BLOCK_MARK.finditer(text, at):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return None
