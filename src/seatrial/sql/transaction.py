"""What a statement does to the transaction around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.model.source import Transaction
from seatrial.sql.text import qualified, quoted

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

__all__ = ["concurrent_index", "sets", "transaction_of"]

_CONTROL = {
    pb.TRANS_STMT_BEGIN: Transaction.BEGIN,
    pb.TRANS_STMT_START: Transaction.BEGIN,
    pb.TRANS_STMT_COMMIT: Transaction.COMMIT,
    pb.TRANS_STMT_ROLLBACK: Transaction.ROLLBACK,
}

#: What REINDEX does table by table, each in a transaction of its own.
_MANY_TABLES = {pb.REINDEX_OBJECT_SYSTEM, pb.REINDEX_OBJECT_DATABASE, pb.REINDEX_OBJECT_SCHEMA}
#: Refused in a transaction block whatever their options are.
_ALWAYS_ALONE = frozenset({
    "alter_system_stmt", "createdb_stmt", "dropdb_stmt", "create_table_space_stmt", "drop_table_space_stmt",
})  # fmt: skip


def transaction_of(statement: Node) -> Transaction:
    """Whether a statement begins or ends a transaction, or cannot stand inside one.

    Source: the statements that call PreventInTransactionBlock, as the reference pages of PostgreSQL 18 say.
    """
    kind = statement.WhichOneof("node") or ""
    if kind == "transaction_stmt":
        return _CONTROL.get(statement.transaction_stmt.kind, Transaction.NONE)
    return Transaction.STANDALONE if kind in _ALWAYS_ALONE or _alone(kind, statement) else Transaction.NONE


def sets(statement: Node) -> bool:
    """Whether it sets something for the session: SET, RESET and set_config, but not SET LOCAL and SET TRANSACTION."""
    if _calls_set_config(statement):
        return True
    if statement.WhichOneof("node") != "variable_set_stmt":
        return False
    found = statement.variable_set_stmt
    of_transaction = found.kind == pb.VAR_SET_MULTI and found.name.startswith("TRANSACTION")
    return not found.is_local and not of_transaction


def _calls_set_config(statement: Node) -> bool:
    """As pg_dump writes it: `SELECT pg_catalog.set_config('search_path', '', false)`."""
    if statement.WhichOneof("node") != "select_stmt" or len(statement.select_stmt.target_list) != 1:
        return False
    called = statement.select_stmt.target_list[0].res_target.val.func_call
    named_set_config = bool(called.funcname) and called.funcname[-1].string.sval == "set_config"
    return named_set_config and not any(argument.a_const.boolval.boolval for argument in called.args)


def concurrent_index(statement: Node) -> str:
    """The index that a CREATE or DROP INDEX CONCURRENTLY names, as SQL has it and qualified as the statement has it."""
    kind = statement.WhichOneof("node")
    if kind == "index_stmt" and statement.index_stmt.concurrent:
        index = statement.index_stmt
        return qualified(index.relation.schemaname, index.idxname) if index.idxname else ""
    if kind == "drop_stmt" and statement.drop_stmt.concurrent:
        return ".".join(quoted(part.string.sval) for part in statement.drop_stmt.objects[0].list.items)
    return ""


def _alone(kind: str, statement: Node) -> bool:  # noqa: C901, PLR0911 - one line a statement reads best
    match kind:
        case "index_stmt":
            return bool(statement.index_stmt.concurrent)
        case "drop_stmt":
            return bool(statement.drop_stmt.concurrent)
        case "reindex_stmt":
            whole = statement.reindex_stmt.kind in _MANY_TABLES
            return whole or _option(statement.reindex_stmt.params, "concurrently")
        case "vacuum_stmt":
            return bool(statement.vacuum_stmt.is_vacuumcmd)
        case "discard_stmt":
            return bool(statement.discard_stmt.target == pb.DISCARD_ALL)
        case "cluster_stmt":
            return not statement.cluster_stmt.HasField("relation")
        case "alter_table_stmt":
            return any(
                command.alter_table_cmd.subtype == pb.AT_DetachPartition
                and getattr(command.alter_table_cmd, "def").partition_cmd.concurrent
                for command in statement.alter_table_stmt.cmds
            )
        case "create_subscription_stmt":
            return not _option_is_off(statement.create_subscription_stmt.options, "create_slot")
        case "alter_subscription_stmt":
            return bool(statement.alter_subscription_stmt.kind == pb.ALTER_SUBSCRIPTION_REFRESH)
        case "drop_subscription_stmt":
            return True
        case _:
            return False


def _option(options: object, name: str) -> bool:
    return any(option.def_elem.defname == name for option in options)  # type: ignore[attr-defined]


def _option_is_off(options: object, name: str) -> bool:
    for option in options:  # type: ignore[attr-defined]
        element = option.def_elem
        if element.defname == name:
            value = element.arg
            return value.string.sval.lower() in {"false", "off", "0"} or (
                value.HasField("boolean") and not value.boolean.boolval
            )
    return False
