"""Which parameters of a function come raw into the SQL that it puts together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.lexis import blanked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["raw_names"]

#: What makes a name or a literal of a value; and what may, by its template.
_CALL = re.compile(r"\b(quote_ident|quote_literal|quote_nullable|format)\s*\(", re.IGNORECASE)
#: `%s`, `%2$s`, `%-10I`
_PLACE = re.compile(r"%(?:(?P<number>\d+)\$)?-?(?:\d+|\*)?(?P<kind>[sIL%])")
#: What is compared chooses among texts, and does not come into one.
_CONDITION = re.compile(r"\bcase\b.*?\bthen\b|\bwhen\b.*?\bthen\b", re.IGNORECASE | re.DOTALL)
#: A cast to what cannot hold SQL.
_HARMLESS = re.compile(
    r"(?:\b[\w.$]+|\))\s*::\s*(?:pg_catalog\.)?(?:reg\w+|int\w*|integer|bigint|smallint|numeric|uuid|bool\w*|date)\b",
    re.IGNORECASE,
)
_DEEPEST = 8


def raw_names(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Of these names, those whose value becomes part of the statement as it is.

    Args:
        text: an expression as SQL.
        names: parameters, `$1` among them, that hold text.
    """
    left = " ".join(_raw(text, _DEEPEST))
    return tuple(name for name in names if re.search(rf"(?<![\w.$]){_pattern(name)}(?![\w$(])", left))


def _pattern(name: str) -> str:
    return re.escape(name) if name.startswith("$") else rf"(?:\w+\.)?{re.escape(name)}"


def _raw(text: str, depth: int) -> Iterator[str]:
    """The parts of an expression that are taken as they are; what quotes is cut out."""
    shown, kept, at = blanked(text), [], 0
    for found in _CALL.finditer(shown):
        # One that stands in another is quoted already, or was read with the template.
        if found.start() < at:
            continue
        kept.append(shown[at : found.start()])
        at, arguments = _arguments(text, shown, found.end())
        if found[1].lower() == "format" and depth:
            for argument in _of_format(arguments):
                yield from _raw(argument, depth - 1)
    yield _HARMLESS.sub(" ", _CONDITION.sub(" ", " ".join([*kept, shown[at:]])))


def _of_format(arguments: list[str]) -> Iterator[str]:
    """Arguments that stand where the template says %s; all of them where it is not a plain text."""
    template, given = arguments[0].strip(), arguments[1:]
    if not template.startswith(("'", "E'", "e'")) or re.search(r"'\s*\|\|", template):
        yield from arguments
        return
    at = 0
    for place in _PLACE.finditer(template):
        if place["kind"] == "%":
            continue
        at = int(place["number"]) if place["number"] else at + 1
        if place["kind"] == "s" and at <= len(given):
            yield given[at - 1]


def _arguments(text: str, shown: str, start: int) -> tuple[int, list[str]]:
    """Where a call ends, and its arguments."""
    depth, last, found = 1, start, []
    for at in range(start, len(text)):
        depth += (shown[at] in "([") - (shown[at] in ")]")
        if not depth or (depth == 1 and shown[at] == ","):
            found.append(text[last:at])
            last = at + 1
        if not depth:
            return at + 1, found
    return len(text), [*found, text[last:]]
