"""Where in a PL/pgSQL body its pieces of SQL lie, and its statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.sql.plpgsql import BodyReader
from seatrial.sql.plpgsql_tree import Evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.sql.plpgsql_tree import Query, Statement, Text
    from seatrial.sql.words import Token

__all__ = ["Place", "SpanReader", "Sql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A span, in bytes of UTF-8."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """A piece of SQL."""

    place: Place
    #: As long as what stands there; an INTO that names variables is blank.
    text: str


class SpanReader(BodyReader):
    """A reader that remembers places. Read with `body()`."""

    def __init__(self, text: str) -> None:
        """Of a whole body, or of a piece of one."""
        super().__init__(text)
        #: Pieces in the order in which they stand; parameters of RAISE are left out.
        self.pieces: list[Sql] = []
        #: IF, CASE, PERFORM and whatever else is a statement, inner ones before outer ones.
        self.statements: list[tuple[Statement, Place]] = []
        self._pieces_of: dict[int, Sql] = {}

    def piece_of(self, text: Text) -> Sql | None:
        """The piece that was read as this text."""
        return self._pieces_of.get(id(text))

    def place_of(self, statement: Statement) -> Place:
        """Where a statement stands, its semicolon included."""
        return next(place for found, place in self.statements if found is statement)

    def text_until(self, *stops: str) -> Text:
        """Take the SQL before one of the stops, and remember where it was."""
        start = self.peek().start
        found = super().text_until(*stops)
        self._remember(start, found.text)
        self._pieces_of[id(found)] = self.pieces[-1]
        return found

    def command(self) -> Statement | None:
        """Take a statement; what RAISE prints decides nothing."""
        before, is_raise = len(self.pieces), self.peek().word == "raise"
        found = super().command()
        if is_raise and isinstance(found, Evaluate):
            del self.pieces[before:]
        return found

    def _statement(self) -> Statement | None:
        start = self.peek().start
        found = super()._statement()
        if found is not None:
            self.statements.append((found, Place(start=start, end=self._last().end)))
        return found

    def _query(self) -> Query:
        first = self._at
        found = super()._query()
        words = self._tokens[first : self._at - 1]
        text = self.span(words[0], words[-1]).encode()
        for blank in self._blanks(first):
            low, high = blank.start - words[0].start, blank.end - words[0].start
            text = text[:low] + b" " * (high - low) + text[high:]
        self._remember(words[0].start, text.decode())
        return found

    def _remember(self, start: int, text: str) -> None:
        self.pieces.append(Sql(place=Place(start=start, end=start + len(text.encode())), text=text))

    def _last(self) -> Token:
        return self._tokens[self._at - 1]

    def _blanks(self, first: int) -> Iterator[Place]:
        """Where, since a token, INTO names variables."""
        place = first
        while place < self._at - 1:
            before = self._tokens[place - 1].word if place > first else ""
            if self._tokens[place].word == "into" and before not in {"insert", "merge"}:
                end = self._after_targets(place + 1)
                yield Place(start=self._tokens[place].start, end=self._tokens[end - 1].end)
                place = end
            else:
                place += 1

    def _after_targets(self, place: int) -> int:
        place += 2 if self._tokens[place].word == "strict" else 1
        while self._tokens[place].word in {".", ","}:
            place += 2
        return place
