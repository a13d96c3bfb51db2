"""Reads the body of a PL/pgSQL function into a tree.

The parser's own reader of PL/pgSQL knows no catalog and loses composite types, fields and parameters; so the words are
read here. A body that the server took is grammatical, which keeps this small: what is not expected ends the reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from seatrial.sql.plpgsql_commands import CommandReader
from seatrial.sql.plpgsql_tree import Block, Body, Branch, Handler, Loop, Query, Text
from seatrial.sql.words import CannotRead

if TYPE_CHECKING:
    from seatrial.sql.plpgsql_tree import Declaration, Statement

__all__ = ["BodyReader", "read_body"]


def read_body(text: str) -> Body:
    """The tree of a body, as `pg_proc.prosrc` has it.

    Raises:
        CannotRead: it is not PL/pgSQL as this reader knows it.
    """
    return BodyReader(text).body()


class BodyReader(CommandReader):
    """A reader of a whole body."""

    def body(self) -> Body:
        """Take all of it."""
        conflict = ""
        while self.accept("#"):
            option, value = self.take().word, self.take().word
            conflict = value if option == "variable_conflict" else conflict
        block = self._block(self._label())
        self.accept(";")
        if self.peek().text:
            raise CannotRead(f"line {self.peek().line}: nothing expected at {self.peek().text!r}")
        return Body(conflict=conflict, block=block)

    def _label(self) -> str:
        label = ""
        while self.accept("<<"):
            label = self.name()
            self.expect(">>")
        return label

    def _block(self, label: str) -> Block:
        line = self.peek().line
        declarations: list[Declaration] = []
        while self.accept("declare"):
            while self.peek().word not in {"begin", "declare"}:
                declarations.append(self.declaration())
        self.expect("begin")
        body = self._statements("exception", "end")
        handlers = self._handlers() if self.accept("exception") else ()
        self.expect("end")
        self._closing_label()
        return Block(line=line, label=label, declarations=tuple(declarations), body=body, handlers=handlers)

    def _handlers(self) -> tuple[Handler, ...]:
        found: list[Handler] = []
        while self.accept("when"):
            conditions: list[str] = []
            while not self.accept("then"):
                token = self.take()
                if token.word not in {"or", "sqlstate"}:
                    conditions.append(token.name.lower() or token.text.strip("'"))
            found.append(Handler(conditions=tuple(conditions), body=self._statements("when", "end")))
        return tuple(found)

    def _closing_label(self) -> None:
        if self.peek().name and self.peek(1).word in {";", ""}:
            self.take()

    def _statements(self, *ends: str) -> tuple[Statement, ...]:
        found: list[Statement] = []
        while self.peek().word not in ends or self.is_assignment():
            statement = self._statement()
            if statement is not None:
                found.append(statement)
        return tuple(found)

    def _statement(self) -> Statement | None:
        label = self._label()
        word = self.peek().word
        if self.is_assignment():
            return self.command()
        if word in {"declare", "begin"}:
            block = self._block(label)
            self.expect(";")
            return block
        if word in self._LOOPS:
            return self._LOOPS[word](self, label)
        return self._COMPOUND[word](self) if word in self._COMPOUND else self.command()

    def _if(self) -> Branch:
        line = self.take().line
        arms = [self._arm("then", "elsif", "elseif", "else", "end")]
        while self.accept("elsif") or self.accept("elseif"):
            arms.append(self._arm("then", "elsif", "elseif", "else", "end"))
        if self.accept("else"):
            arms.append(((), self._statements("end")))
        self.expect("end", "if", ";")
        return Branch(line=line, arms=tuple(arms))

    def _arm(
        self, then: str, *ends: str, operand: Text | None = None
    ) -> tuple[tuple[Text, ...], tuple[Statement, ...]]:
        condition = self.text_until(then)
        self.take()
        if operand is not None:
            # The server compiles the operand against the list in just this form.
            text = f"({operand.text}) IN ({condition.text})"
            condition = Text(text=text, line=condition.line - operand.text.count("\n"))
        return (condition,), self._statements(*ends)

    def _case(self) -> Branch:
        line = self.take().line
        operand = None if self.peek().word == "when" else self.text_until("when")
        arms = []
        while self.accept("when"):
            arms.append(self._arm("then", "when", "else", "end", operand=operand))
        if self.accept("else"):
            arms.append(((), self._statements("end")))
        self.expect("end", "case", ";")
        return Branch(line=line, arms=tuple(arms))

    def _loop_body(self) -> tuple[Statement, ...]:
        self.expect("loop")
        body = self._statements("end")
        self.expect("end", "loop")
        self._closing_label()
        self.expect(";")
        return body

    def _loop(self, label: str) -> Loop:
        return Loop(line=self.peek().line, label=label, body=self._loop_body())

    def _while(self, label: str) -> Loop:
        line = self.take().line
        condition = self.text_until("loop")
        return Loop(line=line, label=label, values=(condition,), body=self._loop_body())

    def _foreach(self, label: str) -> Loop:
        line = self.take().line
        targets = self.targets()
        if self.accept("slice"):
            self.take()
        self.expect("in", "array")
        array = self.text_until("loop")
        return Loop(line=line, label=label, targets=targets, array=array, body=self._loop_body())

    def _for(self, label: str) -> Loop:
        line = self.take().line
        targets = self.targets()
        self.expect("in")
        if self.peek().word == "execute":
            source = self.execute("loop")
            return Loop(line=line, label=label, targets=targets, source=source, body=self._loop_body())
        if self.peek().name in self.cursors and self.peek(1).word in {"(", "loop"}:
            use = self.cursor_use()
            return Loop(line=line, label=label, targets=targets, source=use, body=self._loop_body())
        reverse = self.accept("reverse")
        first = self.text_until("..", "loop")
        if reverse or self.peek().word == "..":
            return self._for_integers(line, label, targets[0][-1], first)
        query = Query(line=line, sql=first)
        return Loop(line=line, label=label, targets=targets, source=query, body=self._loop_body())

    def _for_integers(self, line: int, label: str, counter: str, first: Text) -> Loop:
        self.expect("..")
        values = [first, self.text_until("loop", "by")]
        if self.accept("by"):
            values.append(self.text_until("loop"))
        return Loop(line=line, label=label, values=tuple(values), counter=counter, body=self._loop_body())

    _LOOPS: ClassVar = {"loop": _loop, "while": _while, "for": _for, "foreach": _foreach}
    _COMPOUND: ClassVar = {"if": _if, "case": _case}
