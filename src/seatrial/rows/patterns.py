"""Texts that match a pattern, one for each number, made from the pattern itself.

Only the shapes that checks have: characters, classes, groups, alternatives, repetitions, anchors. What cannot be read
gives nothing, and whatever is given is tried on the server before it is used.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.rows.choice import Choice, code

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["like", "matching"]

#: How often something is repeated that may be repeated without end, or often.
OFTEN = 8
MOST_BRANCHES = 6
MOST_PLACES = 2000
LETTERS = string.ascii_lowercase
ANY = string.digits + LETTERS
SPACE = " "
CLASSES = {
    "d": string.digits, "w": ANY, "s": SPACE, "D": LETTERS, "W": "-", "S": ANY,
}  # fmt: skip
NAMED = {
    "digit": string.digits, "alpha": LETTERS, "alnum": ANY, "lower": LETTERS, "upper": string.ascii_uppercase,
    "space": SPACE, "xdigit": "0123456789abcdef", "punct": "-", "blank": SPACE, "print": ANY, "graph": ANY,
}  # fmt: skip
#: Matches without taking a character.
EMPTY_ESCAPES = "AZmMyYbB"

#: One text as alphabets, place by place.
Places = tuple[str, ...]


class _Unreadable(Exception):
    """Something that is not read here: a look-ahead, a back reference, an odd end."""


def matching(pattern: str, limit: int = 0) -> tuple[Choice, ...]:
    """Texts that match a regular expression of PostgreSQL: one choice for each branch, long and short.

    Args:
        pattern: of the operator ~ or ~*.
        limit: characters at most; 0 for no limit.
    """
    choices: dict[Choice, None] = {}
    for often in (OFTEN, 1, 0):
        try:
            reader = _Reader(pattern=pattern, often=often)
            branches = reader.branches()
            reader.expect_end()
        except (_Unreadable, IndexError, ValueError):
            return ()
        choices.update({code(places, 1): None for places in branches if len(places) <= (limit or MOST_PLACES)})
    return tuple(choices)


def like(pattern: str, limit: int = 0) -> tuple[Choice, ...]:
    """Texts that match a pattern of LIKE, of a limited length where the limit is not 0."""
    places: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == "%":
            places.extend([string.digits] * OFTEN)
        elif character == "_":
            places.append(ANY)
        else:
            places.append(next(characters, "") if character == "\\" else character)
    places = [place for place in places if place]
    return (code(places, 1),) if len(places) <= (limit or MOST_PLACES) else ()


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads a pattern from left to right."""

    pattern: str
    often: int
    at: int = 0

    def branches(self) -> list[Places]:
        """Alternatives up to a closing bracket or the end."""
        found = self._sequence()
        while self._next_is("|"):
            found += self._sequence()
        return found[:MOST_BRANCHES]

    def expect_end(self) -> None:
        if self.at < len(self.pattern):
            raise _Unreadable

    def _next_is(self, character: str) -> bool:
        if self.pattern.startswith(character, self.at):
            self.at += len(character)
            return True
        return False

    def _sequence(self) -> list[Places]:
        found: list[Places] = [()]
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            repeated = self._repeated(self._atom())
            found = [(*before, *after) for before in found for after in repeated][:MOST_BRANCHES]
        return found

    def _atom(self) -> list[Places]:
        character = self._take()
        if character in "^$":
            return [()]
        if character == "(":
            return self._group()
        if character == "[":
            return [(self._class(),)]
        if character == ".":
            return [(ANY,)]
        if character == "\\":
            return self._escape()
        return [(character,)]

    def _take(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1]

    def _group(self) -> list[Places]:
        if not self._next_is("?:") and self._next_is("?"):
            raise _Unreadable
        found = self.branches()
        if not self._next_is(")"):
            raise _Unreadable
        return found

    def _escape(self) -> list[Places]:
        character = self._take()
        if character in CLASSES:
            return [(CLASSES[character],)]
        if character in EMPTY_ESCAPES:
            return [()]
        if character.isalnum():
            raise _Unreadable
        return [(character,)]

    def _class(self) -> str:
        negated = self._next_is("^")
        members = "".join(self._members())
        if negated:
            members = "".join(character for character in ANY + "-" if character not in members)
        return _narrowed(members)

    def _members(self) -> Iterator[str]:
        first = True
        while first or not self._next_is("]"):
            first = False
            if self._next_is("[:"):
                end = self.pattern.index(":]", self.at)
                yield NAMED.get(self.pattern[self.at : end], "")
                self.at = end + 2
                continue
            character = self._take()
            if character == "\\":
                character = self._take()
                if character in CLASSES:
                    yield CLASSES[character]
                    continue
            yield from self._range(character)

    def _range(self, start: str) -> Iterator[str]:
        if self.pattern[self.at] == "-" and self.pattern[self.at + 1] != "]":
            self.at += 1
            end = self._take()
            yield "".join(map(chr, range(ord(start), min(ord(end), ord(start) + 127) + 1)))
        else:
            yield start

    def _repeated(self, atom: list[Places]) -> list[Places]:
        least, most = self._repetition()
        times = max(least, min(most, self.often))
        # A branch may be as empty as its pattern allows.
        return [places * times for places in atom]

    def _repetition(self) -> tuple[int, int]:
        without_end = OFTEN
        bounds = (1, 1)
        if self._next_is("*"):
            bounds = (0, without_end)
        elif self._next_is("+"):
            bounds = (1, without_end)
        elif self._next_is("?"):
            bounds = (0, 1)
        elif self.pattern.startswith("{", self.at):
            end = self.pattern.index("}", self.at)
            least, comma, most = self.pattern[self.at + 1 : end].partition(",")
            self.at = end + 1
            bounds = (int(least), int(most or OFTEN) if comma else int(least))
        else:
            return bounds
        self._next_is("?")
        return bounds


def _narrowed(members: str) -> str:
    """A class as letters of one case or digits where it has them, so that texts differ however they are compared."""
    for alphabet in (ANY, LETTERS, string.digits, string.ascii_uppercase):
        common = "".join(character for character in alphabet if character in members)
        if len(common) > 1:
            return common
    if not members:
        raise _Unreadable
    return members
