"""Walks a syntax tree and collects the relations that it names, uses only if they exist, and creates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import Message  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.body import inner_statements
from seatrial.sql.text import default_name, dotted, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from postgast.pg_query_pb2 import Node

__all__ = ["Named"]

_RELATIONS = {
    pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_MATVIEW, pb.OBJECT_SEQUENCE, pb.OBJECT_FOREIGN_TABLE,
}  # fmt: skip
#: Named as a list: the table's parts, and the part's name behind them.
_PARTS = {pb.OBJECT_COLUMN, pb.OBJECT_POLICY, pb.OBJECT_TRIGGER, pb.OBJECT_RULE, pb.OBJECT_TABCONSTRAINT}
#: Their first argument is the name of a relation.
_TAKING_NAMES = {"nextval", "setval", "currval", "pg_get_serial_sequence"}
_SERIAL = {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}
_NONE: frozenset[str] = frozenset()


class Named:
    """What has been found so far, schema-qualified as it is written."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.optional: set[str] = set()
        self.creates: set[str] = set()

    def read(self, node: Node) -> None:
        """Add a statement, and what its body holds."""
        self.visit(node, _NONE)
        for inner in inner_statements(node):
            found = Named()
            found.read(inner.node)
            self.creates |= found.creates
            self.optional |= found.optional
            (self.optional if inner.guarded else self.names).update(found.names)

    def visit(self, message: Message, hidden: frozenset[str]) -> None:
        """Any part of a statement; `hidden` holds the names that are common table expressions there."""
        message = postgast.unwrap_node(message)
        reader = _READERS.get(type(message).__name__)
        if reader is None:
            self.children(message, hidden)
        else:
            reader(self, message, hidden)

    def children(self, message: Message, hidden: frozenset[str], *, without: Collection[str] = ()) -> None:
        """Every part of a part, but those in the fields named."""
        for field, value in message.ListFields():
            if field.message_type is not None and field.name not in without:
                for child in [value] if isinstance(value, Message) else value:
                    self.visit(child, hidden)

    def use(self, name: str, *, optional: bool = False) -> None:
        """Note a relation that is used."""
        if name:
            (self.optional if optional else self.names).add(name)


def _range_var(found: Named, one: Message, hidden: frozenset[str]) -> None:
    if one.schemaname or one.relname not in hidden:
        found.use(dotted(one))


def _query(found: Named, one: Message, hidden: frozenset[str]) -> None:
    """SELECT, INSERT, UPDATE, DELETE and MERGE: names of WITH hide tables, except what is written to."""
    if one.HasField("with_clause"):
        names = {cte.common_table_expr.ctename for cte in one.with_clause.ctes}
        visible = hidden | names if one.with_clause.recursive else hidden
        for cte in one.with_clause.ctes:
            found.visit(cte.common_table_expr.ctequery, visible)
            visible |= {cte.common_table_expr.ctename}
        hidden |= names
    if type(one).__name__ == "SelectStmt":
        found.creates.update(filter(None, [dotted(one.into_clause.rel)]))
    else:
        found.use(dotted(one.relation))
    # FOR UPDATE OF names aliases.
    found.children(one, hidden, without={"with_clause", "into_clause", "relation", "locking_clause"})


def _creation(field: str) -> Callable[[Named, Message, frozenset[str]], None]:
    def read(found: Named, one: Message, hidden: frozenset[str]) -> None:
        found.creates.add(dotted(getattr(one, field)))
        found.children(one, hidden, without={field})

    return read


def _table(found: Named, one: Message, hidden: frozenset[str]) -> None:
    found.creates.add(dotted(one.relation))
    found.creates.update(_sequences(one.relation, [e.column_def for e in one.table_elts if e.HasField("column_def")]))
    found.children(one, hidden, without={"relation"})


def _sequences(table: Message, columns: list[Message]) -> set[str]:
    own = {
        column.colname
        for column in columns
        if spelled(column.type_name.names) in _SERIAL
        or any(c.constraint.contype == pb.CONSTR_IDENTITY for c in column.constraints)
    }
    prefix = f"{table.schemaname}." if table.schemaname else ""
    return {prefix + default_name(table.relname, column, "seq") for column in own}


def _alteration(found: Named, one: Message, hidden: frozenset[str]) -> None:
    if one.objtype in _RELATIONS:
        found.use(dotted(one.relation), optional=one.missing_ok)
        added = [getattr(c.alter_table_cmd, "def") for c in one.cmds]
        found.creates.update(_sequences(one.relation, [d.column_def for d in added if d.HasField("column_def")]))
    found.children(one, hidden, without={"relation"})


