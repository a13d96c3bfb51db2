"""A piece of SQL for a person to read, on one line."""

from __future__ import annotations

import re

from seatrial.sql.text import quoted
from seatrial.sql.words import CannotRead, tokens

__all__ = ["names", "shown"]

_LONGEST = 160
#: What the server adds to every string constant.
_CAST = re.compile(r"('(?:[^']|'')*')::text\b(?!\[)")


def shown(text: str) -> str:
    """A piece of SQL without comments, line breaks and the casts of plain strings; cut off where it is long."""
    try:
        words = tokens(text)
    except CannotRead:
        words = ()
    pieces = [text] if not words else []
    end = words[0].start if words else 0
    for word in words:
        pieces.append(" " * (word.start > end) + word.text)
        end = word.end
    line = _CAST.sub(r"\1", " ".join("".join(pieces).split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 2].rstrip() + " …"


def names(text: str) -> frozenset[str]:
    """What a piece of SQL names, without the schemas before it."""
    try:
        words = tokens(text)
    except CannotRead:
        return frozenset()
    followed = [word.text for word in words[1:]] + [""]
    found = [word for word, sign in zip(words, followed, strict=False) if word.name and sign != "."]
    # What cannot stand for a name without quotes is a keyword.
    return frozenset(word.name for word in found if not word.word or quoted(word.word) == word.word)
