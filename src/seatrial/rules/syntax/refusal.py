"""The place where the grammar gave up, with what stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.lexis import blanked

if TYPE_CHECKING:
    from seatrial.model.source import Script

__all__ = ["Refusal", "refusal_of"]

#: Words, also with the invisible characters that PostgreSQL takes for letters; or one character of any kind.
_WORD = re.compile(r"[A-Za-z0-9_\x80-\U0010ffff]+|\S")
#: Of a message, in characters.
_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A fault in a script; offsets are characters of the script."""

    script: Script
    text: str
    #: The text without comments and quoted text.
    blank: str
    #: Where the grammar gave up.
    start: int
    #: Where the statement begins in which it gave up.
    opening: int
    #: The parser's words, on one line.
    message: str

    @property
    def word(self) -> str:
        """What stands at the fault: a word in lower case, or one character; empty at the end of the text."""
        match = _WORD.match(self.text, self.start)
        return match[0].lower() if match else ""

    @property
    def before(self) -> str:
        """The statement up to the fault, without comments and quoted text."""
        return self.blank[self.opening : self.start]

    @property
    def words(self) -> list[str]:
        """The words in front of the fault and the one at it, in lower case."""
        return [*re.findall(r"\w+", self.before.lower()), self.word]

    @property
    def end(self) -> int:
        """Where the statement ends: after the next semicolon, or with the text."""
        semicolon = self.blank.find(";", self.start)
        return semicolon + 1 if semicolon >= 0 else len(self.text.rstrip())

    def line_of(self, offset: int) -> int:
        """The number of the line at an offset."""
        return self.text.count("\n", 0, offset) + 1


def refusal_of(script: Script) -> Refusal | None:
    """The fault of a script; None where the grammar takes all of it."""
    if script.fault is None:
        return None
    text = script.source.text
    blank = blanked(text)
    start = _shown_start(text, script.fault.start)
    after = blank.rfind(";", 0, start) + 1
    lead = re.compile(r"\s*").match(blank, after, start)
    return Refusal(
        script=script,
        text=text,
        blank=blank,
        start=start,
        opening=lead.end() if lead else after,
        message=_one_line(script.fault.message),
    )


def _shown_start(text: str, start: int) -> int:
    """At the end of the text the caret belongs after the last word, not on an empty line below it."""
    return start if text[start:].strip() else len(text[:start].rstrip())


def _one_line(message: str) -> str:
    """An unterminated quote is reported with the whole rest of the file: its first line says enough."""
    first, _, rest = message.partition("\n")
    short = first if len(first) <= _WIDTH else f"{first[: _WIDTH - 1]}…"
    return f'{short.rstrip()}…"' if rest and not short.endswith("…") else short
