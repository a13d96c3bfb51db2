"""Tables that policies, and the functions that they call, look up by who asks: who is a member of what."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.rules.performance.asked import IDENTITY, asked
from seatrial.rules.performance.lookups import begins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Comparison, Expression
    from seatrial.model.schema import Function, Occasion, Schema, Table

__all__ = ["Membership", "memberships"]

_IDENTITY = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(IDENTITY))) + r")\s*\(")
_EQUAL = frozenset({"=", "any", "in"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A column that is compared with the caller, in a query that no index of its table serves."""

    table: Table
    column: str
    by: Occasion
    offset: int


def memberships(schema: Schema) -> Iterator[Membership]:
    """In policies first, then in functions."""
    functions: dict[str, Function] = {}
    for one in asked(schema):
        yield from _in_query(schema, one.condition, one.by, one.table.short)
        _collect(schema, one.condition.names, functions)
    for function in functions.values():
        for inner in function.made.inner:
            query = getattr(inner.command, "query", None)
            if query:
                yield from _in_query(schema, query, function.life.made, "")


def _collect(schema: Schema, names: frozenset[str], found: dict[str, Function]) -> None:
    for name in sorted(names):
        for function in schema.called(name):
            if function.signature not in found:
                found[function.signature] = function
                queries = (getattr(inner.command, "query", None) for inner in function.made.inner)
                called = frozenset[str]().union(*(query.names for query in queries if query))
                _collect(schema, called, found)


def _in_query(schema: Schema, query: Expression, by: Occasion, row: str) -> Iterator[Membership]:
    """Where no index begins with any of the columns by which a table is looked up."""
    tables = [table for name in query.tables if (table := schema.table(name))]
    fixed: defaultdict[str, list[tuple[str, Comparison]]] = defaultdict(list)
    for comparison in query.comparisons:
        if comparison.operator in _EQUAL and not (row and not comparison.nested):
            for table, column in _fixed(tables, comparison, row):
                fixed[table.name].append((column, comparison))
    for table in tables:
        if not any(begins(table, column) for column, _ in fixed[table.name]):
            for column, comparison in fixed[table.name]:
                if _IDENTITY.search(f"{comparison.left} {comparison.right}"):
                    yield Membership(table=table, column=column, by=by, offset=comparison.offset)
                    break


def _fixed(tables: list[Table], comparison: Comparison, row: str) -> Iterator[tuple[Table, str]]:
    """The columns that are compared with what does not change while the table is read: no join."""
    sides = [
        (written.rpartition(".")[0].rpartition(".")[2], _owner(tables, written))
        for written in (comparison.left_column, comparison.right_column)
    ]
    for number, (qualifier, owner) in enumerate(sides):
        other, others = sides[1 - number]
        is_join = others is not None and other != row and bool(qualifier or other)
        if owner is not None and not (row and qualifier == row) and not is_join:
            yield owner


def _owner(tables: list[Table], written: str) -> tuple[Table, str] | None:
    """The one table that has the column."""
    column = written.rpartition(".")[2].strip('"')
    found = [table for table in tables if column and table.column(column)]
    return (found[0], column) if len(found) == 1 else None
