"""PL/pgSQL where SQL is expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.rules.syntax.cause import Cause

if TYPE_CHECKING:
    from seatrial.rules.syntax.refusal import Refusal

__all__ = ["procedural"]

#: Statements of one line; what they say can go into a DO block as it is.
_SIMPLE = frozenset({"raise", "assert", "get", "null", "return", "exit", "continue", "open", "execute"})
#: Words that begin or go on a block.
_BLOCKS = frozenset(
    {"if", "elsif", "elseif", "else", "loop", "for", "foreach", "while", "case", "exception", "declare"}
)
_END = re.compile(r"\bend\s+(?:if|loop|case)\s*;", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*\s*:=")
_LINES_SHOWN = 12


def procedural(refusal: Refusal) -> Cause | None:
    """A statement of PL/pgSQL outside a body."""
    first = (refusal.words or [""])[0]
    if first == "perform":
        return Cause(why=_why(first), fix=_selected(refusal))
    if first in {"begin", "end"} and refusal.word in _SIMPLE | _BLOCKS | {"perform"}:
        return Cause(why=_why(refusal.word), fix=_around(refusal))
    if _ASSIGNMENT.match(refusal.blank, refusal.opening):
        return Cause(why=_why("an assignment with :="), fix=_wrapped(refusal, refusal.end))
    if first in _SIMPLE:
        return Cause(why=_why(first), fix=_wrapped(refusal, refusal.end))
    if first in _BLOCKS:
        return Cause(why=_why(first), fix=_block(refusal, first))
    return None


def _why(word: str) -> str:
    return f"{word.upper() if word.isalpha() else word} is PL/pgSQL and stands outside a body"


def _selected(refusal: Refusal) -> str:
    statement = refusal.text[refusal.opening : refusal.end]
    return f"select{statement[len('perform') :]}"


def _block(refusal: Refusal, first: str) -> str:
    ends = [match.end() for match in _END.finditer(refusal.blank, refusal.start)]
    # One block, up to its only END: with more of them a person sees better which one closes it.
    whole = first in {"if", "loop", "for", "foreach", "while", "case"} and len(ends) == 1
    return _wrapped(refusal, ends[0]) if whole else _around(refusal)


def _wrapped(refusal: Refusal, end: int) -> str:
    statement = refusal.text[refusal.opening : end].rstrip()
    if statement.count("\n") >= _LINES_SHOWN:
        return _around(refusal)
    tag = "$do$" if "$$" in statement else "$$"
    closed = statement if statement.endswith(";") else f"{statement};"
    return f"do {tag}\nbegin\n    {closed}\nend\n{tag};"


def _around(refusal: Refusal) -> str:
    line = refusal.line_of(refusal.opening)
    return f"Put the block that begins in line {line} into a DO block: do $$ begin … end $$;"
