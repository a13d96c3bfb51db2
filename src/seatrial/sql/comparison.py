"""Walks a syntax tree for the columns that conditions look at, and the constants that they compare them with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from postgast import pg_query_pb2 as pb

from seatrial.sql.array_text import elements
from seatrial.sql.subtree import parts
from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from google.protobuf.message import Message  # type: ignore[import-untyped]
    from postgast.pg_query_pb2 import Node, SelectStmt

__all__ = ["Finder", "sources"]

_OPERATORS = frozenset(
    {"=", "<>", "!=", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "<@", "@>", "&&", "?"}
)
#: Of these functions the value of an argument comes out, in another spelling at most.
_TRANSPARENT = frozenset({"lower", "upper", "btrim", "trim", "ltrim", "rtrim", "any_value", "max", "min"})
_BOOLEANS = ("true", "false")


@dataclass(slots=True, kw_only=True)
class _Side:
    """What the value of one side of a comparison may be taken from."""

    columns: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Finder:
    """Collects over as many trees as it is shown."""

    columns: dict[str, dict[str, None]] = field(default_factory=dict)
    #: String constants, in the order in which they are met.
    constants: dict[str, None] = field(default_factory=dict)

    def condition(self, node: Node) -> None:
        """Look at an expression that is true or false, and at all below it."""
        self._judges([node])
        self.visit(node)

    def visit(self, message: Message) -> None:
        """Look at any part of a tree and at all below it."""
        if isinstance(message, pb.TypeCast) and (inside := _array_literal(message)) is not None:
            self.constants.update(dict.fromkeys(inside))
            return
        reader = self._READERS.get(type(message))
        if reader is not None:
            reader(self, message)
        for part in parts(message):
            self.visit(part)

    def hand_over(self, variable: str, column: str) -> None:
        """A variable was set from a column: what is compared with the one is compared with the other."""
        if variable in self.columns:
            self._note([column], self.columns[variable])

    def _note(self, columns: Iterable[str], constants: Iterable[str]) -> None:
        for column in filter(None, columns):
            self.columns.setdefault(column, {}).update(dict.fromkeys(constants))

    def _constant(self, found: pb.A_Const) -> None:
        if found.HasField("sval"):
            self.constants[found.sval.sval] = None

    def _where(self, found: pb.UpdateStmt | pb.DeleteStmt | pb.OnConflictClause) -> None:
        self._judges([found.where_clause])

    def _join(self, found: pb.JoinExpr) -> None:
        self._judges([found.quals])

    def _both(self, found: pb.BoolExpr) -> None:
        self._judges(found.args)

    def _is_null(self, found: pb.NullTest) -> None:
        self._note(_below(found.arg), ())

    def _is_true(self, found: pb.BooleanTest) -> None:
        self._judges([found.arg])

    def _judges(self, nodes: Iterable[Node]) -> None:
        """These are true or false; what lies below AND, OR and NOT is looked at when it is visited."""
        for node in nodes:
            kind = node.WhichOneof("node")
            if kind in {"column_ref", "a_indirection", "coalesce_expr", "case_expr"}:
                self._note(sources(node), _BOOLEANS)
            elif kind != "bool_expr":
                # That a function or a comparison looks at a column is enough; what it makes of it is not known.
                self._note(_below(node), ())

    def _compare(self, found: pb.A_Expr) -> None:
        if found.kind == pb.AEXPR_OP and spelled(found.name[-1:]) not in _OPERATORS:
            return
        several = found.kind in {pb.AEXPR_OP_ANY, pb.AEXPR_OP_ALL}
        left, right = _side(found.lexpr), _side(found.rexpr, is_array=several)
        self._note([*_below(found.lexpr), *_below(found.rexpr)], ())
        self._note(left.columns, right.constants)
        self._note(right.columns, left.constants)
        self.constants.update(dict.fromkeys(right.constants if several and not _has_items(found.rexpr) else ()))

    def _call(self, found: pb.FuncCall) -> None:
        """`array_position(ARRAY['viewer', 'admin'], role)` gives each of a list's values a place."""
        lists = [argument for argument in found.args if _is_list(argument)]
        others = [argument for argument in found.args if not _is_list(argument)]
        for side in map(_side, lists):
            self._note(_sides(others).columns, side.constants)
        self._judges([found.agg_filter])

    def _case(self, found: pb.CaseExpr) -> None:
        conditions = [part.case_when.expr for part in found.args]
        if found.arg.WhichOneof("node"):
            self._note(_below(found.arg), ())
            self._note(_side(found.arg).columns, _sides(conditions).constants)
        else:
            self._judges(conditions)

    def _coalesce(self, found: pb.CoalesceExpr) -> None:
        sides = _sides(found.args)
        if sides.constants:
            self._note(sides.columns, sides.constants)

    def _sublink(self, found: pb.SubLink) -> None:
        select = found.subselect.select_stmt
        values = [item for row in select.values_lists for item in row.list.items]
        inside = _sides([*values, *(target.res_target.val for target in select.target_list)])
        if found.testexpr.WhichOneof("node"):
            self._note([*_below(found.testexpr), *inside.columns], ())
            self._note(_side(found.testexpr).columns, inside.constants)

    def _select(self, found: SelectStmt) -> None:
        self._judges([found.where_clause, found.having_clause])
        if len(found.target_list) == 1:
            # `SELECT role FROM members …` is how a helper function looks at a role.
            self._note(_side(found.target_list[0].res_target.val).columns, ())

    _READERS: ClassVar[dict[type[Message], Callable[[Finder, Any], None]]] = {
        pb.A_Const: _constant,
        pb.A_Expr: _compare,
        pb.BoolExpr: _both,
        pb.BooleanTest: _is_true,
        pb.CaseExpr: _case,
        pb.CoalesceExpr: _coalesce,
        pb.DeleteStmt: _where,
        pb.FuncCall: _call,
        pb.JoinExpr: _join,
        pb.NullTest: _is_null,
        pb.OnConflictClause: _where,
        pb.SelectStmt: _select,
        pb.SubLink: _sublink,
        pb.UpdateStmt: _where,
    }


