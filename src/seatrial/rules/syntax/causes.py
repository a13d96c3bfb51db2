"""Why the grammar gave up, in plain words, for the faults that people make most often."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from seatrial.rules.syntax.cause import Cause
from seatrial.rules.syntax.cause_missing import (
    comma_too_many,
    parenthesis_open,
    semicolon_missing,
)
from seatrial.rules.syntax.cause_procedural import procedural
from seatrial.rules.syntax.cause_quoting import (
    comment_ends_early,
    dollar_quote_ends_early,
    string_ends_early,
    unterminated,
)
from seatrial.rules.syntax.cause_variant import or_replace, other_dialect, when_not_there

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.rules.syntax.refusal import Refusal

__all__ = ["cause_of"]

#: Characters that look like a space, like nothing, or like a quote, with what was meant.
_LOOKALIKES = {
    "\ufeff": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "",
    "\u00a0": "space", "\u2007": "space", "\u202f": "space", "\u3000": "space",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
}  # fmt: skip
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
#: Of one conflict: ours, between, theirs.
_MARKERS = 3
_VARIABLE = re.compile(r":(?P<name>\w+|'\w+'|\"\w+\")")


def cause_of(refusal: Refusal) -> Cause:
    """The first cause that fits; the last resort only says where to look."""
    for cause in _CAUSES:
        found = cause(refusal)
        if found:
            return found
    return Cause(why="", fix=f"Correct line {refusal.line_of(refusal.start)}, at or before the caret")


def _lookalike(refusal: Refusal) -> Cause | None:
    """An invisible space or a curly quote, as web pages and word processors put them in."""
    end = refusal.start + max(1, len(refusal.word))
    for at in range(refusal.opening, end):
        character = refusal.text[at : at + 1]
        if character in _LOOKALIKES and (at >= refusal.start or refusal.blank[at] == character):
            code, meant, line = f"U+{ord(character):04X}", _LOOKALIKES[character], refusal.line_of(at)
            return Cause(
                why=f"a {code} stands where a {meant} belongs" if meant else f"an invisible {code} stands there",
                fix=f"Write a {meant} in place of the {code} in line {line}"
                if meant
                else f"Delete the {code} in line {line}",
            )
    return None


def _conflict(refusal: Refusal) -> Cause | None:
    """A merge that was committed with its markers."""
    markers = [match.start() for match in islice(_CONFLICT.finditer(refusal.text, refusal.opening), _MARKERS)]
    if not markers or markers[0] > refusal.start:
        return None
    lines = ", ".join(str(refusal.line_of(marker)) for marker in markers)
    return Cause(
        why="a merge conflict was left in the file",
        fix=f"Keep one side of the conflict and delete its markers (lines {lines})",
    )


def _psql_variable(refusal: Refusal) -> Cause | None:
    match = _VARIABLE.match(refusal.text, refusal.start)
    if not match:
        return None
    return Cause(
        why=f"{match[0]} is a variable of psql, which the server does not know",
        fix=f"Write the value itself in place of {match[0]}",
    )


_CAUSES: tuple[Callable[[Refusal], Cause | None], ...] = (
    _conflict,
    _lookalike,
    _psql_variable,
    string_ends_early,
    comment_ends_early,
    unterminated,
    dollar_quote_ends_early,
    when_not_there,
    or_replace,
    other_dialect,
    procedural,
    comma_too_many,
    semicolon_missing,
    parenthesis_open,
)
