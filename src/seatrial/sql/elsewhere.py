"""A statement about a table, as it is for the same table under another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import statement
from seatrial.sql.trees import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["elsewhere", "granted_sequences"]

#: Schema and name, without quotes.
Name = tuple[str, str]


def elsewhere(text: str, names: Mapping[Name, Name]) -> str:
    """The statement with other names for its tables and sequences; as it is where it names none of them.

    Args:
        text: one statement that names relations with their schemas; what stands inside of strings stays.
        names: what each relation was called → what it is called now.
    """
    nodes = _nodes(text)
    ranges = [node for node in nodes if isinstance(node, pb.RangeVar)]
    mine = [one for one in ranges if (one.schemaname, one.relname) in names]
    # A column may stand behind the name of its table; not where something else is called so.
    others = {one.alias.aliasname or one.relname for one in ranges if one.alias.aliasname or one not in mine}
    called = {old[1]: new[1] for old, new in names.items() if old[1] not in others}
    for one in mine:
        one.schemaname, one.relname = names[one.schemaname, one.relname]
    for node in nodes:
        if mine and isinstance(node, pb.ColumnRef) and len(node.fields) > 1:
            first = node.fields[0].string
            first.sval = called.get(first.sval, first.sval)
    return statement(nodes[0]) if mine else text


def granted_sequences(text: str) -> tuple[Name, ...]:
    """The sequences that a GRANT names; none of any other statement."""
    nodes = _nodes(text)
    if not any(isinstance(one, pb.GrantStmt) and one.objtype == pb.OBJECT_SEQUENCE for one in nodes):
        return ()
    return tuple((one.schemaname, one.relname) for one in nodes if isinstance(one, pb.RangeVar))


def _nodes(text: str) -> list[Any]:
    """The statement and all that is in it; nothing where it is none."""
    try:
        found = parse_text(text).stmts
    except (postgast.PgQueryError, DecodeError):
        return []
    return [found[0].stmt, *(node for _, node in postgast.walk(found[0].stmt))] if len(found) == 1 else []
