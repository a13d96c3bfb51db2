"""Reads the text of an expression as the server writes it: its constants, and the columns that it mentions."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["constants", "literal", "mentions", "numbers", "with_value"]

_STRING = re.compile(r"E?'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w.\"])\d+(?:\.\d+)?(?![\w\"])")
_WHOLE_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?")


def literal(value: str) -> str:
    """A text as a constant of SQL."""
    doubled = value.replace("'", "''")
    return "E'" + doubled.replace("\\", "\\\\") + "'" if "\\" in value else f"'{doubled}'"


def constants(expression: str) -> tuple[str, ...]:
    """The string constants, each once; those of an array constant one by one."""
    found: dict[str, None] = {}
    for quoted in _STRING.findall(expression):
        value = _unquoted(quoted)
        found[value] = None
        if value.startswith("{") and value.endswith("}"):
            found.update(dict.fromkeys(element.strip('"') for element in value[1:-1].split(",")))
    return tuple(found)


def numbers(expression: str) -> tuple[Decimal, ...]:
    """The numbers, in order of size; negative ones are written as strings."""
    bare = _NUMBER.findall(_STRING.sub("''", expression))
    quoted = [value for value in constants(expression) if _WHOLE_NUMBER.fullmatch(value)]
    return tuple(sorted({Decimal(text) for text in (*bare, *quoted)}))


def mentions(expression: str, ident: str) -> bool:
    """Whether a column, quoted as the server quotes it, is in an expression over its table."""
    bare = _STRING.sub("''", expression)
    if ident.startswith('"'):
        return ident in bare
    # Not a function, a type after a cast, or a field of a composite.
    return re.search(rf"(?<![\w\"$:.]){re.escape(ident)}(?![\w\"(.$])", bare) is not None


def with_value(expression: str, ident: str) -> str:
    """A domain's check as one on a column: its VALUE, outside of strings, is the column."""
    pieces = re.split(f"({_STRING.pattern})", expression)
    return "".join(
        piece if number % 2 else re.sub(r"(?<![\w\"])VALUE(?![\w\"])", lambda _: ident, piece)
        for number, piece in enumerate(pieces)
    )


def _unquoted(quoted: str) -> str:
    if quoted.startswith("E"):
        return quoted[2:-1].replace("''", "'").replace("\\\\", "\\")
    return quoted[1:-1].replace("''", "'")
