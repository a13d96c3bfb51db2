"""Plain CREATE INDEX IF NOT EXISTS in a statement, and the text that builds the same index without keeping writers out.

What a bare name means depends on the search path, and only a server knows all of it. So the definition to build from
is the server's own (`pg_get_indexdef` on an empty search path), in which every name is qualified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.sql.body import inner_statements
from seatrial.sql.text import is_only, relation, statement, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgast.pg_query_pb2 import IndexStmt, Node

__all__ = ["PlainIndex", "changes_rows", "concurrently", "plain_indexes"]

_CHANGES = frozenset({"insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "copy_stmt", "truncate_stmt"})
#: May do anything.
_CALLS = frozenset({"call_stmt", "execute_stmt"})
_DYNAMIC = re.compile(r"\bexecute\b(?!\s+(?:on|function|procedure)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainIndex:
    """A statement that builds an index of a table while its writers wait, unless the index is there already."""

    #: Without quotes, and without a schema: it lies in that of its table.
    name: str
    #: As the statement names it.
    table: str
    #: The statement.
    text: str
    #: Whether rows may keep it from being built, so that it must not come before what mends them.
    rests_on_rows: bool = False


def plain_indexes(text: str) -> tuple[PlainIndex, ...]:
    """Those that a statement builds, itself or in the body of a DO block, in order.

    An index without a name or without IF NOT EXISTS is none: the file would build it a second time, or fail. ON ONLY
    builds nothing. In a DO block, what comes behind a change of rows is none where rows may be in its way.
    """
    return tuple(_plain(_statements(text)))


def changes_rows(text: str) -> bool:
    """Whether a statement may change rows, itself or in the body of a DO block."""
    return any(_changes(node) for node in _statements(text))


def concurrently(definition: str) -> str:
    """The statement that builds an index beside its writers, where it is not there.

    Args:
        definition: as `pg_get_indexdef` gives it.
    """
    return definition.replace("INDEX ", "INDEX CONCURRENTLY IF NOT EXISTS ", 1)


def _plain(nodes: Iterator[Node]) -> Iterator[PlainIndex]:
    changed = False
    for node in nodes:
        changed = changed or _changes(node)
        if node.WhichOneof("node") != "index_stmt":
            continue
        index = node.index_stmt
        rests = _rests_on_rows(index)
        wanted = index.idxname and index.if_not_exists and not index.concurrent and not is_only(index.relation)
        if wanted and not (rests and changed):
            text = statement(node)
            yield PlainIndex(name=index.idxname, table=relation(index.relation), text=text, rests_on_rows=rests)


def _rests_on_rows(index: IndexStmt) -> bool:
    """Two rows may be the same, and an expression may fail on one."""
    expressions = any(not one.index_elem.name for one in index.index_params)
    return index.unique or expressions or index.HasField("where_clause")


def _changes(node: Node) -> bool:
    kind = node.WhichOneof("node") or ""
    return kind in _CHANGES or kind in _CALLS or (kind == "do_stmt" and bool(_DYNAMIC.search(statement(node))))


def _statements(text: str) -> Iterator[Node]:
    try:
        parsed = tree(text).stmts
    except (postgast.PgQueryError, DecodeError):
        return
    for raw in parsed:
        yield raw.stmt
        if raw.stmt.WhichOneof("node") == "do_stmt":
            yield from (inner.node for inner in inner_statements(raw.stmt))
