"""What the bodies of functions and of DO hold: commands, each at its place in the script."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.model.commands import Inner
from seatrial.sql.commands.blocks import pieces_of
from seatrial.sql.commands.expressions import read_expression
from seatrial.sql.commands.faults import of_plpgsql, of_sql
from seatrial.sql.commands.naming import value
from seatrial.sql.commands.quotes import inside, string_after
from seatrial.sql.trees import parse_text
from seatrial.sql.words import CannotRead, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from postgast.pg_query_pb2 import Node

    from seatrial.model.commands import Command
    from seatrial.model.expression import Expression
    from seatrial.model.source import SyntaxFault
    from seatrial.sql.commands.blocks import Piece
    from seatrial.sql.commands.places import Places
    from seatrial.sql.words import Token

__all__ = ["InBody", "body_offset", "in_body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InBody:
    """What a body holds, as far as it can be read."""

    inner: tuple[Inner, ...] = ()
    #: Expressions of EXECUTE that are more than a constant.
    dynamic: tuple[Expression, ...] = ()
    #: Where the grammar gives up.
    fault: SyntaxFault | None = None


def in_body(node: Node, places: Places, read: Callable[[Node, Places], Command]) -> InBody:
    """The statements and expressions in the body of CREATE FUNCTION, CREATE PROCEDURE or DO.

    Args:
        node: the whole statement.
        places: of the text that was parsed.
        read: makes a command of each.
    """
    if node.create_function_stmt.HasField("sql_body"):
        return InBody(inner=tuple(_atomic(node.create_function_stmt.sql_body, places, read)))
    source = _source(node)
    if source is None:
        return InBody()
    body, where = source[1], string_after(places, source[0], source[1])
    if _language(node) == "sql":
        found = tuple(_of_text(body, where, read))
        return InBody(inner=found, fault=None if found else of_sql(body, where))
    if _language(node) != "plpgsql":
        return InBody()
    pieces, doubt = pieces_of(body)
    inner = [one for piece in pieces for one in _of_piece(piece, where, read)]
    dynamic = [piece for piece in pieces if piece.is_dynamic and _constant(piece) is None]
    return InBody(
        inner=tuple(inner),
        dynamic=tuple(_expression(piece, where) for piece in dynamic),
        fault=None if doubt is None else of_plpgsql(node, body, where, doubt),
    )


def body_offset(node: Node, places: Places) -> int:
    """The character where the body begins; -1 where there is none."""
    if node.create_function_stmt.HasField("sql_body"):
        starts = _starts(places)
        return places.at(starts[0].start + places.skipped) if starts else -1
    source = _source(node)
    return -1 if source is None else string_after(places, *source).base


def _options(node: Node) -> Sequence[Node]:
    is_do = node.HasField("do_stmt")
    options: Sequence[Node] = node.do_stmt.args if is_do else node.create_function_stmt.options
    return options


def _language(node: Node) -> str:
    found = (one.def_elem for one in _options(node))
    default = "plpgsql" if node.HasField("do_stmt") else "sql"
    return next((value(one.arg) for one in found if one.defname == "language"), default).lower()


def _source(node: Node) -> tuple[int, str] | None:
    """The place of AS and what follows it."""
    for option in _options(node):
        found = option.def_elem
        if found.defname == "as":
            items = found.arg.list.items
            return found.location, str(items[0].string.sval if items else found.arg.string.sval)
    return None


def _of_text(text: str, places: Places, read: Callable[[Node, Places], Command]) -> Iterator[Inner]:
    """Statements that stand one after another."""
    try:
        found = parse_text(text).stmts
        starts = [token.start for token in tokens(text)]
    except (postgast.PgQueryError, CannotRead, DecodeError, ValueError):
        return
    for raw in found:
        # Comments before a statement count as its own there.
        start = starts[bisect_left(starts, raw.stmt_location)]
        yield Inner(command=read(raw.stmt, places), offset=places.at(start))


def _of_piece(piece: Piece, body: Places, read: Callable[[Node, Places], Command]) -> Iterator[Inner]:
    places = _places(piece, body)
    text = _constant(piece) if piece.is_dynamic else None
    if text is not None:
        for inner in _of_text(text, string_after(inside(body, piece.start, piece.text), 0, text), read):
            yield Inner(command=inner.command, offset=inner.offset, guarded=piece.guarded)
    elif not piece.is_dynamic:
        yield Inner(command=read(piece.node, places), offset=places.base, guarded=piece.guarded)


def _places(piece: Piece, body: Places) -> Places:
    if not body.encoded:
        return body
    parsed: Places = replace(piece.parsed, base=body.at(piece.start), prefix=piece.begin)
    return parsed


def _constant(piece: Piece) -> str | None:
    """What EXECUTE runs, where that is a plain constant."""
    select = piece.node.select_stmt
    found = select.target_list[0].res_target.val if len(select.target_list) == 1 else pb.Node()
    return str(found.a_const.sval.sval) if found.a_const.HasField("sval") else None


def _expression(piece: Piece, body: Places) -> Expression:
    targets = piece.node.select_stmt.target_list
    return read_expression(targets[0].res_target.val if targets else pb.Node(), _places(piece, body))


def _atomic(body: Node, places: Places, read: Callable[[Node, Places], Command]) -> Iterator[Inner]:
    """BEGIN ATOMIC … END, or RETURN: parsed with the whole statement."""
    statements = [item for group in body.list.items for item in group.list.items] or [body]
    starts = _starts(places)
    for place, found in enumerate(statements):
        start = starts[place].start + places.skipped if len(starts) == len(statements) else -1
        yield Inner(command=read(_as_query(found), places), offset=places.at(start))


def _as_query(found: Node) -> Node:
    """RETURN as the SELECT that it stands for."""
    if not found.HasField("return_stmt"):
        return found
    target = pb.Node(res_target=pb.ResTarget(val=found.return_stmt.returnval))
    return pb.Node(select_stmt=pb.SelectStmt(target_list=[target]))


def _starts(places: Places) -> list[Token]:
    """The first words of the statements of a body that is no string."""
    try:
        words = tokens(places.encoded.decode())
    except CannotRead:
        return []
    atomic = next((at for at, one in enumerate(words) if one.word == "atomic" and words[at - 1].word == "begin"), None)
    if atomic is None:
        return [one for one in words if one.word == "return"][-1:]
    inside_body = words[atomic:-1]
    return [
        word
        for before, word in pairwise(inside_body)
        if before.word in {"atomic", ";"} and word.word not in {"end", ";"}
    ]
