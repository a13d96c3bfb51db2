"""The safe way to do what a statement does, as SQL for exactly this statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql import safe_index, safe_rows
from seatrial.sql.body import inner_statements
from seatrial.sql.safe_column import add_column, alter_type
from seatrial.sql.safe_constraint import add_constraint, set_not_null
from seatrial.sql.safe_lock import brief
from seatrial.sql.safe_part import Altered, Part, rendered
from seatrial.sql.safe_partition import attach, detach
from seatrial.sql.text import default_name, quoted, statement, tree

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import AlterDomainStmt, AlterTableCmd, AlterTableStmt, Node

__all__ = ["safer"]


def safer(text: str) -> str:
    """SQL in as many files as it takes, with what a person has to know in its comments.

    Empty where the statement is safe as it is, or where there is no other way, or the grammar refuses it.
    """
    try:
        [raw] = tree(text).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return ""
    return rendered(_way(raw.stmt) or brief(raw.stmt, text))


def _way(node: Node) -> tuple[Part, ...]:  # noqa: C901, PLR0911, PLR0912 - one line a statement reads best
    kind = node.WhichOneof("node")
    match kind:
        case "index_stmt":
            return safe_index.create_index(node.index_stmt)
        case "drop_stmt" if node.drop_stmt.remove_type == pb.OBJECT_INDEX:
            return safe_index.drop_index(node.drop_stmt)
        case "reindex_stmt":
            return safe_index.reindex(node.reindex_stmt)
        case "refresh_mat_view_stmt":
            return safe_index.refresh(node.refresh_mat_view_stmt)
        case "vacuum_stmt":
            return safe_index.vacuum(node.vacuum_stmt)
        case "cluster_stmt":
            return safe_index.cluster(node.cluster_stmt)
        case "update_stmt":
            return safe_rows.update(node.update_stmt)
        case "delete_stmt":
            return safe_rows.delete(node.delete_stmt)
        case "truncate_stmt":
            return safe_rows.truncate(node.truncate_stmt)
        case "alter_table_stmt" if node.alter_table_stmt.objtype == pb.OBJECT_TABLE:
            return _alter_table(node.alter_table_stmt)
        case "alter_domain_stmt":
            return _domain(node.alter_domain_stmt)
        case "do_stmt":
            return tuple(part for inner in inner_statements(node) for part in _way(inner.node))
        case _:
            return ()


def _alter_table(statement: AlterTableStmt) -> tuple[Part, ...]:
    """One command after the other; nothing where none of them needs more than a moment's lock."""
    altered = Altered(statement=statement)
    commands = [item.alter_table_cmd for item in statement.cmds]
    ways = [_command(altered, command) for command in commands]
    if not any(ways):
        return ()
    return tuple(
        part
        for command, way in zip(commands, ways, strict=True)
        for part in way or (Part(statements=(altered.command(command),), brief=True),)
    )


def _command(altered: Altered, command: AlterTableCmd) -> tuple[Part, ...]:  # noqa: PLR0911 - as above
    match command.subtype:
        case pb.AT_AddColumn:
            return add_column(altered, command)
        case pb.AT_AlterColumnType:
            return alter_type(altered, command)
        case pb.AT_AddConstraint:
            return add_constraint(altered, getattr(command, "def").constraint)
        case pb.AT_SetNotNull:
            return set_not_null(altered, [command.name])
        case pb.AT_AttachPartition:
            return attach(altered, command)
        case pb.AT_DetachPartition:
            return detach(altered, command)
        case _:
            return ()


def _domain(found: AlterDomainStmt) -> tuple[Part, ...]:
    """ALTER DOMAIN … ADD CHECK reads every table that uses the domain."""
    constraint = getattr(found, "def").constraint
    if found.subtype != "C" or constraint.contype != pb.CONSTR_CHECK or constraint.skip_validation:
        return ()
    copy = pb.AlterDomainStmt()
    copy.CopyFrom(found)
    name = constraint.conname or default_name(found.type_name[-1].string.sval, "", "check")
    later = getattr(copy, "def").constraint
    later.conname, later.skip_validation, later.initially_valid = name, True, False
    domain = ".".join(quoted(part.string.sval) for part in found.type_name)
    return (
        Part(says=("New values are checked from here on.",), statements=(statement(pb.Node(alter_domain_stmt=copy)),)),
        Part(
            says=("Reads every table that uses the domain, with writers waiting for the one that is being read.",),
            statements=(f"ALTER DOMAIN {domain} VALIDATE CONSTRAINT {quoted(name)}",),
        ),
    )
