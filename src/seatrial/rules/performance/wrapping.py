"""Calls put into sub-selects, in the text of a condition: PostgreSQL then asks them once, before it reads a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.lexis import blanked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["closing", "conjuncts", "wrapped"]


def wrapped(text: str, calls: Mapping[str, str]) -> str:
    """The condition with these calls in sub-selects.

    Args:
        text: as the grammar writes it.
        calls: name of each function, and its type, which an array has to be given again behind ANY.
    """
    for name, kind in calls.items():
        for start, end in reversed(list(_calls(text, name))):
            before = blanked(text)[:start].rstrip()
            if before.lower().endswith("select"):
                continue
            cast = f"::{kind}" if before.lower().endswith(("any(", "all(")) and kind else ""
            text = f"{text[:start]}(select {text[start:end]}){cast}{text[end:]}"
    return text


def _calls(text: str, name: str) -> Iterator[tuple[int, int]]:
    plain = blanked(text)
    for found in re.finditer(rf"(?<![\w.\"$]){re.escape(name)}\s*\(", plain):
        end = closing(plain, found.end() - 1)
        if end:
            yield found.start(), end


def closing(plain: str, at: int) -> int:
    """The place behind the bracket that closes the one at a place; 0 where there is none."""
    depth = 0
    for place in range(at, len(plain)):
        depth += {"(": 1, ")": -1}.get(plain[place], 0)
        if not depth:
            return place + 1
    return 0


def conjuncts(text: str) -> list[str]:
    """What AND joins at the top of a condition; one part where OR is at the top, or BETWEEN anywhere."""
    plain = blanked(text).lower()
    depth, cuts = 0, [(0, 0)]
    for found in re.finditer(r"[()]|\b(?:and|or|between)\b", plain):
        word = found[0]
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word in {"or", "between"} and not depth:
            return [text]
        if word == "and" and not depth:
            cuts.append(found.span())
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    return [text[begin:end].strip() for (_, begin), end in zip(cuts, ends, strict=True)]
