"""A place in a text, as a person names it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Place", "place_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file, a line and a column, both counted from one, and the line itself."""

    path: str
    line: int = 0
    column: int = 0
    source_line: str = ""

    def __str__(self) -> str:
        """`file:line:column`, or only the file where there is no line."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


def place_at(path: str, text: str, offset: int) -> Place:
    """The place of a character offset in the text of a file; CRLF line ends count as one."""
    offset = max(0, min(offset, len(text)))
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)].rstrip("\r")
    return Place(path=path, line=text.count("\n", 0, offset) + 1, column=offset - start + 1, source_line=line)
