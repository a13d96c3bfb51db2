"""Where a statement's condition stands in its text, and what no statement in batches may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.words import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from google.protobuf.message import Message  # type: ignore[import-untyped]
    from postgast.pg_query_pb2 import RangeVar, SelectStmt

    from seatrial.sql.words import Token

__all__ = ["CannotCut", "outside", "pieces", "refuse"]

_WRITING = (pb.UpdateStmt, pb.InsertStmt, pb.DeleteStmt, pb.MergeStmt)
#: Columns that are no place in any order that lasts.
_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})


class CannotCut(Exception):
    """The statement cannot be cut by this key; says why, as a clause."""


def refuse(found: Message, changed: RangeVar, key: str, choosing: Iterable[Message]) -> None:
    """What holds for every kind of statement.

    Args:
        found: the statement.
        changed: its table.
        key: by which it is cut.
        choosing: the parts of it that decide which rows it meets.

    Raises:
        CannotCut: the batches would not do together what the statement does.
    """
    if key in _SYSTEM:
        raise CannotCut(f'"{key}" is no column that keeps its value')
    nodes = [node for _, node in postgast.walk(found) if node is not found]
    if any(isinstance(node, _WRITING) for node in nodes):
        raise CannotCut("its WITH changes rows as well, which every batch would do again")
    if any(map(_is_limited, _queries(choosing))):
        raise CannotCut("it takes some rows of a query with LIMIT, and every batch would take others")
    refs = [node for node in nodes if isinstance(node, pb.ColumnRef)]
    if any(ref.fields[-1].string.sval in _SYSTEM - {"tableoid"} for ref in refs if ref.fields):
        raise CannotCut("it finds rows by where they lie, which is another place after each batch")
    if any(_is_same(node, changed) for node in nodes if isinstance(node, pb.RangeVar)):
        raise CannotCut("it reads the table that it changes, and a batch sees what those before it have changed")


def _queries(choosing: Iterable[Message]) -> Iterator[SelectStmt]:
    """Those that decide; one in EXISTS is asked for each row alone."""
    nodes = [node for part in choosing for _, node in postgast.walk(part)]
    links = [node for node in nodes if isinstance(node, pb.SubLink)]
    alone = [one.subselect.select_stmt for one in links if one.sub_link_type == pb.EXISTS_SUBLINK]
    yield from (node for node in nodes if isinstance(node, pb.SelectStmt) and node not in alone)


def _is_limited(query: SelectStmt) -> bool:
    return bool(query.HasField("limit_count") or query.HasField("limit_offset"))


def _is_same(read: RangeVar, changed: RangeVar) -> bool:
    if read is changed or (read.location == changed.location and read.relname == changed.relname):
        return False
    schemas = {read.schemaname, changed.schemaname} - {""}
    return bool(read.relname == changed.relname) and len(schemas) <= 1


def pieces(text: str, *, is_conditional: bool, ends: frozenset[str], end: int = -1) -> tuple[str, str, str]:
    """What stands before the condition, the condition, and what follows it.

    Args:
        text: the statement.
        is_conditional: whether it has a condition at all.
        ends: words that follow one, reserved ones.
        end: a place in bytes where what follows begins at the latest; -1 where there is none.
    """
    encoded = text.encode()
    found = [token for token in outside(text) if end < 0 or token.start < end]
    where = next((token for token in found if is_conditional and token.word == "where"), None)
    last = end if end >= 0 else len(encoded)
    begin = where.end if where else 0
    last = next((token.start for token in found if token.start >= begin and token.word in ends), last)
    begin = begin or last
    return encoded[:begin].decode(), encoded[begin:last].decode(), encoded[last:].decode()


def outside(text: str) -> Iterator[Token]:
    """The tokens in no brackets that are no names, as reserved words are behind AS and a dot."""
    depth, before = 0, ""
    for token in tokens(text):
        depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
        if depth == 0 and before not in {"as", "."}:
            yield token
        before = token.word
