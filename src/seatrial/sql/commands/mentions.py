"""One walk over a syntax tree that collects calls, columns, comparisons, constants and sub-selects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from google.protobuf.message import Message  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.model.expression import Call, Comparison, SubQuery
from seatrial.sql.commands.comparisons import pairs
from seatrial.sql.commands.folding import constant_text
from seatrial.sql.commands.naming import type_name
from seatrial.sql.commands.scopes import ROW, Scope, owner
from seatrial.sql.commands.writing import column_name, written
from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from seatrial.sql.commands.places import Places

__all__ = ["Mentions"]


class Mentions:
    """What has been found so far."""

    def __init__(self, places: Places, row: Scope, *, is_open: bool) -> None:
        """Of one expression or statement; for an open one, what no sub-select has is a column of the row."""
        self.places = places
        #: The leftmost place; -1 as long as there is none.
        self.first = -1
        self.calls: list[Call] = []
        #: Of the row, with repetitions.
        self.columns: list[str] = []
        self.strings: dict[str, None] = {}
        self.comparisons: list[Comparison] = []
        self.is_null: dict[str, None] = {}
        self.is_not_null: dict[str, None] = {}
        self.subqueries: list[SubQuery] = []
        self.tables: list[str] = []
        self.keywords: dict[str, None] = {}
        self.casts: dict[tuple[str, str], None] = {}
        self._is_open = is_open
        self._scopes = [row]
        #: Of every mention of a column: the level of the scope that it belongs to.
        self._levels: list[int] = []
        #: How many sub-selects that read a table are around each call.
        self._depths: list[int] = []
        #: Names of common table expressions.
        self._hidden: frozenset[str] = frozenset()
        #: Places of `IN (SELECT …)` behind NOT.
        self._negated: set[int] = set()

    def visit(self, message: Message) -> None:
        """Look at any part of a tree and at all below it."""
        if type(message) is pb.Node:
            kind = message.WhichOneof("node")
            if kind is None:
                return
            message = getattr(message, kind)
        reader = self.READERS.get(type(message))
        if reader is None:
            self._children(message)
        else:
            reader(self, message)

    def _children(self, message: Message, without: Collection[str] = ()) -> None:
        for field, value in message.ListFields():
            if field.message_type is None:
                if field.name == "location":
                    self._place(value)
            elif field.name in without:
                continue
            elif isinstance(value, Message):
                self.visit(value)
            else:
                for part in value:
                    self.visit(part)

    def _place(self, location: int) -> None:
        if location >= 0 and (self.first < 0 or location < self.first):
            self.first = location

    @property
    def _depth(self) -> int:
        return sum(scope.reads for scope in self._scopes[1:])

    def _column(self, found: pb.ColumnRef) -> None:
        self._place(found.location)
        names = [part.string.sval for part in found.fields if part.HasField("string")]
        if not names:
            return
        is_star = len(names) < len(found.fields)
        fields = [*names, "*"] if is_star else names
        level = owner(fields, self._scopes)
        if level is None and (self._is_open or not self._has_row):
            level = ROW
        if level is not None:
            self._levels.append(level)
        if level == ROW and not is_star:
            self.columns.append(names[-1])

    @property
    def _has_row(self) -> bool:
        """Not so for an expression of PL/pgSQL: what looks like a column of the row is a variable there."""
        return self._is_open or bool(self._scopes[ROW].names)

    def _constant(self, found: pb.A_Const) -> None:
        self._place(found.location)
        if found.HasField("sval"):
            self.strings[found.sval.sval] = None

    def _call(self, found: pb.FuncCall) -> None:
        place, before = len(self.calls), len(self.columns)
        call = Call(
            name=spelled(found.funcname).removeprefix("pg_catalog."),
            offset=self.places.at(found.location),
            arguments=tuple(map(constant_text, found.args)),
            nested=self._depth > 0,
        )
        self.calls.append(call)
        self._depths.append(self._depth)
        self._children(found, {"funcname"})
        if len(self.columns) > before:
            self.calls[place] = replace(call, columns=tuple(dict.fromkeys(self.columns[before:])))

    def _keyword(self, found: pb.SQLValueFunction) -> None:
        self._place(found.location)
        name = pb.SQLValueFunctionOp.Name(found.op).removeprefix("SVFOP_").removesuffix("_N")
        self.keywords[name.lower()] = None

    def _operation(self, found: pb.A_Expr) -> None:
        for operator, left, right in pairs(found):
            is_list = right.HasField("list")
            text = f"({', '.join(map(written, right.list.items))})" if is_list else written(right)
            self._compare(found.location, operator, left, text, "" if is_list else column_name(right))
        self._children(found, {"name"})

    def _compare(self, location: int, operator: str, left: pb.Node, right: str, right_column: str = "") -> None:
        self.comparisons.append(
            Comparison(
                operator=operator,
                left=written(left),
                right=right,
                left_column=column_name(left),
                right_column=right_column,
                offset=self.places.at(location),
                nested=self._depth > 0,
            )
        )

    def _combination(self, found: pb.BoolExpr) -> None:
        if found.boolop == pb.NOT_EXPR and found.args[0].HasField("sub_link"):
            self._negated.add(found.args[0].sub_link.location)
        self._children(found)

    def _null_test(self, found: pb.NullTest) -> None:
        tested = self.is_null if found.nulltesttype == pb.IS_NULL else self.is_not_null
        tested[written(found.arg)] = None
        self._children(found)

    def _cast(self, found: pb.TypeCast) -> None:
        before = len(self.columns)
        self._children(found)
        if found.arg.HasField("column_ref") and len(self.columns) > before:
            self.casts[self.columns[-1], type_name(found.type_name)[0]] = None

    def _nothing(self, _: Message) -> None:
        """Names and types."""

    READERS: ClassVar[dict[type, Callable[..., None]]] = {
        pb.ColumnRef: _column,
        pb.A_Const: _constant,
        pb.FuncCall: _call,
        pb.SQLValueFunction: _keyword,
        pb.A_Expr: _operation,
        pb.BoolExpr: _combination,
        pb.NullTest: _null_test,
        pb.TypeCast: _cast,
        pb.TypeName: _nothing,
        pb.Alias: _nothing,
        pb.String: _nothing,
    }