def _renaming(found: Named, one: Message, _: frozenset[str]) -> None:
    if one.rename_type not in _RELATIONS and one.relation_type not in _RELATIONS and not _names_a_part(one):
        return
    found.use(dotted(one.relation), optional=one.missing_ok)
    if one.rename_type in _RELATIONS:
        found.creates.add(f"{one.relation.schemaname}.{one.newname}" if one.relation.schemaname else one.newname)


def _names_a_part(one: Message) -> bool:
    return one.rename_type in _PARTS


def _moving(found: Named, one: Message, _: frozenset[str]) -> None:
    if one.object_type in _RELATIONS:
        found.use(dotted(one.relation), optional=one.missing_ok)
        found.creates.add(f"{one.newschema}.{one.relation.relname}")


def _dropping(found: Named, one: Message, _: frozenset[str]) -> None:
    for item in one.objects:
        found.use(_of_list(item, one.remove_type), optional=one.missing_ok)


def _remark(found: Named, one: Message, _: frozenset[str]) -> None:
    found.use(_of_list(one.object, one.objtype))


def _of_list(item: Node, kind: int) -> str:
    """The relation in a list of name parts; empty where the object is none and is on none."""
    parts = item.list.items
    if kind in _RELATIONS:
        return spelled(parts)
    return spelled(parts[:-1]) if kind in _PARTS else ""


def _index(found: Named, one: Message, hidden: frozenset[str]) -> None:
    """REINDEX INDEX and the like name no relation that holds rows."""
    if one.kind != pb.REINDEX_OBJECT_INDEX:
        found.children(one, hidden)


def _trigger(found: Named, one: Message, hidden: frozenset[str]) -> None:
    found.creates.update(t.trigger_transition.name for t in one.transition_rels)
    found.children(one, hidden)


def _rule(found: Named, one: Message, hidden: frozenset[str]) -> None:
    found.children(one, hidden | {"old", "new"})


def _sequence_option(found: Named, one: Message, hidden: frozenset[str]) -> None:
    """`OWNED BY table.column`."""
    if one.defname == "owned_by":
        found.use(spelled(one.arg.list.items[:-1]))
    else:
        found.children(one, hidden)


def _cast(found: Named, one: Message, hidden: frozenset[str]) -> None:
    text = one.arg.a_const.sval.sval
    if text and spelled(one.type_name.names).endswith("regclass"):
        found.use(_unquoted(text))
    else:
        found.children(one, hidden)


def _call(found: Named, one: Message, hidden: frozenset[str]) -> None:
    name = spelled(one.funcname).removeprefix("pg_catalog.")
    text = one.args[0].a_const.sval.sval if one.args else ""
    if text and (name in _TAKING_NAMES or name == "to_regclass"):
        found.use(_unquoted(text), optional=name == "to_regclass")
    found.children(one, hidden)


def _unquoted(text: str) -> str:
    """`public."My table"` as the statement would name it; empty where it is no name."""
    try:
        found = postgast.parse(f"TABLE {text}").stmts[0].stmt.select_stmt.from_clause[0].range_var
    except (postgast.PgQueryError, IndexError):
        return ""
    return dotted(found)


def _type(found: Named, one: Message, hidden: frozenset[str]) -> None:
    """`table.column%TYPE`."""
    if one.pct_type:
        found.use(spelled(one.names[:-1]))
    found.children(one, hidden)


def _composite(_: Named, __: Message, ___: frozenset[str]) -> None:
    """CREATE TYPE … AS names a type the way a relation is named."""


_READERS: dict[str, Callable[[Named, Message, frozenset[str]], None]] = {
    "RangeVar": _range_var,
    "SelectStmt": _query,
    "InsertStmt": _query,
    "UpdateStmt": _query,
    "DeleteStmt": _query,
    "MergeStmt": _query,
    "CreateStmt": _table,
    "ViewStmt": _creation("view"),
    "IntoClause": _creation("rel"),
    "CreateSeqStmt": _creation("sequence"),
    "AlterTableStmt": _alteration,
    "RenameStmt": _renaming,
    "AlterObjectSchemaStmt": _moving,
    "DropStmt": _dropping,
    "CommentStmt": _remark,
    "SecLabelStmt": _remark,
    "ReindexStmt": _index,
    "CreateTrigStmt": _trigger,
    "RuleStmt": _rule,
    "DefElem": _sequence_option,
    "TypeCast": _cast,
    "FuncCall": _call,
    "TypeName": _type,
    "CompositeTypeStmt": _composite,
}
