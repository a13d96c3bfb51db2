"""Punctuation that is missing or one too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rules.syntax.cause import Cause

if TYPE_CHECKING:
    from seatrial.rules.syntax.refusal import Refusal

__all__ = ["comma_too_many", "parenthesis_open", "semicolon_missing"]

#: Words that begin a statement and seldom stand first on a line within one.
_BEGINNINGS = frozenset({"create", "alter", "drop", "insert", "comment", "grant", "revoke", "do", "update", "delete"})


def comma_too_many(refusal: Refusal) -> Cause | None:
    """`(a int, b int,)`: nothing follows the comma."""
    comma = len(refusal.blank[: refusal.start].rstrip()) - 1
    follows = refusal.word in {")", ";", "from", "where", ""}
    if not follows or comma < refusal.opening or refusal.blank[comma] != ",":
        return None
    return Cause(why="nothing follows the comma", fix=f"Delete the comma at the end of line {refusal.line_of(comma)}")


def semicolon_missing(refusal: Refusal) -> Cause | None:
    """A new statement begins on a new line while the one before it is still open."""
    lead = refusal.text[refusal.text.rfind("\n", 0, refusal.start) + 1 : refusal.start]
    before = refusal.before.rstrip()
    if lead.strip() or refusal.word not in _BEGINNINGS or not before or before.count("(") > before.count(")"):
        return None
    last = refusal.opening + len(before) - 1
    return Cause(
        why="the statement before it has no semicolon",
        fix=f"Put a semicolon at the end of line {refusal.line_of(last)}",
    )


def parenthesis_open(refusal: Refusal) -> Cause | None:
    """The text or the statement ends while a parenthesis is open."""
    if refusal.word not in {"", ";"}:
        return None
    opened: list[int] = []
    for at in range(refusal.opening, refusal.start):
        if refusal.blank[at] == "(":
            opened.append(at)
        elif refusal.blank[at] == ")" and opened:
            opened.pop()
    if not opened:
        return None
    line = refusal.line_of(opened[-1])
    return Cause(why=f"the parenthesis in line {line} is never closed", fix="Put ) before the end of the statement")
