"""Masks whatever looks like a password in a DSN, wherever it came from."""

from __future__ import annotations

import re

__all__ = ["redacted"]

_MASK = "********"
_PATTERNS = (
    # postgresql://user:password@host
    (re.compile(r"(://[^\s/:@]*:)[^\s@]+(?=@)"), rf"\1{_MASK}"),
    # password=… and ?password=…
    (re.compile(r"(password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s&'\"]+)", re.IGNORECASE), rf"\1{_MASK}"),
)


def redacted(text: str) -> str:
    """The text without passwords; a person may have put a DSN where a folder, a name or an option belongs."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
