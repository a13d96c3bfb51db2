"""The SQL of a PL/pgSQL body piece by piece, each with its place and with what guards it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.sql.commands.places import places_of
from seatrial.sql.existence import implies_existence, looks_up
from seatrial.sql.plpgsql_spans import SpanReader
from seatrial.sql.plpgsql_tree import Assign, Block, Branch, Cursor, Dynamic, Evaluate, Loop, Query, Return, Text
from seatrial.sql.trees import parse_text
from seatrial.sql.words import CannotRead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from postgast.pg_query_pb2 import Node

    from seatrial.sql.commands.places import Places
    from seatrial.sql.plpgsql_tree import Handler, Statement

__all__ = ["Piece", "pieces_of"]

_GUARDING_CONDITIONS = frozenset({"undefined_table", "others", "42P01"})
_PREFIX = "SELECT "
_END = ";\n"
#: What a text must hold to ask the catalogs.
_CATALOG_WORDS = ("pg_", "information_schema", "to_regclass")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A statement or an expression of a body, parsed."""

    node: Node
    text: str
    #: Byte offset in the body.
    start: int
    #: The text that was parsed, that of other pieces with it, and the byte where this one begins there.
    parsed: Places
    begin: int
    guarded: bool = False
    #: It is what EXECUTE runs.
    is_dynamic: bool = False


def pieces_of(body: str) -> tuple[tuple[Piece, ...], int | None]:
    """As they stand in the tree of the body; nothing of a body, or of a piece, that cannot be read.

    Returns:
        The pieces, and the byte of the first place that cannot be read; None where all can.
    """
    reader: _Reader | None = None
    try:
        reader = _Reader(body)
        block = reader.body().block
        walk = _Walk(reader, block)
        return tuple(walk.block(block, guarded=False)), walk.doubt
    except (CannotRead, LookupError, RecursionError, ValueError):
        return (), reader.peek().start if reader else 0


