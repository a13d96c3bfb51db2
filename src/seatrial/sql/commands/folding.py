"""What an expression is for every row, where its text alone tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from postgast.pg_query_pb2 import Node

__all__ = ["constant_of", "constant_text"]

#: As the server reads a boolean.
_TRUTHS = {
    **dict.fromkeys(("t", "true", "y", "yes", "on", "1"), True),
    **dict.fromkeys(("f", "false", "n", "no", "off", "0"), False),
}
_TESTS = {pb.IS_TRUE: (True, True), pb.IS_NOT_TRUE: (True, False), pb.IS_FALSE: (False, True),
          pb.IS_NOT_FALSE: (False, False)}  # fmt: skip


def constant_of(node: Node) -> bool | None:  # noqa: PLR0911 - one line for each kind of expression
    """True or false; None for what depends on the row, on who asks, or is null."""
    match node.WhichOneof("node"):
        case "a_const" if node.a_const.HasField("boolval"):
            return bool(node.a_const.boolval.boolval)
        case "type_cast" if spelled(node.type_cast.type_name.names).removeprefix("pg_catalog.") == "bool":
            text = constant_text(node.type_cast.arg)
            return constant_of(node.type_cast.arg) if text is None else _TRUTHS.get(text.strip().lower())
        case "bool_expr":
            return _combined(node.bool_expr)
        case "a_expr":
            return _compared(node.a_expr)
        case "boolean_test":
            return _tested(node.boolean_test)
        case "null_test" if _is_null(node.null_test.arg) is not None:
            return _is_null(node.null_test.arg) is (node.null_test.nulltesttype == pb.IS_NULL)
        case "coalesce_expr":
            return constant_of(node.coalesce_expr.args[0])
        case "sub_link":
            return _selected(node.sub_link)
        case _:
            return None


def constant_text(node: Node) -> str | None:
    """A constant, cast or named or not, as text: `x` of `'x'::text`; None for anything else."""
    while (kind := node.WhichOneof("node")) in {"type_cast", "named_arg_expr"}:
        node = getattr(node, kind).arg
    if kind != "a_const":
        return None
    match node.a_const.WhichOneof("val"):
        case "sval":
            return str(node.a_const.sval.sval)
        case "ival":
            return str(node.a_const.ival.ival)
        case "fval":
            return str(node.a_const.fval.fval)
        case "boolval":
            return "true" if node.a_const.boolval.boolval else "false"
        case _:
            return "null"


def _combined(found: pb.BoolExpr) -> bool | None:
    parts = [constant_of(argument) for argument in found.args]
    if found.boolop == pb.NOT_EXPR:
        return None if parts[0] is None else not parts[0]
    # One true part makes OR true, one false part makes AND false, whatever the others are.
    deciding = bool(found.boolop == pb.OR_EXPR)
    if deciding in parts:
        return deciding
    return None if None in parts else not deciding


def _compared(found: pb.A_Expr) -> bool | None:
    operator = spelled(found.name[-1:])
    if found.kind != pb.AEXPR_OP or operator not in {"=", "<>"}:
        return None
    sides = _kind(found.lexpr), _kind(found.rexpr)
    left, right = constant_text(found.lexpr), constant_text(found.rexpr)
    if left is None or right is None or _is_null(found.lexpr) or _is_null(found.rexpr):
        return None
    if left == right:
        return operator == "="
    # Of `'1.0'` and a number, or of casts, the text does not tell.
    return operator == "<>" if sides in {("ival", "ival"), ("sval", "sval"), ("boolval", "boolval")} else None


def _kind(node: Node) -> str:
    return node.a_const.WhichOneof("val") or ""


def _is_null(node: Node) -> bool | None:
    if constant_text(node) is None:
        return None
    while node.HasField("type_cast"):
        node = node.type_cast.arg
    return bool(node.a_const.isnull)


def _tested(found: pb.BooleanTest) -> bool | None:
    inside = constant_of(found.arg)
    if inside is None or found.booltesttype not in _TESTS:
        return None
    asked, outcome = _TESTS[found.booltesttype]
    return (inside is asked) is outcome


def _selected(found: pb.SubLink) -> bool | None:
    """`(select true)`, `exists (select 1)`."""
    select = found.subselect.select_stmt
    if _any(select.from_clause, select.values_lists) or select.op != pb.SETOP_NONE:
        return None
    if _any(select.sort_clause, select.group_clause) or _has(select):
        return None
    if found.sub_link_type == pb.EXISTS_SUBLINK:
        return True
    is_value = found.sub_link_type == pb.EXPR_SUBLINK and len(select.target_list) == 1
    return constant_of(select.target_list[0].res_target.val) if is_value else None


def _any(*lists: Iterable[Node]) -> bool:
    return any(True for one in lists for _ in one)


def _has(select: pb.SelectStmt) -> bool:
    clauses = ("where_clause", "having_clause", "limit_count", "limit_offset", "with_clause")
    return any(select.HasField(clause) for clause in clauses)
