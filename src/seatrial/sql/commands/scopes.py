"""Whose a column is: the row's, or that of a sub-select around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from postgast.pg_query_pb2 import Node, RangeFunction

__all__ = ["ROW", "Scope", "owner"]

#: The level of the row itself.
ROW = 0
#: A function in FROM that gives one column, named by its alias or by what stands here; any other may give many.
_ONE_COLUMN = frozenset({
    "unnest", "generate_series", "generate_subscripts", "regexp_split_to_table", "string_to_table",
    "jsonb_array_elements", "jsonb_array_elements_text", "json_array_elements", "json_array_elements_text",
    "jsonb_object_keys", "json_object_keys", "jsonb_path_query",
})  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Scope:
    """One SELECT, with the arms of its UNION, or the statement itself."""

    #: What may stand before a column; true for a table without alias, before which its schema may stand.
    names: dict[str, bool] = field(default_factory=dict)
    #: Columns that it is known to have.
    columns: set[str] = field(default_factory=set)
    #: It reads a table.
    reads: bool = False
    #: A bare name is one of its columns.
    owns: bool = False
    #: It has a FROM.
    has_from: bool = False
    #: Its WHERE compares something.
    compares: bool = False

    def add(self, items: Iterable[Node]) -> None:
        """Take what stands in FROM."""
        for item in items:
            self.has_from = True
            self._item(item)

    def _item(self, item: Node) -> None:
        """Take a table, a join, or whatever else may stand in FROM."""
        kind = item.WhichOneof("node")
        found: Any = getattr(item, kind or "list")
        match kind:
            case "range_var":
                self._name(found.alias.aliasname or found.relname, bare=not found.alias.aliasname)
                self.reads = self.owns = True
            case "join_expr":
                self._item(found.larg)  # codespell:ignore larg
                self._item(found.rarg)
                self._name(found.alias.aliasname)
            case "range_table_sample":
                self._item(found.relation)
            case "range_function":
                self._function(found)
            case "range_subselect" | "range_table_func" | "json_table":
                self._name(found.alias.aliasname)
                self.owns = True

    def _name(self, name: str, *, bare: bool = False) -> None:
        """A name that may stand before a column."""
        if name:
            self.names[name] = bare

    def _function(self, found: RangeFunction) -> None:
        calls = [item.list.items[0].func_call for item in found.functions]
        names = [spelled(call.funcname[-1:]) for call in calls]
        alias = found.alias
        self._name(alias.aliasname or "".join(names[:1]))
        self.columns |= {part.string.sval for part in alias.colnames}
        self.columns |= {item.column_def.colname for item in found.coldeflist}
        if not self.columns:
            self.columns |= {alias.aliasname, "value", *names}
            self.owns = self.owns or not _ONE_COLUMN.issuperset(names)


def owner(fields: Sequence[str], scopes: Sequence[Scope]) -> int | None:
    """The level of the scope that a column belongs to; the innermost is the last.

    None for what belongs to none of them, such as `new.id` in a trigger function.
    """
    for level in range(len(scopes) - 1, -1, -1):
        scope = scopes[level]
        if len(fields) == 1:
            is_own = scope.owns or fields[0] in scope.columns
        else:
            is_bare = scope.names.get(fields[-2])
            is_own = is_bare is not None and (is_bare or len(fields) == 2)  # noqa: PLR2004 - alias and column
        if is_own:
            return level
    return None
