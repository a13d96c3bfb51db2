"""The forms in which a function's source comes."""

from __future__ import annotations

import re

__all__ = ["is_definition", "prefix_of"]

_STANDARD = re.compile(r"\s*(BEGIN\s+ATOMIC\b|RETURN\b)", re.IGNORECASE)
_DEFINITION = re.compile(r"\s*CREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE)\b", re.IGNORECASE)


def prefix_of(source: str) -> str:
    """What a SQL function's source has to stand behind to be parsed; white space where it needs nothing."""
    return "CREATE FUNCTION f() RETURNS void LANGUAGE sql " if _STANDARD.match(source) else " "


def is_definition(source: str) -> bool:
    """Whether it is a whole CREATE FUNCTION or CREATE PROCEDURE."""
    return _DEFINITION.match(source) is not None
