"""The condition of a policy in words, as far as its shape says what it means; otherwise its SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.report.schema_page.cells import code

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["in_words", "tidy"]

_COLUMN = r'(?P<column>(?:\w+|"[^"]+")(?:\.(?:\w+|"[^"]+"))?)'
_USER = r"(?:\(\s*select\s+)?auth\.uid\(\)(?:\s+as\s+\w+\s*\))?"
_CLAIM = r"""\(*(?:\(\s*select\s+)?auth\.jwt\(\)(?:\s+as\s+\w+\s*\))?(?P<path>(?:\s*->>?\s*'[^']*'\)*)+)(?:::\w+)?\)*"""
_SETTING = r"\(*(?:nullif\()?current_setting\('(?P<setting>[^']+)'(?:, \w+)?\)(?:, ''\))?\)?(?:::\w+)?"
_CALL = r"(?P<call>[\w.\"]+\((?:[^()]|\([^()]*\))*\))"
_ALONE = rf"\(*\s*select\s+{_CALL}(?:\s+as\s+\w+)?\s*\)*"
_SELECTED = rf"\(*\s*select\s+{_CALL}(?:\s+as\s+\w+)?\s*\)*(?:::[\w\[\]]+)?\)*"

# Whether that row has to do with the one that is asked for is in the condition, and only there.
_MEMBERSHIP = r"EXISTS \( ?SELECT .*? FROM (?P<table>[\w.\"]+).*?(?P<mine>[\w.]+) = " + _USER + r".*\)"  # noqa: S608 - a pattern

#: A shape, and what it says of a row; the first that fits wins.
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), said)
    for pattern, said in (
        (r"true", "without a condition"),
        (r"false", "that does not exist: no row at all"),
        (rf"{_COLUMN} = {_USER}", "whose {column} is their own user id"),
        (rf"{_USER} = {_COLUMN}", "whose {column} is their own user id"),
        (rf"{_COLUMN} = ANY \({_SELECTED}\)", "whose {column} is among {call}"),
        (rf"{_COLUMN} = ANY \({_CALL}\)", "whose {column} is among {call}"),
        (rf"{_COLUMN} IN \({_SELECTED}\)", "whose {column} is among {call}"),
        (rf"{_COLUMN} >= {_SELECTED}", "whose {column} is at least {call}"),
        (rf"{_COLUMN} <= (?P<value>'[^']*'|\d+)(?:::[\w ]+)?", "whose {column} is at most {value}"),
        (rf"{_COLUMN} = {_CLAIM}", "whose {column} is the claim {path} of their token"),
        (rf"{_CLAIM} = {_COLUMN}(?:::\w+)?", "whose {column} is the claim {path} of their token"),
        (rf"{_COLUMN} = {_SETTING}", "whose {column} is the setting {setting} of the session"),
        (rf"{_CLAIM} = (?P<value>'[^']*'|true)(?:::\w+)?", "if the claim {path} of their token is {value}"),
        (rf"{_CLAIM}", "if the claim {path} of their token is true"),
        (r"\(?\s*(?:select\s+)?auth\.role\(\)(?:\s+as\s+\w+)?\s*\)? = (?P<value>'\w+')", "if their role is {value}"),
        (rf"{_COLUMN} IS NULL", "whose {column} is null"),
        (rf"{_COLUMN} IS NOT NULL", "whose {column} is not null"),
        (rf"NOT {_COLUMN}", "whose {column} is false"),
        (rf"{_COLUMN} = (?P<value>'[^']*'|\d+|true|false)(?:::[\w ]+)?", "whose {column} is {value}"),
        (_ALONE, "if {call} says so"),
        (_CALL, "if {call} says so"),
        (_MEMBERSHIP, "if {table} has a row with their user id in {mine} that fits the condition"),
        (_COLUMN, "whose {column} is true"),
    )
)


def in_words(condition: str) -> str:
    """`whose organization_id is among my_organizations()`, to stand behind "rows"."""
    text = tidy(condition)
    for operator, joined in (("OR", ", or "), ("AND", " and ")):
        if len(parts := _split(text, operator)) > 1:
            said = map(in_words, parts)
            # AND binds closer.
            return joined.join(f"({one})" if operator == "AND" and ", or " in one else one for one in said)
    return _of_one(text)


def tidy(condition: str) -> str:
    """Without what the server adds for itself: outer parentheses, and the type of a literal."""
    text = " ".join(condition.split())
    text = re.sub(r"('(?:[^']|'')*')::(?:text|character varying)\b", r"\1", text)
    while text.startswith("(") and _closing(text, 0) == len(text) - 1:
        inner = text[1:-1].strip()
        if inner.lower().startswith("select "):
            break
        text = inner
    return text


def _of_one(text: str) -> str:
    for pattern, said in _SHAPES:
        if found := pattern.fullmatch(text):
            return said.format(**{name: _shown(name, value) for name, value in found.groupdict().items() if value})
    return f"where {code(text)} holds"


def _shown(name: str, value: str) -> str:
    if name == "path":
        return code(".".join(re.findall(r"'([^']*)'", value)))
    return code(value.rpartition(".")[2] if name in {"column", "mine"} else value)


def _split(text: str, operator: str) -> list[str]:
    """The operands of a chain at the outermost level."""
    parts, begun = [], 0
    for place in _outermost(text):
        if text.startswith(f" {operator} ", place):
            parts.append(text[begun:place])
            begun = place + len(operator) + 2
    return [*parts, text[begun:]]


def _outermost(text: str) -> Iterator[int]:
    """The places that stand in no parentheses and in no quotes."""
    depth, quote = 0, ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0:
            yield place


def _closing(text: str, opened: int) -> int:
    """Where the parenthesis is closed that opens there; -1 where it is not."""
    depth, quote = 0, ""
    for place in range(opened, len(text)):
        character = text[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return place
    return -1
