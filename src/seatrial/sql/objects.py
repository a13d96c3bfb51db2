"""The names that a statement brings into being, as far as its text shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from postgast.pg_query_pb2 import AlterTableStmt, CreateStmt, Node

__all__ = ["created"]


def created(statement: Node) -> tuple[str, ...]:
    """Names without their schema; a column as `table.column`; empty where the statement creates nothing.

    What a DO block or a function creates while it runs is not seen: only running it shows that.
    """
    kind = statement.WhichOneof("node") or ""
    reader = _READERS.get(kind)
    return tuple(filter(None, reader(getattr(statement, kind)))) if reader else ()


def _last(names: Iterable[Node]) -> list[str]:
    return [[name.string.sval for name in names][-1]]


def _table(statement: CreateStmt) -> list[str]:
    table = statement.relation.relname
    columns = [e.column_def.colname for e in statement.table_elts if e.HasField("column_def")]
    return [table, *(f"{table}.{column}" for column in columns)]


def _altered(statement: AlterTableStmt) -> list[str]:
    table = statement.relation.relname
    commands = [command.alter_table_cmd for command in statement.cmds]
    return [
        f"{table}.{getattr(command, 'def').column_def.colname}"
        for command in commands
        if command.subtype == pb.AT_AddColumn
    ]


_READERS: dict[str, Callable[..., list[str]]] = {
    "create_stmt": _table,
    "alter_table_stmt": _altered,
    "create_table_as_stmt": lambda s: [s.into.rel.relname],
    "view_stmt": lambda s: [s.view.relname],
    "index_stmt": lambda s: [s.idxname],
    "create_seq_stmt": lambda s: [s.sequence.relname],
    "create_function_stmt": lambda s: _last(s.funcname),
    "create_enum_stmt": lambda s: _last(s.type_name),
    "create_domain_stmt": lambda s: _last(s.domainname),
    "create_range_stmt": lambda s: _last(s.type_name),
    "composite_type_stmt": lambda s: [s.typevar.relname],
    "create_schema_stmt": lambda s: [s.schemaname],
    "create_extension_stmt": lambda s: [s.extname],
    "create_role_stmt": lambda s: [s.role],
    "create_trig_stmt": lambda s: [s.trigname],
    "create_policy_stmt": lambda s: [s.policy_name],
    "create_publication_stmt": lambda s: [s.pubname],
    "create_foreign_server_stmt": lambda s: [s.servername],
    "create_foreign_table_stmt": lambda s: _table(s.base_stmt),
    "rename_stmt": lambda s: [s.newname],
}
