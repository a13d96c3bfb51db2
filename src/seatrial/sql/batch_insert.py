"""What an INSERT … SELECT goes through, and whether it does the same in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.aggregates import AGGREGATES
from seatrial.sql.batch_pieces import CannotCut, outside, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message  # type: ignore[import-untyped]
    from postgast.pg_query_pb2 import FuncCall, InsertStmt, Node, RangeVar, SelectStmt

__all__ = ["AGGREGATE", "called", "gone_through"]

#: Why a query with one cannot be cut.
AGGREGATE = "an aggregate counts all rows at once, and each batch would count its own"
#: Joins that also give rows in which the table on the left has none.
_WITHOUT_LEFT = {pb.JOIN_RIGHT, pb.JOIN_FULL}


def gone_through(text: str, found: InsertStmt, key: str) -> RangeVar:
    """The table whose rows are met one after the other: the first of FROM.

    Raises:
        CannotCut: there is none, or the batches would not do together what the statement does.
    """
    query = found.select_stmt.select_stmt
    if query.op != pb.SETOP_NONE and found.HasField("select_stmt"):
        raise CannotCut(f"its query is put together of several, with {pb.SetOperation.Name(query.op)[6:]}")
    if not query.from_clause:
        raise CannotCut("it has no SELECT from a table")
    if not any(token.word == "select" for token in outside(text)):
        raise CannotCut("its SELECT stands in brackets, or is no SELECT")
    _refuse_query(query)
    choosing = [query.where_clause, *query.from_clause, query.with_clause, found.with_clause]
    refuse(found, found.relation, key, choosing)
    first = _first(query.from_clause[0])
    hidden = {one.common_table_expr.ctename for of in (found, query) for one in of.with_clause.ctes}
    if not first.schemaname and first.relname in hidden:
        raise CannotCut(f'what its FROM begins with is no table: "{first.relname}" is of its WITH')
    return first


def _refuse_query(query: SelectStmt) -> None:
    """What looks at all rows at once, and would come out otherwise for those of a batch."""
    calls = list(_calls(query))
    faults = {
        "DISTINCT takes one of several rows, which may be in several batches": query.distinct_clause,
        "it groups rows, and a group may be in several batches": query.group_clause or query.HasField("having_clause"),
        "LIMIT and OFFSET take some of its rows, and every batch would take others":
            query.HasField("limit_count") or query.HasField("limit_offset"),
        "a window function looks at rows that are in other batches": any(one.HasField("over") for one in calls),
        AGGREGATE:
            any(_is_aggregate(one) for one in calls if not one.HasField("over")) or _has_json_aggregate(query),
    }  # fmt: skip
    for fault, holds in faults.items():
        if holds:
            raise CannotCut(fault)


def _first(node: Node) -> RangeVar:
    kind = node.WhichOneof("node")
    if kind == "range_var":
        return node.range_var
    if kind != "join_expr":
        raise CannotCut("what its FROM begins with is no table")
    join = node.join_expr
    if join.jointype in _WITHOUT_LEFT:
        raise CannotCut("its RIGHT or FULL JOIN gives rows without a key, which no batch would meet")
    if join.HasField("alias"):
        raise CannotCut("a join with a name of its own hides the table that its FROM begins with")
    return _first(join.larg)  # codespell:ignore larg


def called(found: InsertStmt) -> tuple[str, ...]:
    """Names of the functions that the query itself calls, as only the target knows which of them are aggregates."""
    return tuple(sorted({_name(one) for one in _calls(found.select_stmt.select_stmt)}))


def _calls(query: SelectStmt) -> Iterator[FuncCall]:
    return (one for one in _own(query) if isinstance(one, pb.FuncCall))


def _own(query: SelectStmt) -> Iterator[Message]:
    """What it selects and sorts by, without what stands in queries inside of it."""
    parts = [*query.target_list, *query.sort_clause]
    nodes = [node for part in parts for _, node in postgast.walk(part)]
    inner = [node for one in nodes if isinstance(one, pb.SelectStmt) for _, node in postgast.walk(one)]
    return (node for node in nodes if node not in inner)


def _name(call: FuncCall) -> str:
    return str(call.funcname[-1].string.sval)


def _is_aggregate(call: FuncCall) -> bool:
    marked = call.agg_star or call.agg_distinct or call.agg_order or call.agg_within_group
    return bool(marked or call.HasField("agg_filter") or _name(call) in AGGREGATES)


def _has_json_aggregate(query: SelectStmt) -> bool:
    return any(isinstance(node, (pb.JsonObjectAgg, pb.JsonArrayAgg)) for node in _own(query))
