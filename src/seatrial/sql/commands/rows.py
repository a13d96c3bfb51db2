"""What reads or changes rows, maintains tables, and sets variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from postgast import pg_query_pb2 as pb

from seatrial.model.commands import Data, Maintain, SetVariable, Truncate
from seatrial.sql.commands.expressions import read_query
from seatrial.sql.commands.naming import full, full_of, options, part_names, value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from postgast.pg_query_pb2 import Node

    from seatrial.model.commands import Command
    from seatrial.sql.commands.places import Places

__all__ = ["READERS", "data", "set_config"]

_LOCKS = {
    1: "access share", 2: "row share", 3: "row exclusive", 4: "share update exclusive", 5: "share",
    6: "share row exclusive", 7: "exclusive", 8: "access exclusive",
}  # fmt: skip
_REINDEX = {
    pb.REINDEX_OBJECT_INDEX: "index", pb.REINDEX_OBJECT_TABLE: "table", pb.REINDEX_OBJECT_SCHEMA: "schema",
    pb.REINDEX_OBJECT_SYSTEM: "database", pb.REINDEX_OBJECT_DATABASE: "database",
}  # fmt: skip


def data(kind: str, node: Node, places: Places) -> Data:
    """SELECT, INSERT, UPDATE, DELETE, MERGE, COPY and CALL."""
    found = getattr(node, kind)
    name = kind.removesuffix("_stmt")
    query = read_query(node, places)
    match name:
        case "insert":
            values = found.select_stmt.select_stmt.values_lists
            return Data(
                kind=name, table=full(found.relation), query=query,
                first=_first(found.select_stmt.select_stmt.from_clause[:1]),
                columns=tuple(target.res_target.name for target in found.cols),
                has_returning=bool(_returning(found)),
                constant_rows=bool(values) or not found.HasField("select_stmt"),
                on_conflict=found.HasField("on_conflict_clause"),
            )  # fmt: skip
        case "update":
            return Data(
                kind=name, table=full(found.relation), query=query,
                columns=tuple(target.res_target.name for target in found.target_list),
                has_where=found.HasField("where_clause"), has_returning=bool(_returning(found)),
            )  # fmt: skip
        case "delete":
            return Data(
                kind=name, table=full(found.relation), query=query, has_where=found.HasField("where_clause"),
                has_returning=bool(_returning(found)),
            )  # fmt: skip
        case "merge" | "copy":
            table = full(found.relation) if found.HasField("relation") else ""
            return Data(kind=name, table=table, query=query, has_where=name == "merge")
        case _:
            return Data(kind=name, query=query, has_where=kind == "select_stmt" and found.HasField("where_clause"))


def _first(nodes: Sequence[Node]) -> str:
    """The table that a FROM begins with; empty where it is none."""
    for node in nodes:
        if node.WhichOneof("node") == "join_expr":
            return _first([node.join_expr.larg])  # codespell:ignore larg
        return full(node.range_var) if node.WhichOneof("node") == "range_var" else ""
    return ""


def _returning(found: Any) -> bool:  # noqa: ANN401 - any statement that changes rows
    clause = found.returning_clause
    return bool(clause.exprs) if hasattr(clause, "exprs") else bool(clause)


def set_config(node: Node) -> SetVariable | None:
    """What a SELECT of nothing but `set_config('search_path', '', false)` sets."""
    targets = node.select_stmt.target_list
    call = targets[0].res_target.val.func_call if len(targets) == 1 else pb.FuncCall()
    if part_names(call.funcname)[-1:] != ["set_config"] or len(call.args) != 3:  # noqa: PLR2004 - its arguments
        return None
    name, text, local = map(value, call.args)
    return SetVariable(name=name.lower(), value=text, local=local == "true")


def _set(found: pb.VariableSetStmt) -> SetVariable:
    if found.kind in {pb.VAR_RESET, pb.VAR_RESET_ALL, pb.VAR_SET_DEFAULT}:
        return SetVariable(name=found.name.lower() or "all", value=None, local=found.is_local)
    return SetVariable(
        name=found.name.lower(), value=", ".join(value(argument) for argument in found.args), local=found.is_local
    )


def _vacuum(found: pb.VacuumStmt) -> Maintain:
    given = options(found.options)
    is_full = given.get("full", "false") in {"true", "on", "1"}
    kind = ("vacuum full" if is_full else "vacuum") if found.is_vacuumcmd else "analyze"
    return Maintain(kind=kind, names=tuple(full(node.vacuum_relation.relation) for node in found.rels))


def _reindex(found: pb.ReindexStmt) -> Maintain:
    name = full(found.relation) if found.HasField("relation") else found.name
    return Maintain(
        kind="reindex", names=(name,), mode=_REINDEX.get(found.kind, ""),
        concurrently=options(found.params).get("concurrently", "false") == "true",
    )  # fmt: skip


def _lock(found: pb.LockStmt) -> Maintain:
    return Maintain(
        kind="lock", names=tuple(full(node.range_var) for node in found.relations), mode=_LOCKS.get(found.mode, ""),
        nowait=found.nowait,
    )  # fmt: skip


READERS: dict[str, Callable[[Any], Command]] = {
    "variable_set_stmt": _set,
    "vacuum_stmt": _vacuum,
    "reindex_stmt": _reindex,
    "lock_stmt": _lock,
    "cluster_stmt": lambda found: Maintain(
        kind="cluster", names=(full(found.relation),) if found.HasField("relation") else ()
    ),
    "refresh_mat_view_stmt": lambda found: Maintain(
        kind="refresh", names=(full(found.relation),), concurrently=found.concurrent
    ),
    "truncate_stmt": lambda found: Truncate(
        tables=tuple(full(node.range_var) for node in found.relations), cascade=found.behavior == pb.DROP_CASCADE
    ),
    "alter_system_stmt": lambda found: Maintain(kind="alter system", names=(found.setstmt.name,)),
    "alter_database_set_stmt": lambda found: Maintain(
        kind="alter database", names=(found.dbname,), mode=found.setstmt.name
    ),
    "alter_database_stmt": lambda found: Maintain(kind="alter database", names=(found.dbname,)),
    "createdb_stmt": lambda found: Maintain(kind="create database", names=(found.dbname,)),
    "create_table_space_stmt": lambda found: Maintain(kind="create tablespace", names=(found.tablespacename,)),
    "create_seq_stmt": lambda found: Maintain(kind="create sequence", names=(full(found.sequence),)),
    "alter_seq_stmt": lambda found: Maintain(
        kind="alter sequence", names=(full(found.sequence),), mode=",".join(sorted(options(found.options)))
    ),
    "alter_extension_stmt": lambda found: Maintain(kind="alter extension", names=(found.extname,)),
    "alter_object_depends_stmt": lambda found: Maintain(kind="depends", names=(full_of(found.object.list.items),)),
}
