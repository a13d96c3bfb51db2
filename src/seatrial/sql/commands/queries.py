"""The same walk through sub-selects and statements: which tables they read, and whose the columns in them are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from postgast import pg_query_pb2 as pb

from seatrial.model.expression import SubQuery
from seatrial.sql.aggregates import AGGREGATES
from seatrial.sql.commands.mentions import Mentions
from seatrial.sql.commands.naming import full
from seatrial.sql.commands.scopes import ROW, Scope
from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.message import Message  # type: ignore[import-untyped]

__all__ = ["Queries"]

_KINDS = {
    pb.EXISTS_SUBLINK: "exists", pb.ANY_SUBLINK: "any", pb.ALL_SUBLINK: "all", pb.ARRAY_SUBLINK: "array",
}  # fmt: skip
#: What stands in FROM beside the table that is changed.
_BESIDE = {
    pb.UpdateStmt: ("from_clause",), pb.DeleteStmt: ("using_clause",), pb.MergeStmt: ("source_relation",),
}  # fmt: skip


class Queries(Mentions):
    """What has been found so far, sub-selects with it."""

    def _sub_link(self, found: pb.SubLink) -> None:
        self._place(found.location)
        if found.HasField("testexpr"):
            self._compare(found.location, self._membership(found), found.testexpr, "")
            self.visit(found.testexpr)
        calls, levels, tables = len(self.calls), len(self._levels), len(self.tables)
        scope = self._within(found.subselect)
        level = len(self._scopes)
        outermost = min(self._levels[levels:], default=level)
        if not scope.has_from and outermost >= level:
            self._mark_once(calls)
        if scope.reads and len(self.tables) > tables:
            self.subqueries.append(
                SubQuery(
                    kind=_KINDS.get(found.sub_link_type, "scalar"),
                    tables=tuple(dict.fromkeys(self.tables[tables:])),
                    offset=self.places.at(found.location),
                    correlated=outermost == ROW and self._has_row,
                    single=_is_single(found.subselect.select_stmt),
                    calls=tuple(dict.fromkeys(call.name for call in self.calls[calls:])),
                    has_where=scope.compares,
                )
            )

    def _membership(self, found: pb.SubLink) -> str:
        operator = spelled(found.oper_name[-1:])
        word = "all" if found.sub_link_type == pb.ALL_SUBLINK else "any"
        if not operator:
            return "not in" if found.location in self._negated else "in"
        return word if (operator, word) == ("=", "any") else f"{operator} {word}"

    def _mark_once(self, first: int) -> None:
        for place in range(first, len(self.calls)):
            if self._depths[place] == self._depth:
                self.calls[place] = replace(self.calls[place], once=True)

    def _within(self, select: Message) -> Scope:
        """Look at a SELECT that has columns of its own."""
        scope = Scope()
        self._scopes.append(scope)
        self.visit(select)
        self._scopes.pop()
        return scope

    def _derived(self, found: pb.RangeSubselect) -> None:
        inside = self._within(found.subquery)
        self._scopes[-1].reads = self._scopes[-1].reads or inside.reads

    def _function(self, found: pb.RangeFunction) -> None:
        """Its arguments are not columns of what it returns."""
        scope = self._scopes[-1]
        owns, columns = scope.owns, scope.columns
        scope.owns, scope.columns = scope.reads, set()
        for item in found.functions:
            self.visit(item)
        scope.owns, scope.columns = owns, columns

    def _table(self, found: pb.RangeVar) -> None:
        self._place(found.location)
        if found.schemaname or found.relname not in self._hidden:
            is_catalog = not found.schemaname and found.relname.startswith("pg_")
            self.tables.append(f"pg_catalog.{found.relname}" if is_catalog else full(found))

    def _with(self, clause: pb.WithClause) -> None:
        tables = [node.common_table_expr for node in clause.ctes]
        if clause.recursive:
            self._hidden |= {table.ctename for table in tables}
        for table in tables:
            self._within(table.ctequery)
            self._hidden |= {table.ctename}

    def _select(self, found: pb.SelectStmt) -> None:
        hidden, scope = self._hidden, self._scopes[-1]
        if found.HasField("with_clause"):
            self._with(found.with_clause)
        scope.add(found.from_clause)
        for item in found.from_clause:
            self.visit(item)
        before = len(self.comparisons)
        self.visit(found.where_clause)
        scope.compares = scope.compares or len(self.comparisons) > before
        # FOR UPDATE OF names aliases, and INTO what is made.
        self._children(found, {"with_clause", "from_clause", "where_clause", "locking_clause", "into_clause"})
        self._hidden = hidden

    def _change(self, found: Any) -> None:  # noqa: ANN401 - INSERT, UPDATE, DELETE or MERGE
        hidden, scope = self._hidden, self._scopes[-1]
        if found.HasField("with_clause"):
            self._with(found.with_clause)
        scope.add([pb.Node(range_var=found.relation)])
        for clause in _BESIDE.get(type(found), ()):
            beside = getattr(found, clause)
            scope.add([beside] if isinstance(beside, pb.Node) else beside)
        # What is written to is no common table expression.
        visible, self._hidden = self._hidden, frozenset()
        self._table(found.relation)
        self._hidden = visible
        self._children(found, {"with_clause", "relation"})
        self._hidden = hidden

    READERS: ClassVar[dict[type, Callable[..., None]]] = {
        **Mentions.READERS,
        pb.SubLink: _sub_link,
        pb.RangeSubselect: _derived,
        pb.RangeFunction: _function,
        pb.RangeVar: _table,
        pb.SelectStmt: _select,
        pb.InsertStmt: _change,
        pb.UpdateStmt: _change,
        pb.DeleteStmt: _change,
        pb.MergeStmt: _change,
    }


def _is_single(select: pb.SelectStmt) -> bool:
    if select.limit_count.a_const.ival.ival == 1:
        return True
    calls = [target.res_target.val for target in select.target_list]
    while calls and calls[0].HasField("coalesce_expr"):
        calls = list(calls[0].coalesce_expr.args)
    is_aggregate = any(
        spelled(call.func_call.funcname[-1:]) in AGGREGATES and not call.func_call.HasField("over") for call in calls
    )
    return is_aggregate and not select.group_clause
