"""A statement that writes, as a query with the same columns; it is never run, only its columns matter."""

from __future__ import annotations

from seatrial.sql.words import CannotRead, Reader

__all__ = ["as_query", "stored_query"]

_WRITES = frozenset({"insert", "update", "delete"})


def as_query(text: str) -> str:
    """The query; INSERT, UPDATE and DELETE … RETURNING become a SELECT from their tables, in WITH as well.

    Raises:
        CannotRead: where that does not do, as for MERGE.
    """
    return _Writing(text).statement()


def stored_query(text: str) -> str:
    """The query of CREATE TABLE … AS; its line breaks stay, so that lines are those of the whole."""
    reader = Reader(text)
    first = reader.peek()
    for _ in range(reader.distance("as") + 1):
        reader.take()
    begun = last = reader.peek()
    depth = 0
    while reader.peek().text:
        is_end = [reader.peek(ahead).word for ahead in range(3)] in (["with", "data", ""], ["with", "no", "data"])
        if is_end and depth == 0:
            break
        last = reader.take()
        depth += (last.word == "(") - (last.word == ")")
    return "\n" * (begun.line - first.line) + reader.span(begun, last)


class _Writing(Reader):
    def statement(self, *ends: str) -> str:
        """Take a statement up to a closing bracket, or to the end of the text."""
        head = self._with() if self.peek().word == "with" else ""
        word = self.peek().word
        if word == "merge":
            raise CannotRead("what MERGE returns is not known here")
        if word not in _WRITES:
            return head + self._until(*ends)
        tables = self._tables(*ends)
        return f"{head}SELECT {self._returning(*ends)}\nFROM {', '.join(tables)}"

    def _with(self) -> str:
        pieces = [self.take().text]
        while True:
            while self.peek().word != "as":
                pieces.append(self.take().text)
            while self.peek().word != "(":
                pieces.append(self.take().text)
            self.take()
            pieces.append(f"({self.statement(')')}\n)")
            self.expect(")")
            # SEARCH and CYCLE may follow; what does not is the statement itself or the next one.
            while self.peek().word not in {",", "select", "values", "table", "(", "merge", *_WRITES}:
                pieces.append(self.take().text)
            if not self.accept(","):
                return " ".join([*pieces, ""])
            pieces.append(",")

    def _tables(self, *ends: str) -> list[str]:
        """The table that is written and those beside it, with their aliases."""
        word = self.take().word
        if word != "update":
            # INTO or FROM
            self.take()
        before = {
            "insert": ("(", "values", "select", "with", "default", "overriding", "table"),
            "update": ("set",),
            "delete": ("using", "where", "returning", *ends),
        }
        tables = [self._until(*before[word])]
        if word == "delete" and self.accept("using"):
            tables.append(self._until("where", "returning", *ends))
        if word == "update":
            self._until("from", "where", "returning", *ends)
            if self.accept("from"):
                tables.append(self._until("where", "returning", *ends))
        return tables

    def _returning(self, *ends: str) -> str:
        self._until("returning", *ends)
        return self._until(*ends) if self.accept("returning") else ""

    def _until(self, *stops: str) -> str:
        """Take the text before one of these words outside of brackets, or all that is left."""
        first, last = self.peek(), None
        depth = 0
        while self.peek().text and (depth or self.peek().word not in stops):
            last = self.take()
            depth += (last.word in {"(", "["}) - (last.word in {")", "]"})
        return self.span(first, last) if last is not None else ""
