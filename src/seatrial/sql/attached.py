"""Statements that put something on a table again: what they are, and the foreign keys that they tell of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import qualified, quoted
from seatrial.sql.trees import trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgast.pg_query_pb2 import Constraint, Node, RangeVar

__all__ = ["ForeignKey", "checked_later", "foreign_keys", "is_attaching"]

#: What may be taken off a table, and put on again.
ATTACHING = frozenset({
    "alter_publication_stmt", "alter_table_stmt", "create_function_stmt", "create_policy_stmt", "create_table_as_stmt",
    "create_trig_stmt", "grant_stmt", "index_stmt", "rule_stmt", "view_stmt",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Columns of one table that name a row of another; tables as schema and name, nothing in quotes."""

    child: tuple[str, str]
    columns: tuple[str, ...]
    parent: tuple[str, str]
    parent_columns: tuple[str, ...]


def is_attaching(statement: str) -> bool:
    """Whether a text is one statement of a kind that puts something on a table."""
    node = _only(statement)
    return node is not None and node.WhichOneof("node") in ATTACHING


def foreign_keys(statement: str) -> Iterator[ForeignKey]:
    """Those that ALTER TABLE … ADD CONSTRAINT adds, where schemas and columns are named as the server writes them."""
    for table, one in _added(statement):
        found = ForeignKey(
            child=(table.schemaname, table.relname), columns=tuple(key.string.sval for key in one.fk_attrs),
            parent=(one.pktable.schemaname, one.pktable.relname),
            parent_columns=tuple(key.string.sval for key in one.pk_attrs),
        )  # fmt: skip
        if all((*found.child, *found.parent)) and len(found.columns) == len(found.parent_columns):
            yield found


def checked_later(statement: str) -> tuple[str, str]:
    """A statement that adds a foreign key as one that holds new rows to it, and the one that looks at the old rows.

    Any other statement as it is, and an empty one.
    """
    added = list(_added(statement))
    if len(added) != 1 or added[0][1].skip_validation or not added[0][1].conname:
        return statement, ""
    [(table, one)] = added
    name = qualified(table.schemaname, table.relname)
    return f"{statement} NOT VALID", f"ALTER TABLE {name} VALIDATE CONSTRAINT {quoted(one.conname)}"


def _added(statement: str) -> Iterator[tuple[RangeVar, Constraint]]:
    node = _only(statement)
    if node is None or node.WhichOneof("node") != "alter_table_stmt":
        return
    for command in node.alter_table_stmt.cmds:
        alter = command.alter_table_cmd
        one = getattr(alter, "def").constraint
        if alter.subtype == pb.AT_AddConstraint and one.contype == pb.CONSTR_FOREIGN:
            yield node.alter_table_stmt.relation, one


def _only(statement: str) -> Node | None:
    try:
        found = trees(statement)
    except (postgast.PgQueryError, DecodeError):
        return None
    return found[0].stmt if len(found) == 1 else None
