"""CREATE TABLE, ALTER TABLE and CREATE INDEX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from postgast import pg_query_pb2 as pb

from seatrial.model.commands import Action, AlterTable, Column, Constraint, CreateIndex, CreateTable
from seatrial.sql.commands.expressions import read_expression, read_query
from seatrial.sql.commands.naming import full, kind_of, options, part_names, role, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from postgast.pg_query_pb2 import AlterTableStmt, ColumnDef, CreateStmt, CreateTableAsStmt, IndexStmt, Node

    from seatrial.sql.commands.places import Places

__all__ = ["alter_table", "create_foreign_table", "create_table", "create_table_as", "index", "make_constraint"]

_CONSTRAINTS = {
    pb.CONSTR_NOTNULL: "not null",
    pb.CONSTR_CHECK: "check",
    pb.CONSTR_PRIMARY: "primary key",
    pb.CONSTR_UNIQUE: "unique",
    pb.CONSTR_EXCLUSION: "exclude",
    pb.CONSTR_FOREIGN: "foreign key",
}
_ON = {"c": "cascade", "n": "set null", "d": "set default", "r": "restrict"}
_ACTIONS = {
    pb.AT_AddColumn: "add column", pb.AT_DropColumn: "drop column", pb.AT_AlterColumnType: "set type",
    pb.AT_DropNotNull: "drop not null", pb.AT_SetNotNull: "set not null", pb.AT_AddConstraint: "add constraint",
    pb.AT_DropConstraint: "drop constraint", pb.AT_ValidateConstraint: "validate constraint",
    pb.AT_AlterConstraint: "alter constraint", pb.AT_EnableRowSecurity: "enable row security",
    pb.AT_DisableRowSecurity: "disable row security", pb.AT_ForceRowSecurity: "force row security",
    pb.AT_NoForceRowSecurity: "no force row security", pb.AT_SetLogged: "set logged",
    pb.AT_SetUnLogged: "set unlogged", pb.AT_SetAccessMethod: "set access method",
    pb.AT_SetTableSpace: "set tablespace", pb.AT_ClusterOn: "cluster on", pb.AT_ReplicaIdentity: "replica identity",
    pb.AT_EnableTrig: "enable trigger", pb.AT_EnableTrigAll: "enable trigger", pb.AT_EnableTrigUser: "enable trigger",
    pb.AT_EnableAlwaysTrig: "enable trigger", pb.AT_EnableReplicaTrig: "enable trigger",
    pb.AT_DisableTrig: "disable trigger", pb.AT_DisableTrigAll: "disable trigger",
    pb.AT_DisableTrigUser: "disable trigger", pb.AT_AddIdentity: "add identity", pb.AT_SetIdentity: "set identity",
    pb.AT_DropIdentity: "drop identity", pb.AT_DropExpression: "drop expression",
    pb.AT_SetExpression: "set expression", pb.AT_AttachPartition: "attach partition",
    pb.AT_DetachPartition: "detach partition", pb.AT_AddInherit: "inherit", pb.AT_DropInherit: "no inherit",
    pb.AT_SetStatistics: "set statistics", pb.AT_SetRelOptions: "set options", pb.AT_ResetRelOptions: "reset options",
    pb.AT_ChangeOwner: "owner",
}  # fmt: skip
_IDENTITIES = {"f": "full", "n": "nothing", "d": "default", "i": "index"}
_TEMPORARY, _UNLOGGED = "t", "u"


def create_table(found: CreateStmt, places: Places) -> CreateTable:
    """CREATE TABLE."""
    own = found.relation.relname
    elements = list(found.table_elts)
    beside = [element.constraint for element in elements if element.HasField("constraint")]
    # A partition's constraints stand elsewhere in the tree.
    parents = tuple(full(parent.range_var) for parent in found.inh_relations)
    is_partition = found.HasField("partbound")
    return CreateTable(
        table=full(found.relation, new=True),
        columns=tuple(_column(e.column_def, places, own) for e in elements if e.HasField("column_def")),
        constraints=tuple(make_constraint(one, places, own) for one in beside),
        if_not_exists=found.if_not_exists,
        temporary=found.relation.relpersistence == _TEMPORARY,
        unlogged=found.relation.relpersistence == _UNLOGGED,
        partitioned=found.HasField("partspec"),
        partition_of=parents[0] if is_partition and parents else "",
        inherits=() if is_partition else parents,
        options=options(found.options),
        like=tuple(full(e.table_like_clause.relation) for e in elements if e.HasField("table_like_clause")),
    )


def create_foreign_table(found: Any, places: Places) -> CreateTable:  # noqa: ANN401 - the parser's statement
    """CREATE FOREIGN TABLE."""
    base = create_table(found.base_stmt, places)
    return CreateTable(
        table=base.table, columns=base.columns, constraints=base.constraints, if_not_exists=base.if_not_exists,
        foreign=True,
    )  # fmt: skip


def create_table_as(found: CreateTableAsStmt, places: Places) -> CreateTable:
    """CREATE TABLE AS; a materialized view is read elsewhere."""
    relation = found.into.rel
    return CreateTable(
        table=full(relation, new=True),
        if_not_exists=found.if_not_exists,
        temporary=relation.relpersistence == _TEMPORARY,
        unlogged=relation.relpersistence == _UNLOGGED,
        query=read_query(found.query, places),
    )


def _column(found: ColumnDef, places: Places, own: str) -> Column:
    spelled, serial = type_name(found.type_name)
    parts = [node.constraint for node in found.constraints]
    kinds = {part.contype: part for part in parts}
    generated, default = kinds.get(pb.CONSTR_GENERATED), kinds.get(pb.CONSTR_DEFAULT)
    made = tuple(
        make_constraint(part, places, own, (found.colname,))
        for part in parts
        if part.contype in _CONSTRAINTS and part.contype != pb.CONSTR_NOTNULL
    )
    return Column(
        name=found.colname,
        type=spelled,
        offset=places.at(found.location),
        not_null=serial or pb.CONSTR_NOTNULL in kinds or pb.CONSTR_PRIMARY in kinds or pb.CONSTR_IDENTITY in kinds,
        default=read_expression(default.raw_expr, places, own) if default is not None else None,
        generated=read_expression(generated.raw_expr, places, own) if generated is not None else None,
        stored=generated is not None and generated.generated_kind != "v",
        identity=pb.CONSTR_IDENTITY in kinds,
        serial=serial,
        constraints=made,
    )


def make_constraint(found: pb.Constraint, places: Places, own: str, columns: tuple[str, ...] = ()) -> Constraint:
    """A constraint; one that stands at a column has no list of columns of its own."""
    listed = tuple(part_names(found.fk_attrs if found.contype == pb.CONSTR_FOREIGN else found.keys))
    # `(room with =, during with &&)`: a list of pairs.
    excluded = (pair.list.items[0].index_elem.name for pair in found.exclusions)
    return Constraint(
        kind=_CONSTRAINTS.get(found.contype, "other"),
        offset=places.at(found.location),
        name=found.conname,
        columns=listed or tuple(filter(None, excluded)) or columns,
        parent=full(found.pktable) if found.HasField("pktable") else "",
        parent_columns=tuple(part_names(found.pk_attrs)),
        on_delete=_ON.get(found.fk_del_action, ""),
        on_update=_ON.get(found.fk_upd_action, ""),
        not_valid=found.skip_validation,
        using_index=found.indexname,
        expression=read_expression(found.raw_expr, places, own) if found.HasField("raw_expr") else None,
    )


def alter_table(found: AlterTableStmt, places: Places, start: int) -> AlterTable:
    """ALTER TABLE, and ALTER of whatever else the grammar takes for it.

    Args:
        found: the statement.
        places: of the text.
        start: byte at which the statement begins; most actions have no place of their own, and are looked for by name.
    """
    actions = []
    for node in found.cmds:
        action, start = _action(node.alter_table_cmd, places, found.relation.relname, start)
        actions.append(action)
    kind = kind_of(found.objtype)
    return AlterTable(table=full(found.relation), actions=tuple(actions), kind=kind, if_exists=found.missing_ok)


def _action(found: pb.AlterTableCmd, places: Places, own: str, start: int) -> tuple[Action, int]:
    definition: Node = getattr(found, "def")
    details = _details(found, definition, places, own)
    name = details.pop("name", found.name)
    column, constraint = details.get("column"), details.get("constraint")
    start = _next_place(found, definition, places, name, start)
    offset = column.offset if column and found.subtype == pb.AT_AddColumn else places.at(start)
    kind = _ACTIONS.get(found.subtype, "other")
    if found.subtype == pb.AT_ColumnDefault:
        kind = "set default" if definition.WhichOneof("node") else "drop default"
    return Action(
        kind=kind, offset=constraint.offset if constraint else offset, name=name, if_exists=found.missing_ok,
        cascade=found.behavior == pb.DROP_CASCADE, **details,
    ), start  # fmt: skip


def _details(found: pb.AlterTableCmd, definition: Node, places: Places, own: str) -> dict[str, Any]:
    kind = definition.WhichOneof("node") or ""
    if kind == "column_def":
        return _column_change(found, definition.column_def, places, own)
    if kind == "constraint":
        constraint = make_constraint(definition.constraint, places, own, (found.name,) if found.name else ())
        return {"name": constraint.name, "constraint": constraint} if found.subtype == pb.AT_AddConstraint else {}
    if found.subtype == pb.AT_ChangeOwner:
        return {"name": role(found.newowner)}
    if found.subtype == pb.AT_ColumnDefault and kind:
        return {"expression": read_expression(definition, places, own)}
    return _DETAILS[kind](definition) if kind in _DETAILS else {}


_DETAILS: dict[str, Callable[[Node], dict[str, Any]]] = {
    "partition_cmd": lambda node: {
        "name": full(node.partition_cmd.name), "concurrently": node.partition_cmd.concurrent,
    },
    "replica_identity_stmt": lambda node: {
        "detail": _IDENTITIES.get(node.replica_identity_stmt.identity_type, "default"),
    },
    "range_var": lambda node: {"name": full(node.range_var)},
    "list": lambda node: {"options": options(node.list.items)},
}  # fmt: skip


def _column_change(found: pb.AlterTableCmd, definition: ColumnDef, places: Places, own: str) -> dict[str, Any]:
    column = _column(definition, places, own)
    if found.subtype == pb.AT_AddColumn:
        return {"name": column.name, "column": column}
    has_using = definition.HasField("raw_default")
    return {
        "column": column,
        "expression": read_expression(definition.raw_default, places, own) if has_using else None,
    }


def _next_place(found: pb.AlterTableCmd, definition: Node, places: Places, name: str, start: int) -> int:
    """The byte at which the action's name stands, at or after that of the action before it."""
    if definition.HasField("column_def") and definition.column_def.location > start:
        return int(definition.column_def.location)
    if definition.HasField("constraint") and definition.constraint.location > start:
        return int(definition.constraint.location)
    word = (name or found.name).rpartition(".")[2]
    if not word:
        return start
    pattern = rb"(?<![\w$])" + re.escape(word.encode()) + rb"(?![\w$])"
    # The first name after ALTER TABLE is the table's own.
    match = re.compile(pattern, re.IGNORECASE).search(places.encoded, start - places.skipped + 1)
    return match.start() + places.skipped if match else start


def index(found: IndexStmt, places: Places) -> CreateIndex:
    """CREATE INDEX."""
    own = found.relation.relname
    elements = [node.index_elem for node in found.index_params]
    return CreateIndex(
        index=found.idxname,
        table=full(found.relation),
        columns=tuple(element.name for element in elements),
        expressions=tuple(read_expression(e.expr, places, own) for e in elements if e.HasField("expr")),
        included=tuple(node.index_elem.name for node in found.index_including_params),
        where=read_expression(found.where_clause, places, own) if found.HasField("where_clause") else None,
        unique=found.unique,
        concurrently=found.concurrent,
        if_not_exists=found.if_not_exists,
        method=found.access_method or "btree",
        only=not found.relation.inh,  # codespell:ignore inh
    )
