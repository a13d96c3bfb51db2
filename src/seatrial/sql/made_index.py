"""What CREATE INDEX makes, as far as two statements can be compared without knowing how a server spells expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.sql.text import relation, tree

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import IndexElem, IndexStmt

__all__ = ["MadeIndex", "index_made", "wanted_index"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeIndex:
    """An index as a statement describes it."""

    #: As the statement names it.
    table: str
    method: str
    unique: bool
    #: Whether only some rows are in it.
    partial: bool
    #: In order; empty for an expression.
    columns: tuple[str, ...]
    included: tuple[str, ...]

    def may_be(self, other: MadeIndex) -> bool:
        """Whether nothing but the table, the expressions and the condition could tell them apart."""
        mine, theirs = (
            (one.method, one.unique, one.partial, one.columns, one.included) for one in (self, other)
        )  # fmt: skip
        return mine == theirs


def index_made(text: str) -> MadeIndex | None:
    """What a CREATE INDEX describes; None for any other statement."""
    found = _statement(text)
    return _made(found) if found else None


def wanted_index(text: str) -> MadeIndex | None:
    """The same, but None where the statement has no IF NOT EXISTS, so that the server compares the names itself."""
    found = _statement(text)
    return _made(found) if found and found.if_not_exists else None


def _statement(text: str) -> IndexStmt | None:
    try:
        [raw] = tree(text).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    return raw.stmt.index_stmt if raw.stmt.HasField("index_stmt") else None


def _made(found: IndexStmt) -> MadeIndex:
    return MadeIndex(
        table=relation(found.relation), method=found.access_method or "btree", unique=found.unique,
        partial=found.HasField("where_clause"),
        columns=tuple(_column(one.index_elem) for one in found.index_params),
        included=tuple(one.index_elem.name for one in found.index_including_params),
    )  # fmt: skip


def _column(part: IndexElem) -> str:
    """A name in brackets is parsed as an expression, and the server makes a column of it."""
    fields = part.expr.column_ref.fields
    return part.name or (str(fields[-1].string.sval) if fields else "")
