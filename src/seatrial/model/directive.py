"""`-- seatrial: …`: what comments of a text say to Seatrial."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.lexis import SpanKind, spans

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ASSERT_FORM", "BATCH_FORM", "REVERT_FORM", "WORDS", "Directive", "directives"]

#: How a statement is cut, how a condition of a COMMIT is written, and how a file says what takes it back.
BATCH_FORM = "-- seatrial: batch key=id size=5000"
REVERT_FORM = "-- seatrial: revert"
ASSERT_FORM = "-- seatrial: assert not exists (select from …)"
#: Everything that one can begin with.
WORDS = ("allow", "assert", "batch", "revert")
#: Without the colon it is one all the same where it goes on with "allow".
_BEGINS = re.compile(r"seatrial\s*(?::|(?=allow\b))\s*(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """What a comment says to Seatrial."""

    #: Character offset of the comment, and of the end of its last line.
    start: int
    end: int
    #: What stands behind `seatrial:`, on one line.
    said: str
    #: The same with its lines and spaces as they are.
    text: str

    @property
    def word(self) -> str:
        """The first one, which is one of WORDS where anybody can follow it."""
        return (_WORD.match(self.said) or [self.said.partition(" ")[0]])[0]


def directives(text: str) -> Iterator[Directive]:
    """Those of a text; the comments under one, each alone in its line and in the same column, go on with it."""
    going_on: Directive | None = None
    for span in spans(text):
        said = _said(text[span.start : span.end], span.kind)
        if said is None:
            continue
        begins = _BEGINS.match(said)
        # SQL may have empty lines.
        says = said or (going_on and going_on.word == "revert")
        if begins is None and going_on and says and _goes_on(text, going_on, span.start):
            both = f"{going_on.text}\n{said}"
            going_on = replace(going_on, end=span.end, said=" ".join(both.split()), text=both)
            continue
        if going_on:
            yield going_on
        going_on = None
        if begins:
            rest = begins["rest"].strip()
            going_on = Directive(start=span.start, end=span.end, said=" ".join(rest.split()), text=rest)
    if going_on:
        yield going_on


def _said(span: str, kind: SpanKind) -> str | None:
    """The words of a comment; None where it is none."""
    if kind is SpanKind.LINE_COMMENT:
        return span.lstrip("-").strip()
    return span[2:].removesuffix("*/").strip("* \t\r\n") if kind is SpanKind.BLOCK_COMMENT else None


def _goes_on(text: str, above: Directive, start: int) -> bool:
    """Whether the comment at `start` stands in the next line, alone, and in the same column."""
    between = text[above.end : start]
    alone = not between.strip() and between.count("\n") == 1
    lines = text.startswith("--", above.start) and text.startswith("--", start)
    return alone and lines and _column(text, start) == _column(text, above.start)


def _column(text: str, offset: int) -> int:
    return offset - text.rfind("\n", 0, offset)
