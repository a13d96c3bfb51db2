"""Reads a text from left to right, and says where it is not as it should be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from integrations_hub.dialect.refusals import malformed, missing

if TYPE_CHECKING:
    from integrations_hub.domain.refusal import Refusal

__all__ = ["Scanner"]

#: A name as PostgREST takes it without quotes; a dash may be in it, and the arrow of a JSON path is none.
NAME = re.compile(r"[\w$ ]+(?:-(?!>)[\w$ ]+)*")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
#: Of a text in a message.
SHOWN = 80


class Scanner:
    """A place in a text."""

    def __init__(self, text: str, what: str) -> None:
        """At its beginning; `what` names the text in messages, such as `filter`."""
        self._text = text
        self._what = what
        self._at = 0

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._text)

    def sees(self, token: str) -> bool:
        """Whether the token comes next."""
        return self._text.startswith(token, self._at)

    def takes(self, token: str) -> bool:
        """Go past the token if it comes next."""
        if not self.sees(token):
            return False
        self._at += len(token)
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go past what matches."""
        if found := pattern.match(self._text, self._at):
            self._at = found.end()
        return found

    def rest(self) -> str:
        """Everything that is left."""
        rest, self._at = self._text[self._at :], len(self._text)
        return rest

    def mark(self) -> int:
        """Where it is."""
        return self._at

    def reset(self, mark: int) -> None:
        """Return to where it was."""
        self._at = mark

    def need(self, token: str, expecting: str = "") -> None:
        """Go past the token.

        Raises:
            Refusal: something else comes next.
        """
        if not self.takes(token):
            raise self.unexpected(expecting or f'"{token}"')

    def end(self, expecting: str = "end of input") -> None:
        """Be at the end.

        Raises:
            Refusal: something is left.
        """
        if not self.ended:
            raise self.unexpected(expecting)

    def quoted(self) -> str | None:
        """What stands between double quotes, if any comes next."""
        found = self.match(QUOTED)
        return ESCAPED.sub(r"\1", found[1]) if found else None

    def name(self) -> str:
        """A name of a column, in quotes or not.

        Raises:
            Refusal: none comes next.
        """
        start = self._at
        if quoted := self.quoted():
            return quoted
        self._at = start
        if (found := self.match(NAME)) and (name := found[0].strip()):
            return name
        self._at = start
        raise self.unexpected("field name (* or [a..z0..9_$])")

    def column(self) -> str:
        """A name that is not followed by a JSON path.

        Raises:
            Refusal: no name, or a path.
        """
        name = self.name()
        if self.sees("->"):
            raise self.lacks("JSON paths (-> and ->>)")
        return name

    def unexpected(self, expecting: str) -> Refusal:
        """Something is not as it should be, here."""
        seen = f'"{self._text[self._at]}"' if not self.ended else "end of input"
        return malformed(
            f'"failed to parse {self._what} ({self._shown})" (line 1, column {self._at + 1})',
            f"unexpected {seen} expecting {expecting}",
        )

    def too_deep(self, limit: int) -> Refusal:
        """Parentheses in parentheses in parentheses."""
        return malformed(
            f'"failed to parse {self._what} ({self._shown})" (line 1, column {self._at + 1})',
            f"nested more than {limit} deep",
        )

    def lacks(self, what: str) -> Refusal:
        """Something that PostgREST has and the hub has not."""
        return missing(what, f"in {self._what} ({self._shown})")

    @property
    def _shown(self) -> str:
        return self._text if len(self._text) <= SHOWN else f"{self._text[:SHOWN]}…"
