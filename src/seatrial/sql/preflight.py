"""What existing rows a statement would trip over, as counts that a target can be asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.column import added_column
from seatrial.sql.partition import bound_condition
from seatrial.sql.preflight_keys import exclusion, orphans, unique_constraint, unique_index
from seatrial.sql.preflight_rows import Rows
from seatrial.sql.preflight_types import misfits
from seatrial.sql.text import expression, qualified, quoted, spelled, tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from postgast.pg_query_pb2 import AlterDomainStmt, AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, IndexStmt

    from seatrial.model.preflight import Question

__all__ = ["Column", "questions"]

#: Schema, table, column.
Column = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    definitions: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Collection[Column]] = field(default_factory=dict)


def questions(
    text: str,
    definitions: Mapping[str, str] | None = None,
    columns: Mapping[str, Collection[Column]] | None = None,
) -> tuple[Question, ...]:
    """The counts that must all be zero for a statement to be executed; none for one that meets no rows.

    Rows of a table that the same release creates are none; that is for the caller to know.

    Args:
        text: one statement.
        definitions: what the statement itself does not say, by unquoted name: `schema.table.constraint` →
            `pg_get_constraintdef`, for VALIDATE CONSTRAINT and for references to a primary key; the same with a
            domain's name; `schema.table` → `pg_get_partkeydef`, for ATTACH PARTITION.
        columns: the columns of each domain, by `schema.domain`.
    """
    known = _Known(definitions=definitions or {}, columns=columns or {})
    try:
        statements = tree(text).stmts
    except (postgast.PgQueryError, DecodeError):
        return ()
    return tuple(one for raw in statements for one in _of(raw.stmt, known))


def _of(node: pb.Node, known: _Known) -> Iterator[Question]:
    match node.WhichOneof("node"):
        case "alter_table_stmt" if node.alter_table_stmt.objtype == pb.OBJECT_TABLE:
            yield from _of_table(node.alter_table_stmt, known)
        case "index_stmt" if node.index_stmt.unique:
            yield _of_index(node.index_stmt)
        case "alter_domain_stmt":
            yield from _of_domain(node.alter_domain_stmt, known)


def _of_index(index: IndexStmt) -> Question:
    rows = Rows.of(index.relation)
    if index.if_not_exists:
        rows = rows.unless(index=qualified(index.relation.schemaname, index.idxname))
    return unique_index(rows, index)


def _of_table(statement: AlterTableStmt, known: _Known) -> Iterator[Question]:
    rows = Rows.of(statement.relation)
    for item in statement.cmds:
        command = item.alter_table_cmd
        if command.subtype == pb.AT_AddColumn:
            definition = getattr(command, "def").column_def
            yield from _of_new_column(rows, definition, known, if_not_exists=command.missing_ok)
            rows = rows.adding(added_column(definition))
        else:
            yield from _of_command(rows, statement, command, known)


def _of_command(rows: Rows, statement: AlterTableStmt, command: AlterTableCmd, known: _Known) -> Iterator[Question]:
    definition = getattr(command, "def")
    match command.subtype:
        case pb.AT_AddConstraint:
            yield from _of_constraint(rows, definition.constraint, known)
        case pb.AT_SetNotNull:
            yield from _of_not_null(rows, command.name)
        case pb.AT_AlterColumnType:
            yield from misfits(rows, command.name, definition.column_def)
        case pb.AT_AttachPartition:
            yield from _of_partition(statement, definition.partition_cmd, known)
        case pb.AT_ValidateConstraint:
            table = statement.relation
            found = known.definitions.get(f"{table.schemaname or 'public'}.{table.relname}.{command.name}", "")
            yield from _of_defined(rows, found, known)


def _of_new_column(rows: Rows, definition: ColumnDef, known: _Known, *, if_not_exists: bool) -> Iterator[Question]:
    column = added_column(definition)
    if if_not_exists:
        rows = rows.unless(column=column.name)
    if column.not_null and column.default is None and not column.fills_itself:
        what = f"rows that would have no {quoted(column.name)}"
        yield rows.question("not null", rows.count_from(rows.table), what, "23502")
        return
    for constraint in column.constraints:
        # Where the new column is NULL everywhere, a foreign key is not looked at.
        if constraint.contype != pb.CONSTR_FOREIGN or column.default is not None:
            yield from _of_constraint(rows.adding(column), constraint, known)


def _of_constraint(rows: Rows, one: Constraint, known: _Known) -> Iterator[Question]:
    if one.skip_validation:
        return
    match one.contype:
        case pb.CONSTR_PRIMARY | pb.CONSTR_UNIQUE:
            yield from unique_constraint(rows, one)
        case pb.CONSTR_CHECK:
            yield from _of_check(rows, one)
        case pb.CONSTR_NOTNULL:
            yield from _of_not_null(rows, one.keys[0].string.sval)
        case pb.CONSTR_EXCLUSION:
            yield exclusion(rows, one)
        case pb.CONSTR_FOREIGN:
            yield from filter(None, [orphans(rows, one, known.definitions)])


def _of_not_null(rows: Rows, column: str) -> Iterator[Question]:
    if column not in rows.unknown:
        name = quoted(column)
        yield rows.question("not null", rows.counted(f"{name} IS NULL"), f"rows whose {name} is NULL", "23502")


def _of_check(rows: Rows, one: Constraint) -> Iterator[Question]:
    names = {part.string.sval for _, r in postgast.walk(one) if isinstance(r, pb.ColumnRef) for part in r.fields}
    if not names & rows.unknown:
        condition = expression(one.raw_expr)
        # NULL is no violation.
        yield rows.question("check", rows.counted(f"NOT ({condition})"), f"rows that are not {condition}", "23514")


def _of_defined(rows: Rows, definition: str, known: _Known) -> Iterator[Question]:
    """A constraint as the catalog tells it, taken as if it were added now."""
    if definition:
        text = f"ALTER TABLE t ADD {definition.removesuffix(' NOT VALID')}"
        [command] = tree(text).stmts[0].stmt.alter_table_stmt.cmds
        yield from _of_constraint(rows, getattr(command.alter_table_cmd, "def").constraint, known)


def _of_partition(statement: AlterTableStmt, attached: pb.PartitionCmd, known: _Known) -> Iterator[Question]:
    """Rows of the new partition outside its bounds; and those in the default partition that now belong to it."""
    parent = statement.relation
    keys = _partition_key(known.definitions.get(f"{parent.schemaname or 'public'}.{parent.relname}", ""))
    whole, rows = Rows.of(parent), Rows.of(attached.name)
    condition = bound_condition(attached.bound, whole.table, keys) if keys else ""
    if condition:
        outside = rows.counted(f"({condition}) IS NOT TRUE")
        yield rows.question("partition", outside, "rows outside the bounds of the partition", "23514")
        inside = whole.counted(f"({condition})")
        yield whole.question("partition", inside, "rows of the default partition that belong to the new one", "23514")


def _partition_key(definition: str) -> list[str]:
    """`RANGE (created_at, lower(name))` as its columns and expressions."""
    if not definition:
        return []
    spec = tree(f"CREATE TABLE t () PARTITION BY {definition}").stmts[0].stmt.create_stmt.partspec
    elements = [item.partition_elem for item in spec.part_params]
    return [quoted(one.name) if one.name else f"({expression(one.expr)})" for one in elements]


def _of_domain(statement: AlterDomainStmt, known: _Known) -> Iterator[Question]:
    parts = [part.string.sval for part in statement.type_name]
    name = ".".join(parts) if len(parts) > 1 else f"public.{parts[0]}"
    constraint = getattr(statement, "def").constraint
    if statement.subtype == "V":
        found = known.definitions.get(f"{name}.{statement.name}", "").removesuffix(" NOT VALID")
        if not found:
            return
        constraint = getattr(tree(f"ALTER DOMAIN t ADD {found}").stmts[0].stmt.alter_domain_stmt, "def").constraint
    is_check = statement.subtype in {"C", "V"} and constraint.contype == pb.CONSTR_CHECK
    is_not_null = statement.subtype == "O" or (statement.subtype == "C" and constraint.contype == pb.CONSTR_NOTNULL)
    if constraint.skip_validation or not (is_check or is_not_null):
        return
    condition = f"NOT ({expression(constraint.raw_expr)})" if is_check else "value IS NULL"
    for schema, table, column in known.columns.get(name, ()):
        rows = Rows(table=qualified(schema, table), name=f"{schema}.{table}", alias=quoted(table))
        source = f"(SELECT {quoted(column)} AS value FROM {rows.table}) AS found"  # noqa: S608 - quoted names
        violated = f"rows whose {quoted(column)} is not a {spelled(statement.type_name)}"
        yield rows.question("domain", rows.count_from(source, condition), violated, "23514" if is_check else "23502")
