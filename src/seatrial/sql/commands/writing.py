"""Small expressions as SQL, written as the parser's own writer would, at a fraction of its time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError, EncodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import expression, literal, quoted, type_text

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

__all__ = ["column_name", "written"]

#: Types that the writer does not treat in a way of their own.
_PLAIN_TYPES = frozenset({"int2", "int4", "int8", "bool", "numeric", "varchar", "float8", "timestamp", "timestamptz"})
_CASTABLE = frozenset({"column_ref", "func_call", "sub_link", "type_cast"})


def written(node: Node) -> str:
    """An expression as SQL; empty where it cannot be written."""
    short = _short(node)
    if short is not None:
        return short
    try:
        return expression(node)
    except (postgast.PgQueryError, DecodeError, EncodeError, RecursionError):
        return ""


def column_name(node: Node) -> str:
    """The column that an expression is, with what stands before its name, not quoted; empty for anything else."""
    while node.HasField("type_cast"):
        node = node.type_cast.arg
    if not node.HasField("column_ref"):
        return ""
    fields = node.column_ref.fields
    return ".".join(part.string.sval for part in fields) if fields[-1].HasField("string") else ""


def _short(node: Node) -> str | None:
    match node.WhichOneof("node"):
        case "column_ref":
            fields = node.column_ref.fields
            is_star = not fields[-1].HasField("string")
            return None if is_star else ".".join(quoted(part.string.sval) for part in fields)
        case "a_const":
            return _constant(node.a_const)
        case "func_call":
            return _call(node.func_call)
        case "type_cast":
            return _cast(node.type_cast)
        case "sub_link":
            return _once(node.sub_link)
        case _:
            return None


def _constant(found: pb.A_Const) -> str | None:
    match found.WhichOneof("val"):
        case "sval":
            return literal(found.sval.sval)
        case "ival":
            return str(found.ival.ival)
        case "boolval":
            return "true" if found.boolval.boolval else "false"
        case _:
            return None


def _call(found: pb.FuncCall) -> str | None:
    is_more = found.agg_star or found.agg_distinct or found.func_variadic or found.agg_order
    if is_more or found.HasField("over") or found.HasField("agg_filter") or found.agg_within_group:
        return None
    if found.funcformat != pb.COERCE_EXPLICIT_CALL:
        return None
    arguments = [_short(argument) for argument in found.args]
    inside = [argument for argument in arguments if argument is not None]
    if len(inside) < len(arguments):
        return None
    return f"{'.'.join(quoted(part.string.sval) for part in found.funcname)}({', '.join(inside)})"


def _cast(found: pb.TypeCast) -> str | None:
    named = found.type_name
    names = tuple(part.string.sval for part in named.names)
    if named.typmods or named.setof or named.pct_type or (names[0] == "pg_catalog" and names[-1] not in _PLAIN_TYPES):
        return None
    is_text = found.arg.a_const.HasField("sval") and names[0] != "pg_catalog"
    inside = _short(found.arg) if is_text or found.arg.WhichOneof("node") in _CASTABLE else None
    return None if inside is None else f"{inside}::{_type(names, len(named.array_bounds))}"


@cache
def _type(names: tuple[str, ...], dimensions: int) -> str:
    parts = [pb.Node(string=pb.String(sval=name)) for name in names]
    bounds = [pb.Node(integer=pb.Integer(ival=-1))] * dimensions
    return type_text(pb.TypeName(names=parts, array_bounds=bounds, typemod=-1))


def _once(found: pb.SubLink) -> str | None:
    """`(select auth.uid())`."""
    select = found.subselect.select_stmt
    if found.sub_link_type != pb.EXPR_SUBLINK or len(select.target_list) != 1:
        return None
    target = select.target_list[0]
    bare = pb.SelectStmt(target_list=[target], limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)
    if target.res_target.name or select != bare:
        return None
    inside = _short(target.res_target.val)
    return None if inside is None else f"(SELECT {inside})"
