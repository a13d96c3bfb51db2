"""Reads what a PL/pgSQL body declares, and the names and expressions that its statements share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.sql.plpgsql_tree import Cursor, Declaration, Text
from seatrial.sql.words import CannotRead, Reader

if TYPE_CHECKING:
    from seatrial.sql.plpgsql_tree import Name
    from seatrial.sql.words import Token

__all__ = ["DeclarationReader"]


class DeclarationReader(Reader):
    """A reader that knows which cursors were declared so far."""

    def __init__(self, text: str) -> None:
        """Of a body, or of a piece of one."""
        super().__init__(text)
        self.cursors: set[str] = set()

    def text_until(self, *stops: str) -> Text:
        """Take the SQL before one of the stops, which stays to be read."""
        return self._text(self.distance(*stops))

    def texts_until(self, *stops: str) -> tuple[Text, ...]:
        """Take the expressions before one of the stops, which stays to be read; commas part them."""
        found = [self.text_until(",", *stops)]
        while self.accept(","):
            found.append(self.text_until(",", *stops))
        return tuple(found)

    def target(self) -> Name:
        """Take a variable, or a field of one."""
        first = self.take()
        path = [first.name or first.text]
        while self.peek().word == "." and self.peek(1).name:
            self.take()
            path.append(self.name())
        return tuple(path)

    def targets(self) -> tuple[Name, ...]:
        """Take a list of variables and fields."""
        found = [self.target()]
        while self.accept(","):
            found.append(self.target())
        return tuple(found)

    def declaration(self) -> Declaration:
        """Take one declaration with its semicolon."""
        line, name = self.peek().line, self.name()
        if self.accept("alias", "for"):
            alias = self.target()
            self.expect(";")
            return Declaration(name=name, line=line, alias_of=alias)
        if self._is_cursor():
            return self._cursor(name, line)
        self.accept("constant")
        kind = self._type()
        if self.accept("collate"):
            self.target()
        self.accept("not", "null")
        default = None
        if not self.accept(";"):
            self.take()
            default = self.text_until(";")
            self.take()
        return Declaration(name=name, line=line, type=kind, default=default)

    def _type(self) -> str:
        return self._text(self.distance("not", ":=", "=", "default", "collate", ";")).text

    def _is_cursor(self) -> bool:
        words = [self.peek(ahead).word for ahead in range(3)]
        return words[0] == "cursor" or words[:2] == ["scroll", "cursor"] or words == ["no", "scroll", "cursor"]

    def _cursor(self, name: str, line: int) -> Declaration:
        while self.take().word != "cursor":
            pass
        parameters: list[tuple[str, str]] = []
        if self.accept("("):
            while not self.accept(")"):
                parameters.append((self.name(), self._text(self.distance(",", ")")).text))
                self.accept(",")
        if not self.accept("is"):
            self.expect("for")
        query = self.text_until(";")
        self.take()
        self.cursors.add(name)
        return Declaration(name=name, line=line, cursor=Cursor(parameters=tuple(parameters), query=query))

    def _text(self, count: int) -> Text:
        if count == 0:
            raise CannotRead(f"line {self.peek().line}: SQL expected at {self.peek().text!r}")
        taken: list[Token] = [self.take() for _ in range(count)]
        return Text(text=self.span(taken[0], taken[-1]), line=taken[0].line)
