"""An expression as the server prints it once it has read what it printed.

Two forms do not come back as they were written, so a table and its copy would differ in nothing but spelling:

    a BETWEEN 1 AND 5 AND b        (((a >= 1) AND (a <= 5)) AND b)
       which reads back as         ((a >= 1) AND (a <= 5) AND b)
    s IN ('x'), s being varchar    ((s)::text = ANY ((ARRAY['x'::character varying])::text[]))
       which reads back as         ((s)::text = ANY (ARRAY[('x'::character varying)::text]))

A row compared with a row and an IN of expressions are as BETWEEN is, OR is as AND is. The text must be that of the
server's `pg_get_…` functions without `pretty`, which puts every condition into parentheses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.catalog.view_text import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["settled"]

#: Without either there is nothing to do.
UNSETTLED = re.compile(r"\(\(|\(ARRAY\[")
OPEN, CLOSE = frozenset("(["), frozenset(")]")
CONNECTIVES = frozenset({"AND", "OR"})
#: What a chain of conditions does not have beside its operands; a window's frame has AND too.
NO_CHAIN = frozenset({",", "BETWEEN", "SELECT"})


def settled(text: str) -> str:
    """The text as a copy of its object has it; it means the same."""
    if not UNSETTLED.search(text):
        return text
    texts: list[str] = TOKEN.findall(text)
    ends = _ends(texts)
    for start in ends:
        _flatten(texts, ends, start)
        _cast_each(texts, ends, start)
    return "".join(texts)


def _ends(texts: Sequence[str]) -> dict[int, int]:
    """Where each parenthesis and bracket that opens is closed, the inner ones first."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    for at, text in enumerate(texts):
        if text in OPEN:
            opened.append(at)
        elif text in CLOSE and opened:
            ends[opened.pop()] = at
    return dict(sorted(ends.items(), reverse=True))


def _flatten(texts: list[str], ends: dict[int, int], start: int) -> None:
    """`((a AND b) AND c)`: the chain that another one begins with is a part of it."""
    first = start + 1
    end = ends.get(first)
    if texts[start] != "(" or texts[first] != "(" or end is None or texts[end + 1] != " ":
        return
    connective = texts[end + 2]
    if connective in CONNECTIVES and _is_chain(texts, ends, first, connective):
        texts[first] = texts[end] = ""


def _is_chain(texts: Sequence[str], ends: dict[int, int], start: int, connective: str) -> bool:
    own = {texts[at] for at in _own(ends, start)}
    return connective in own and not own & (NO_CHAIN | CONNECTIVES - {connective})


def _own(ends: dict[int, int], start: int) -> Iterator[int]:
    """The places between parentheses or brackets, without those in others there."""
    at = start + 1
    while at < ends[start]:
        yield at
        at = ends.get(at, at) + 1


def _cast_each(texts: list[str], ends: dict[int, int], start: int) -> None:
    """`(ARRAY[x, y])::text[]`: what the array is cast to, each of its elements is."""
    if texts[start : start + 3] != ["(", "ARRAY", "["] or ends.get(start + 2) != ends[start] - 1:
        return
    cast = ends[start] + 1
    kind_end = _end_of_type(texts, ends, cast + 1)
    if texts[cast : cast + 1] != ["::"] or texts[start + 3] == "ARRAY" or kind_end is None:
        return
    after = f")::{''.join(texts[cast + 1 : kind_end])}"
    begun = start + 3
    commas = [at for at in _own(ends, start + 2) if texts[at] == ","]
    for at in (*commas, ends[start + 2]):
        texts[begun] = f"({texts[begun]}"
        texts[at] = after + texts[at]
        begun = at + 2
    texts[start] = texts[ends[start]] = ""
    texts[cast : kind_end + 2] = [""] * (kind_end + 2 - cast)


def _end_of_type(texts: Sequence[str], ends: dict[int, int], start: int) -> int | None:
    """Where `[]` stands after the name of a type, which may be `character varying(20)`; None where it does not."""
    at = start
    while at < len(texts) and (texts[at] in {" ", ".", "("} or re.match(r'["\w]', texts[at])):
        at = ends.get(at, at) + 1
    return at if at > start and texts[at : at + 2] == ["[", "]"] else None
