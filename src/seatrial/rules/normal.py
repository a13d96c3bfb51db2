"""The words of a statement, the same however it is laid out."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial.model.lexis import SpanKind, blanked, spans
from seatrial.rules.parts import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.rules.parts import Part

__all__ = ["normal", "of_bodies", "of_statement"]

_TOKEN = re.compile(r"[\w$]+|[^\s\w$]")
#: Words of PL/pgSQL behind which a statement begins; in a CASE they cut as well, which does no harm to a key.
_BLOCK = re.compile(r"\b(?:begin|declare|then|else|loop)\b", re.IGNORECASE)


def normal(text: str, *, bodies: bool = False) -> str:
    """The tokens of a text, one space between them: no comments, and words that are not quoted in lower case.

    With `bodies`, dollar-quoted text is read in the same way: of a DO block it is the statement itself.
    """
    return " ".join(_tokens(text, bodies=bodies))


def _tokens(text: str, *, bodies: bool) -> Iterator[str]:
    at = 0
    for span in spans(text):
        yield from _TOKEN.findall(text[at : span.start].lower())
        if span.kind is SpanKind.DOLLAR:
            inner = text[span.start : span.end].split("$", 2)[2].rpartition("$")[0].rpartition("$")[0]
            yield normal(inner) if bodies else inner
        elif span.kind not in COMMENTS:
            yield text[span.start : span.end]
        at = span.end
    yield from _TOKEN.findall(text[at:].lower())


def of_statement(text: str, part: Part) -> str:
    """A function is known by its head, so that its body may change."""
    if part.node == "create_function_stmt" and part.bodies:
        start, end, _ = max(part.bodies, key=lambda body: body[1] - body[0])
        return f"{_head(text[part.start : start])} {_head(text[end : part.end])}"
    return normal(text[part.start : part.end], bodies=part.node == "do_stmt")


def _head(text: str) -> str:
    """Half of a statement, cut at the quotes of its body."""
    return normal(re.sub(r"^(?:\$[^$]*\$|')|(?:\$[^$]*\$|[eE]?')$", "", text))


def of_bodies(text: str, part: Part) -> Iterator[tuple[int, str]]:
    """The pieces of its bodies, each with its offset: with the name of what is made, as two bodies may say the same."""
    for _, _, inside in part.bodies:
        for one in inside:
            said = text[one.start : one.end]
            cuts = [0, *(word.end() for word in _BLOCK.finditer(blanked(said))), len(said)]
            for start, end in pairwise(cuts):
                if piece := normal(said[start:end]):
                    lead = len(said[start:end]) - len(said[start:end].lstrip())
                    yield one.start + start + lead, f"{part.owner}\0{piece}"