def sources(node: Node) -> list[str]:
    """The columns that the value of an expression may come from."""
    return _side(node).columns


def _name(node: Node) -> str:
    """The bare name of a column, also `(row).column`; empty for a star."""
    names = node.column_ref.fields if node.HasField("column_ref") else node.a_indirection.indirection
    return str(names[-1].string.sval) if names else ""


def _below(node: Node) -> list[str]:
    """Every column in an expression, but not those of its sub-selects."""
    found: list[str] = []
    waiting: list[Message] = [node]
    while waiting:
        message = waiting.pop(0)
        is_named = isinstance(message, pb.Node) and message.WhichOneof("node") in {"column_ref", "a_indirection"}
        name = _name(message) if is_named else ""
        if name:
            found.append(name)
        elif not isinstance(message, pb.SelectStmt):
            waiting.extend(parts(message))
    return found


def _sides(nodes: Iterable[Node]) -> _Side:
    sides = [_side(node) for node in nodes]
    return _Side(
        columns=[column for side in sides for column in side.columns],
        constants=[constant for side in sides for constant in side.constants],
    )


def _side(node: Node, *, is_array: bool = False) -> _Side:  # noqa: PLR0911 - one line for each kind of expression
    match node.WhichOneof("node"):
        case "column_ref":
            return _Side(columns=[_name(node)])
        case "a_indirection" if _name(node):
            return _Side(columns=[_name(node)])
        case "a_const":
            return _Side(constants=_constants(node.a_const, is_array=is_array))
        case "type_cast":
            cast = node.type_cast
            inside = _array_literal(cast)
            return _side(cast.arg, is_array=is_array) if inside is None else _Side(constants=inside)
        case "collate_clause":
            return _side(node.collate_clause.arg)
        case "coalesce_expr":
            return _sides(node.coalesce_expr.args)
        case "case_expr":
            case = node.case_expr
            return _sides([*(part.case_when.result for part in case.args), case.defresult])
        case "func_call" if spelled(node.func_call.funcname[-1:]) in _TRANSPARENT:
            return _sides(node.func_call.args)
        case "sub_link" if node.sub_link.sub_link_type in {pb.EXPR_SUBLINK, pb.ARRAY_SUBLINK}:
            return _sides(target.res_target.val for target in node.sub_link.subselect.select_stmt.target_list)
        case _:
            return _sides(_items(node))


def _items(node: Node) -> list[Node]:
    match node.WhichOneof("node"):
        case "a_array_expr":
            return list(node.a_array_expr.elements)
        case "list":
            return list(node.list.items)
        case "row_expr":
            return list(node.row_expr.args)
        case _:
            return []


def _has_items(node: Node) -> bool:
    return bool(_items(node.type_cast.arg if node.HasField("type_cast") else node))


def _is_list(node: Node) -> bool:
    cast = node.type_cast
    return _has_items(node) or (node.HasField("type_cast") and _array_literal(cast) is not None)


def _constants(constant: pb.A_Const, *, is_array: bool) -> list[str]:
    match constant.WhichOneof("val"):
        case "sval":
            text = str(constant.sval.sval)
            return list(elements(text) or ()) if is_array else [text]
        case "boolval":
            return ["true" if constant.boolval.boolval else "false"]
        case "ival":
            return [str(constant.ival.ival)]
        case "fval":
            return [str(constant.fval.fval)]
        case _:
            return []


def _array_literal(cast: pb.TypeCast) -> list[str] | None:
    """The elements of `'{a,b}'::text[]`; None for anything else."""
    if not cast.type_name.array_bounds or not cast.arg.a_const.HasField("sval"):
        return None
    found = elements(cast.arg.a_const.sval.sval)
    return None if found is None else list(found)
