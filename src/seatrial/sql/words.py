"""The tokens of a text with their lines, read one after another."""

from __future__ import annotations

from dataclasses import dataclass

import postgast
from postgast import pg_query_pb2 as pb

__all__ = ["CannotRead", "Reader", "Token", "tokens"]

_COMMENTS = frozenset({pb.SQL_COMMENT, pb.C_COMMENT})
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")


class CannotRead(Exception):
    """The text is not what the reader expects at this place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token; comments are none."""

    text: str
    #: Offsets in bytes of UTF-8.
    start: int
    end: int
    line: int
    #: An unquoted word in lower case, or a sign; empty for a quoted name and for literals.
    word: str
    #: The identifier that a word or a quoted name stands for; else empty.
    name: str


def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of a text, without comments.

    Raises:
        CannotRead: the scanner gave up.
    """
    encoded = text.encode()
    try:
        scanned = postgast.scan(text).tokens
    except postgast.PgQueryError as error:
        raise CannotRead(error.message) from error
    found: list[Token] = []
    line, seen = 1, 0
    for token in scanned:
        line += encoded.count(b"\n", seen, token.start)
        seen = token.start
        if token.token not in _COMMENTS:
            found.append(_token(encoded[token.start : token.end].decode(), token, line))
    return tuple(found)


def _token(text: str, token: pb.ScanToken, line: int) -> Token:
    is_word = token.token == pb.IDENT or token.keyword_kind != pb.NO_KEYWORD
    quoted = is_word and text.startswith('"')
    literal = token.token in {pb.SCONST, pb.USCONST, pb.BCONST, pb.XCONST, pb.UIDENT}
    word = "" if quoted or literal else text.lower()
    name = text[1:-1].replace('""', '"') if quoted else word if is_word else ""
    return Token(text=text, start=token.start, end=token.end, line=line, word=word, name=name)


class Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        """Of the whole text."""
        self._encoded = text.encode()
        self._tokens = tokens(text)
        self._at = 0
        last = self._tokens[-1] if self._tokens else None
        end = len(self._encoded)
        self._end = Token(text="", start=end, end=end, line=last.line if last else 1, word="", name="")

    def peek(self, ahead: int = 0) -> Token:
        """The token to come; after the last one, an empty one."""
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else self._end

    def take(self) -> Token:
        """The next token, which is then behind us."""
        token = self.peek()
        if token is self._end:
            raise CannotRead("the body ends too early")
        self._at += 1
        return token

    def accept(self, *words: str) -> bool:
        """Whether these words come next; they are then behind us."""
        if any(self.peek(ahead).word != word for ahead, word in enumerate(words)):
            return False
        self._at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Take these words.

        Raises:
            CannotRead: something else comes.
        """
        if not self.accept(*words):
            token = self.peek()
            raise CannotRead(f"line {token.line}: {' '.join(words)!r} expected at {token.text!r}")

    def name(self) -> str:
        """Take an identifier."""
        token = self.take()
        if not token.name:
            raise CannotRead(f"line {token.line}: a name expected at {token.text!r}")
        return token.name

    def distance(self, *stops: str) -> int:
        """How many tokens come before one of the stops, outside of brackets."""
        depth, ahead = 0, 0
        while (token := self.peek(ahead)) is not self._end:
            if depth == 0 and token.word in stops:
                return ahead
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth < 0:
                break
            ahead += 1
        raise CannotRead(f"line {self.peek().line}: one of {', '.join(stops)} is missing")

    def span(self, first: Token, last: Token) -> str:
        """The text from one token to another."""
        return self._encoded[first.start : last.end].decode()
