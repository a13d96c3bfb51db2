"""The shape of a statement that somebody else ran: what it does to which relations, without a value."""

from __future__ import annotations

from dataclasses import dataclass

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.named import Named
from seatrial.sql.text import tree
from seatrial.sql.words import CannotRead, Token, tokens

__all__ = ["Shape", "shape_of"]

_LONGEST = 2_000
#: A statement that holds a thousand rows is read in milliseconds, one that holds a million would be read in seconds.
_READ = 200_000
_WRITES = frozenset({"insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})
_LITERALS = frozenset({pb.SCONST, pb.USCONST, pb.BCONST, pb.XCONST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One SELECT, INSERT, UPDATE, DELETE or MERGE."""

    #: Constants are `$1`, `$2` …; on one line, without comments, at most 2,000 letters.
    text: str
    #: As they are written, with a schema or without.
    relations: tuple[str, ...]
    writes: bool


def shape_of(statement: str) -> Shape | None:
    """Its shape; None where nobody can say that no value is left in it: other commands, and what cannot be parsed."""
    if len(statement) > _READ or "\0" in statement:
        return None
    try:
        plain = postgast.normalize(statement)
        [raw] = tree(plain).stmts
        kind = raw.stmt.WhichOneof("node")
        if kind not in _WRITES | {"select_stmt"} or any(_is_literal(one) for one in postgast.scan(plain).tokens):
            return None
        found = Named()
        found.read(raw.stmt)
        line = _line(tokens(plain))
    except (postgast.PgQueryError, DecodeError, CannotRead, ValueError, RecursionError):
        return None
    names = tuple(sorted(found.names | found.optional | found.creates))
    return Shape(text=line, relations=names, writes=_writes(raw.stmt))


def _writes(statement: pb.Node) -> bool:
    """Also inside of WITH, which nothing deeper may hold: so the REST layer writes."""
    inner = (cte.common_table_expr.ctequery for cte in statement.select_stmt.with_clause.ctes)
    return statement.WhichOneof("node") in _WRITES or any(map(_writes, inner))


def _is_literal(token: pb.ScanToken) -> bool:
    return token.token in _LITERALS


def _line(words: tuple[Token, ...]) -> str:
    pieces: list[str] = []
    end = words[0].start if words else 0
    for word in words:
        pieces.append(" " * (word.start > end) + word.text)
        end = word.end
    line = " ".join("".join(pieces).split()).rstrip("; ")
    return line if len(line) <= _LONGEST else line[: _LONGEST - 2].rstrip() + " …"
