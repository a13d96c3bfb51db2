"""The rows that a statement meets, as the FROM of a question, and the question around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.model.preflight import Question
from seatrial.sql.text import dotted, expression, literal, quoted, relation, spelled

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import RangeVar

    from seatrial.sql.column import AddedColumn

__all__ = ["Rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table's rows, with the columns that the same statement gives them before it checks them."""

    #: As SQL.
    table: str
    #: For a person.
    name: str
    alias: str
    #: `NULL::integer AS age`.
    added: tuple[str, ...] = ()
    #: Columns whose values cannot be known beforehand: a sequence's, computed ones.
    unknown: frozenset[str] = frozenset()
    #: The statement does nothing, so that no row can keep it, unless this holds.
    only_if: str = ""

    @classmethod
    def of(cls, table: RangeVar) -> Rows:
        """The rows of a table as it is."""
        return cls(table=relation(table), name=dotted(table), alias=quoted(table.relname))

    def adding(self, column: AddedColumn) -> Rows:
        """The rows once they have a new column."""
        if column.fills_itself or (column.default is not None and _writes(column.default)):
            return replace(self, unknown=self.unknown | {column.name})
        value = "NULL" if column.default is None else f"({expression(column.default)})"
        text = f"{value}::{column.type}{column.collation} AS {quoted(column.name)}"
        return replace(self, added=(*self.added, text))

    def unless(self, *, column: str = "", index: str = "") -> Rows:
        """IF NOT EXISTS: nothing happens where the column, or the relation, is there."""
        if index:
            return replace(self, only_if=f"to_regclass({literal(index)}) IS NULL")
        place = f"attrelid = {literal(self.table)}::regclass AND attname = {literal(column)}"
        return replace(self, only_if=f"NOT EXISTS (SELECT FROM pg_attribute WHERE {place} AND NOT attisdropped)")

    @property
    def source(self) -> str:
        """What to write behind FROM; it can be referred to by the table's own name."""
        if not self.added:
            return self.table
        return f"(SELECT *, {', '.join(self.added)} FROM {self.table}) AS {self.alias}"  # noqa: S608 - quoted names

    def counted(self, condition: str) -> str:
        """How many of them fulfil a condition."""
        return self.count_from(self.source, condition)

    def count_from(self, source: str, *conditions: str) -> str:
        """How many rows a FROM gives that fulfil all conditions."""
        all_of = [condition for condition in (*conditions, self.only_if) if condition]
        where = f" WHERE {' AND '.join(all_of)}" if all_of else ""
        return f"SELECT count(*) AS violating FROM {source}{where}"  # noqa: S608 - quoted names

    def question(self, kind: str, sql: str, violated: str, sqlstate: str) -> Question:
        """A question about them."""
        return Question(kind=kind, table=self.name, sql=sql, violated=violated, sqlstate=sqlstate)


def _writes(default: pb.Node) -> bool:
    """A sequence moves when it is asked, which a read-only transaction refuses."""
    calls = [found for _, found in postgast.walk(default) if isinstance(found, pb.FuncCall)]
    return any(spelled(call.funcname).endswith("nextval") for call in calls)
