"""Texts as constants that mean the same whatever the session thinks of backslashes."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["array", "comment", "dollars", "filled", "literal", "template"]

_PARAMETER = re.compile(r"%(?:%|\((\w+)\)s)")
_LINE_END = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_ESCAPED = {"\\": r"\\", "'": "''", "$": r"\x24", "\r": r"\r"}


def literal(text: str) -> str:
    """A constant that can also stand between dollars, as there is no dollar in it."""
    quoted = "".join(_ESCAPED.get(character, character) for character in text)
    return f"E'{quoted}'" if any(character in text for character in "\\$\r") else f"'{quoted}'"


def dollars(text: str) -> str:
    """A constant with the text as it is."""
    tag = next(tag for number in count() if (tag := f"$q{number or ''}") not in text)
    return f"{tag}${text}{tag}$"


def array(texts: Iterable[str]) -> str:
    """An array of short texts."""
    return f"ARRAY[{', '.join(map(literal, texts))}]::text[]"


def comment(text: str) -> str:
    """A text of any number of lines as a comment."""
    return "".join(f"-- {line}".rstrip() + "\n" for line in _LINE_END.split(text))


def filled(query: str, /, **values: str) -> str:
    """A query with SQL in place of its parameters, which are written as the driver has them."""
    return _PARAMETER.sub(lambda found: values[found[1]] if found[1] else "%", query)


def template(name: str, /, **values: str) -> str:
    """One of ours, filled."""
    folder = files("seatrial.report.deploy_script") / "queries"
    return filled((folder / f"{name}.sql").read_text(encoding="utf-8"), **values)
