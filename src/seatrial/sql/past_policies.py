"""A query that says itself what a policy says, so that it can be asked past the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.policy_condition import condition
from seatrial.sql.subtree import parts
from seatrial.sql.text import dotted, spelled, statement, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message

__all__ = ["named_in", "with_condition"]

#: What is somebody else inside a SECURITY DEFINER function.
_ROLES = {pb.SVFOP_CURRENT_USER, pb.SVFOP_CURRENT_ROLE, pb.SVFOP_USER}


def with_condition(query: str, schema: str, table: str, text: str) -> str | None:
    """The query over only those rows of a table for which the condition holds.

    None for what is no SELECT, cannot be parsed, or does not name the table.

    Args:
        query: one statement.
        schema: of the table, which the query need not say.
        table: its name.
        text: the condition, as pg_get_expr writes it.
    """
    where = condition(text)
    try:
        [raw] = tree(query).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    if where is None or not raw.stmt.HasField("select_stmt"):
        return None
    nodes = list(_nodes(raw.stmt))
    named = [node for node in nodes if node.HasField("range_var") and _is(node.range_var, schema, table)]
    if not named or any(node.common_table_expr.ctename == table for node in nodes):
        return None
    for node in named:
        alias = node.range_var.alias if node.range_var.HasField("alias") else pb.Alias(aliasname=table)
        held = pb.RangeSubselect(subquery=_rows(schema, table, where), alias=alias)
        node.CopyFrom(pb.Node(range_subselect=held))
    return statement(raw.stmt)


def named_in(query: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | None:
    """The relations, the functions, and current_user, that a query names; None where it cannot be parsed."""
    try:
        found = [one for _, one in postgast.walk(tree(query))]
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    relations = (dotted(one) for one in found if isinstance(one, pb.RangeVar))
    calls = (spelled(one.funcname) for one in found if isinstance(one, pb.FuncCall))
    roles = ("current_user" for one in found if isinstance(one, pb.SQLValueFunction) and one.op in _ROLES)
    return tuple(dict.fromkeys(relations)), tuple(dict.fromkeys(calls)), tuple(dict.fromkeys(roles))


def _nodes(message: Message) -> Iterator[pb.Node]:
    if isinstance(message, pb.Node):
        yield message
    for part in parts(message):
        yield from _nodes(part)


def _is(named: pb.RangeVar, schema: str, table: str) -> bool:
    return bool(named.relname == table and named.schemaname in {"", schema})


def _rows(schema: str, table: str, where: pb.Node) -> pb.Node:
    star = pb.Node(res_target=pb.ResTarget(val=pb.Node(column_ref=pb.ColumnRef(fields=[pb.Node(a_star=pb.A_Star())]))))
    source = pb.RangeVar(schemaname=schema, relname=table, inh=True, relpersistence="p")  # codespell:ignore inh
    return pb.Node(select_stmt=pb.SelectStmt(
        target_list=[star], from_clause=[pb.Node(range_var=source)], where_clause=where,
        limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE,
    ))  # fmt: skip
