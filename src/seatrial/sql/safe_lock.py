"""Statements that need a strong lock for a moment: they must not queue for it, with everybody else behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.safe_part import Part
from seatrial.sql.text import quoted, relation

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import AlterTableStmt, CreateStmt, DropStmt, Node, RenameStmt

__all__ = ["brief"]

#: ALTER TABLE commands for which SHARE UPDATE EXCLUSIVE is enough: nobody waits but VACUUM and other changes.
_LIGHT = {
    pb.AT_SetStatistics, pb.AT_SetOptions, pb.AT_ResetOptions, pb.AT_SetRelOptions, pb.AT_ResetRelOptions,
    pb.AT_ValidateConstraint, pb.AT_ClusterOn, pb.AT_DropCluster,
}  # fmt: skip
_REWRITING = {
    pb.AT_SetLogged, pb.AT_SetUnLogged, pb.AT_SetAccessMethod, pb.AT_SetTableSpace, pb.AT_SetExpression,
}  # fmt: skip
_ON_TABLES = {
    pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_MATVIEW, pb.OBJECT_FOREIGN_TABLE, pb.OBJECT_SEQUENCE, pb.OBJECT_INDEX,
    pb.OBJECT_COLUMN, pb.OBJECT_TABCONSTRAINT, pb.OBJECT_TRIGGER, pb.OBJECT_POLICY, pb.OBJECT_RULE,
}  # fmt: skip
#: Lock modes as LOCK TABLE counts them; from here on somebody who writes has to wait.
_SHARE = 5
_REWRITTEN = "Writes the whole table anew under the lock; on a large one, pg_repack or a new table that rows move to."


def brief(node: Node, text: str) -> tuple[Part, ...]:
    """The statement as it is, behind a lock timeout; nothing where it keeps nobody waiting."""
    says = _says(node)
    return () if says is None else (Part(says=says, statements=(text.rstrip().rstrip(";"),), brief=True),)


def _says(node: Node) -> tuple[str, ...] | None:  # noqa: C901, PLR0911 - one line a statement reads best
    kind = node.WhichOneof("node")
    match kind:
        case "create_policy_stmt" | "alter_policy_stmt" | "create_trig_stmt" | "rule_stmt":
            return ()
        case "alter_table_stmt":
            return _altering(node.alter_table_stmt)
        case "drop_stmt":
            return _dropping(node.drop_stmt)
        case "rename_stmt":
            return _renaming(node.rename_stmt)
        case "alter_object_schema_stmt":
            return () if node.alter_object_schema_stmt.object_type in _ON_TABLES else None
        case "index_stmt":
            return None if node.index_stmt.concurrent else ()
        case "lock_stmt":
            return () if node.lock_stmt.mode >= _SHARE and not node.lock_stmt.nowait else None
        case "view_stmt":
            return () if node.view_stmt.replace else None
        case "create_stmt":
            return _creating(node.create_stmt)
        case "refresh_mat_view_stmt":
            return None if node.refresh_mat_view_stmt.concurrent else ()
        case _:
            return None


def _altering(found: AlterTableStmt) -> tuple[str, ...] | None:
    commands = {item.alter_table_cmd.subtype for item in found.cmds}
    detaching = any(getattr(i.alter_table_cmd, "def").partition_cmd.concurrent for i in found.cmds)
    is_light = commands <= _LIGHT and found.objtype != pb.OBJECT_VIEW
    if is_light or detaching or found.objtype not in _ON_TABLES:
        return None
    if commands & _REWRITING:
        return (_REWRITTEN,)
    if pb.AT_DropConstraint in commands:
        return ("A foreign key's other table is locked too.",)
    if pb.AT_DropColumn in commands:
        return ("In a release after the one whose program has stopped reading and writing the column.",)
    return ()


def _dropping(found: DropStmt) -> tuple[str, ...] | None:
    if found.concurrent or (found.remove_type not in _ON_TABLES and found.behavior != pb.DROP_CASCADE):
        return None
    return ("Tables that it refers to are locked too.",) if found.remove_type == pb.OBJECT_TABLE else ()


def _creating(found: CreateStmt) -> tuple[str, ...] | None:
    """A new table locks those that it refers to or belongs to."""
    constraints = [item.constraint for item in found.table_elts if item.HasField("constraint")]
    constraints += [c.constraint for item in found.table_elts for c in item.column_def.constraints]
    parents = [relation(one.pktable) for one in constraints if one.contype == pb.CONSTR_FOREIGN]
    parents += [relation(item.range_var) for item in found.inh_relations]
    return (f"Locks {', '.join(dict.fromkeys(parents))} for a moment.",) if parents else None


def _renaming(found: RenameStmt) -> tuple[str, ...] | None:
    if found.rename_type not in _ON_TABLES:
        return None
    if found.rename_type in {pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_MATVIEW}:
        old, new = relation(found.relation), quoted(found.newname)
        return (
            f"The running program still says {old}. In the same transaction, until it does no longer:",
            f"  CREATE VIEW {old} WITH (security_invoker = true) AS SELECT * FROM {new};",  # noqa: S608 - for reading
        )
    if found.rename_type == pb.OBJECT_COLUMN:
        return (
            f"The running program still says {quoted(found.subname)}. Without a pause it takes three releases:",
            f"  add {quoted(found.newname)}, let a trigger keep both alike, and fill it in batches;",
            f"  let the program read and write {quoted(found.newname)} only;",
            f"  drop the trigger and {quoted(found.subname)}.",
        )
    return ()