class _Reader(SpanReader):
    """Knows the place of every text of its tree."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._kept: list[Text] = []

    def text_until(self, *stops: str) -> Text:
        found = super().text_until(*stops)
        # Pieces are found by identity, which must not be given away again.
        self._kept.append(found)
        return found

    def _query(self) -> Query:
        found = super()._query()
        self._pieces_of[id(found.sql)] = self.pieces[-1]
        return found

    def _arm(
        self, then: str, *ends: str, operand: Text | None = None
    ) -> tuple[tuple[Text, ...], tuple[Statement, ...]]:
        before = len(self.pieces)
        arm = super()._arm(then, *ends, operand=operand)
        self._pieces_of[id(arm[0][0])] = self.pieces[before]
        return arm


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """A text of the tree: a whole statement, what EXECUTE runs, or any other expression."""

    text: Text
    is_whole: bool = False
    is_dynamic: bool = False


def _leaves(thing: Any) -> Iterator[_Leaf]:  # noqa: ANN401 - any part of the tree
    match thing:
        case str() | int() | None:
            pass
        case Text():
            yield _Leaf(text=thing)
        case Query():
            yield _Leaf(text=thing.sql, is_whole=True)
        case Cursor():
            yield _Leaf(text=thing.query, is_whole=True)
        case Dynamic():
            yield _Leaf(text=thing.command, is_dynamic=True)
            yield from _leaves(thing.using)
        case Assign():
            yield from _leaves(thing.value)
        case tuple():
            for part in thing:
                yield from _leaves(part)
        case _:
            for name in _names(thing.__class__):
                yield from _leaves(getattr(thing, name))


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


class _Walk:
    """Through the tree, with what guards each place."""

    def __init__(self, reader: _Reader, block: Block) -> None:
        leaves = tuple(_leaves(block))
        self._pieces = _parsed(reader, leaves)
        #: The byte of the first piece that the grammar refuses.
        self.doubt = next((at for leaf in self._left(leaves) if (at := _refused(reader, leaf)) is not None), None)
        asking = (p for p in self._pieces.values() if any(word in p.text.lower() for word in _CATALOG_WORDS))
        self._looked_up = any(looks_up(piece.node) for piece in asking)

    def _left(self, leaves: Iterable[_Leaf]) -> Iterator[_Leaf]:
        return (leaf for leaf in leaves if id(leaf.text) not in self._pieces)

    def block(self, block: Block, *, guarded: bool) -> Iterator[Piece]:
        """All of a block; a failure in it may be caught, one in a declaration or a handler is not."""
        yield from self._all(block.declarations, guarded=guarded)
        yield from self._sequence(block.body, guarded=guarded or _catches(block.handlers))
        for handler in block.handlers:
            yield from self._sequence(handler.body, guarded=guarded)

    def _sequence(self, statements: Iterable[Statement], *, guarded: bool) -> Iterator[Piece]:
        for statement in statements:
            match statement:
                case Block():
                    yield from self.block(statement, guarded=guarded)
                case Branch():
                    yield from self._branch(statement, guarded=guarded)
                    # `IF to_regclass('a') IS NULL THEN RETURN; END IF;` guards what comes after it.
                    conditions, body = statement.arms[0]
                    guarded = guarded or (_leaves_function(body) and self._implies(conditions, outcome=False))
                case Loop():
                    yield from self._all(replace(statement, body=()), guarded=guarded)
                    yield from self._sequence(statement.body, guarded=guarded)
                case _:
                    yield from self._all(statement, guarded=guarded)

    def _branch(self, branch: Branch, *, guarded: bool) -> Iterator[Piece]:
        for conditions, body in branch.arms:
            yield from self._all(conditions, guarded=guarded)
            yield from self._sequence(body, guarded=guarded or self._implies(conditions, outcome=True))
            # The arms that follow are reached only where this one is not chosen.
            guarded = guarded or self._implies(conditions, outcome=False)

    def _all(self, thing: Any, *, guarded: bool) -> Iterator[Piece]:  # noqa: ANN401 - any part of the tree
        for leaf in _leaves(thing):
            piece = self._pieces.get(id(leaf.text))
            if piece is not None:
                yield replace(piece, guarded=True) if guarded else piece

    def _implies(self, conditions: tuple[Text, ...], *, outcome: bool) -> bool:
        pieces = (self._pieces.get(id(condition)) for condition in conditions)
        targets = [piece.node.select_stmt.target_list for piece in pieces if piece is not None]
        return any(implies_existence(t[0].res_target.val, outcome, self._looked_up) for t in targets if t)


def _leaves_function(body: tuple[Statement, ...]) -> bool:
    last = body[-1] if body else None
    is_return = isinstance(last, Return) and not last.is_next and last.source is None
    return is_return or (isinstance(last, Evaluate) and last.is_error)


def _catches(handlers: tuple[Handler, ...]) -> bool:
    return any(not _GUARDING_CONDITIONS.isdisjoint(handler.conditions) for handler in handlers)


def _parsed(reader: _Reader, leaves: tuple[_Leaf, ...]) -> dict[int, Piece]:
    """By the identity of the tree's text; those that the grammar refuses are left out."""
    known = [(leaf, sql) for leaf in leaves if (sql := reader.piece_of(leaf.text)) is not None]
    texts = [("" if leaf.is_whole else _PREFIX) + sql.text for leaf, sql in known]
    together = _statements(texts)
    found: dict[int, Piece] = {}
    for place, (leaf, sql) in enumerate(known):
        alone = together[place : place + 1] or _statements(texts[place : place + 1])
        for node, parsed, begin in alone:
            found[id(leaf.text)] = Piece(
                node=node,
                text=sql.text,
                start=sql.place.start,
                parsed=parsed,
                begin=begin + (0 if leaf.is_whole else len(_PREFIX)),
                is_dynamic=leaf.is_dynamic,
            )
    return found


def _refused(reader: _Reader, leaf: _Leaf) -> int | None:
    """The byte of the body where the grammar gives up in a piece."""
    sql = reader.piece_of(leaf.text)
    if sql is None:
        return None
    prefix = "" if leaf.is_whole else _PREFIX
    try:
        parse_text(prefix + sql.text)
    except postgast.PgQueryError as error:
        before = (prefix + sql.text)[: max(0, error.cursorpos - 1)].encode()
        return sql.place.start + max(0, len(before) - len(prefix))
    except (DecodeError, ValueError):
        pass
    return None


def _statements(texts: list[str]) -> list[tuple[Node, Places, int]]:
    """Each with the text that was parsed and the byte where it begins; empty where not each is one statement."""
    begins = [0, *accumulate(len((text + _END).encode()) for text in texts)]
    together = "".join(text + _END for text in texts)
    try:
        found = parse_text(together).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return []
    is_each = len(found) == len(texts) and all(
        begin <= raw.stmt_location < end for raw, begin, end in zip(found, begins, begins[1:], strict=False)
    )
    places = places_of(together)
    return [(raw.stmt, places, begin) for raw, begin in zip(found, begins, strict=False)] if is_each else []
