"""The text form of an array: `{a,"b c",NULL}`."""

from __future__ import annotations

import re

__all__ = ["array_text", "elements"]

_ELEMENT = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}\\]+))\s*(,|\Z)', re.DOTALL)


def elements(text: str) -> tuple[str, ...] | None:
    """The elements of an array of one dimension, without nulls; None where the text is no such array."""
    inside = text.strip()
    if not (inside.startswith("{") and inside.endswith("}")):
        return None
    inside = inside[1:-1]
    found: list[str] = []
    place = 0
    while place < len(inside.rstrip()):
        match = _ELEMENT.match(inside, place)
        if match is None:
            return None
        quoted, bare = match.group(1), (match.group(2) or "").strip()
        if quoted is not None:
            found.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
        elif bare.upper() != "NULL":
            found.append(bare)
        place = match.end()
    return tuple(found)


def array_text(values: tuple[str, ...]) -> str:
    """The text of an array with these elements, each in quotes."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
