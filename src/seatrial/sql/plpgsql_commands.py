"""Reads the statements of a PL/pgSQL body that hold no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from seatrial.sql.plpgsql_declarations import DeclarationReader
from seatrial.sql.plpgsql_tree import Assign, CursorUse, Dynamic, Evaluate, Fetch, Query, Return, Text
from seatrial.sql.words import CannotRead

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.sql.plpgsql_tree import Name, Statement

__all__ = ["CommandReader"]

_LEVELS = frozenset({"debug", "log", "info", "notice", "warning", "exception"})
#: Words of FETCH that stand before the cursor; the count may be an expression.
_DIRECTIONS = frozenset({"next", "prior", "first", "last", "absolute", "relative", "forward", "backward", "all"})


class CommandReader(DeclarationReader):
    """A reader of one statement that is not a block, a branch or a loop."""

    def command(self) -> Statement | None:
        """Take a statement with its semicolon; None where nothing of it reaches the SQL compiler."""
        if self.is_assignment():
            return self._assign()
        command = self._COMMANDS.get(self.peek().word)
        return self._query() if command is None else command(self)

    def is_assignment(self) -> bool:
        """Whether a variable comes next, and then := or =."""
        first = self.peek()
        if not first.name and not first.text.startswith("$"):
            return False
        ahead = 1
        while True:
            if self.peek(ahead).word == "." and self.peek(ahead + 1).name:
                ahead += 2
            elif self.peek(ahead).word == "[":
                ahead = self._after_bracket(ahead)
            else:
                return self.peek(ahead).word in {":=", "="}

    def _after_bracket(self, ahead: int) -> int:
        depth = 0
        while True:
            text = self.peek(ahead).text
            if not text:
                return ahead
            depth += (text == "[") - (text == "]")
            ahead += 1
            if depth == 0:
                return ahead

    def _assign(self) -> Assign:
        line = self.peek().line
        place = self.text_until(":=", "=")
        target = self._path(place)
        self.take()
        value = self.text_until(";")
        self.take()
        return Assign(line=line, target=target, place=place, subscripted="[" in place.text, value=value)

    def _path(self, place: Text) -> Name:
        reader = type(self)(place.text)
        return reader.target()

    def cursor_use(self) -> CursorUse:
        """Take a declared cursor with its arguments."""
        line, name = self.peek().line, self.name()
        arguments: tuple[Text, ...] = ()
        if self.accept("("):
            arguments = self.texts_until(")")
            self.expect(")")
        return CursorUse(line=line, cursor=name, arguments=tuple(map(self._argument, arguments)))

    def _argument(self, text: Text) -> Text:
        """An argument of a cursor, without the name that may stand before it."""
        reader = type(self)(text.text)
        if reader.peek().name and reader.peek(1).word in {":=", "=>"}:
            reader.take()
            sign = reader.take()
            return Text(text=text.text.encode()[sign.end :].decode(), line=text.line)
        return text

    def _return(self) -> Return:
        line = self.take().line
        if self.accept("query"):
            if self.peek().word == "execute":
                source: Query | Dynamic = self.execute(";")
                self.expect(";")
            else:
                source = Query(line=line, sql=self._rest())
            return Return(line=line, source=source)
        is_next = self.accept("next")
        value = None if self.peek().word == ";" else self.text_until(";")
        self.expect(";")
        return Return(line=line, value=value, is_next=is_next)

    def _rest(self) -> Text:
        text = self.text_until(";")
        self.take()
        return text

    def _perform(self) -> Evaluate:
        line = self.take().line
        return Evaluate(line=line, values=(self._rest(),), is_perform=True)

    def _raise(self) -> Evaluate:
        line = self.take().line
        is_error = True
        if self.peek().word in _LEVELS and self.peek(1).word not in {".", ","}:
            is_error = self.take().word == "exception"
        values: list[Text] = []
        if self.peek().word not in {"using", ";"}:
            # The first is the format, the condition's name or its SQLSTATE.
            self.accept("sqlstate")
            self.take()
            if self.peek().word not in {",", "using", ";"}:
                raise CannotRead(f"line {self.peek().line}: nothing expected at {self.peek().text!r}")
            if self.accept(","):
                values.extend(self.texts_until("using", ";"))
        if self.accept("using"):
            values.extend(self._options())
        self.expect(";")
        return Evaluate(line=line, values=tuple(values), is_error=is_error)

    def _options(self) -> list[Text]:
        values: list[Text] = []
        while True:
            self.take()
            if not self.accept("="):
                self.expect(":=")
            values.append(self.text_until(",", ";"))
            if not self.accept(","):
                return values

    def _assert(self) -> Evaluate:
        line = self.take().line
        values = self.texts_until(";")
        self.take()
        return Evaluate(line=line, values=values, is_assert=True)

    def _leave(self) -> Evaluate | None:
        line = self.take().line
        while self.peek().word not in {"when", ";"}:
            self.take()
        if self.accept("when"):
            return Evaluate(line=line, values=(self._rest(),))
        self.expect(";")
        return None

    def _diagnostics(self) -> Evaluate:
        line = self.peek().line
        for _ in range(self.distance("diagnostics") + 1):
            self.take()
        targets = []
        while not self.accept(";"):
            targets.append(self.target())
            for _ in range(self.distance(",", ";")):
                self.take()
            self.accept(",")
        return Evaluate(line=line, values=(), targets=tuple(targets))

    def _execute_statement(self) -> Dynamic:
        found = self.execute(";")
        self.expect(";")
        return found

    def execute(self, end: str) -> Dynamic:
        """Take EXECUTE and what belongs to it; the end stays to be read."""
        line = self.take().line
        command = self.text_until("using", "into", end)
        using: tuple[Text, ...] = ()
        into: tuple[Name, ...] = ()
        while self.peek().word != end:
            if self.accept("into"):
                self.accept("strict")
                into = self.targets()
            else:
                self.expect("using")
                using = self.texts_until("into", end)
        return Dynamic(line=line, command=command, using=using, into=into)

    def _open(self) -> Statement:
        line = self.take().line
        if self.peek(1).word in {"(", ";"}:
            use = self.cursor_use()
            self.expect(";")
            return use
        cursor = self.name()
        for _ in range(self.distance("for") + 1):
            self.take()
        if self.peek().word == "execute":
            return self._execute_statement()
        return Query(line=line, sql=self._rest(), opens=cursor)

    def _fetch(self) -> Fetch | None:
        line, is_fetch = self.peek().line, self.take().word == "fetch"
        before = self.distance("into", ";")
        words = [self.take() for _ in range(before)]
        cursor = next((word.name for word in reversed(words) if word.name and word.word not in _DIRECTIONS), "")
        into = self.targets() if self.accept("into") else ()
        self.expect(";")
        return Fetch(line=line, cursor=cursor, into=into) if is_fetch else None

    def _skip(self) -> None:
        for _ in range(self.distance(";") + 1):
            self.take()

    def _query(self) -> Query:
        """Any other statement is the SQL compiler's; an INTO that is not INSERT's or MERGE's names variables."""
        first = begun = last = self.peek()
        into: tuple[Name, ...] = ()
        pieces: list[str] = []
        depth = 0
        while self.peek().word != ";" or depth:
            token = self.take()
            depth += (token.text == "(") - (token.text == ")")
            if token.word == "into" and last.word not in {"insert", "merge"} and first.word != "import":
                self.accept("strict")
                into = self.targets()
                # What follows stays on its line.
                pieces += [self.span(begun, last), "\n" * (self.peek().line - last.line) or " "]
                begun = self.peek()
            last = token
        if begun is not self.peek():
            pieces.append(self.span(begun, last))
        self.expect(";")
        return Query(line=first.line, sql=Text(text="".join(pieces), line=first.line), into=into)

    _COMMANDS: ClassVar[dict[str, Callable[[CommandReader], Statement | None]]] = {
        "return": _return,
        "perform": _perform,
        "raise": _raise,
        "assert": _assert,
        "exit": _leave,
        "continue": _leave,
        "get": _diagnostics,
        "execute": _execute_statement,
        "open": _open,
        "fetch": _fetch,
        "move": _fetch,
        "close": _skip,
        "null": _skip,
        "commit": _skip,
        "rollback": _skip,
    }
