"""The condition of a policy, as the server writes it: what it mentions, and the same with calls that are made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.commands.expressions import read_expression
from seatrial.sql.commands.places import places_of
from seatrial.sql.subtree import parts
from seatrial.sql.text import expression, spelled, tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.message import Message
    from postgast.pg_query_pb2 import Node

    from seatrial.model.expression import Expression

__all__ = ["asked_once", "condition", "is_row_free", "mentioned", "once", "operators_in", "renamed"]

_LEAD = "SELECT "


def condition(text: str) -> Node | None:
    """The tree of an expression; None where there is none, or the grammar refuses it."""
    try:
        [raw] = tree(_LEAD + text).stmts
        [target] = raw.stmt.select_stmt.target_list
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    return target.res_target.val


def mentioned(text: str, table: str) -> Expression | None:
    """What a condition calls, compares and looks up; None where it cannot be read.

    Args:
        text: as pg_get_expr writes it with an empty search path.
        table: whose rows it is asked of, without its schema.
    """
    found = condition(text)
    return None if found is None else read_expression(found, places_of(text, prefix=_LEAD), table)


def operators_in(text: str) -> tuple[str, ...]:
    """The operators of an expression, without their schemas; LIKE is `~~`."""
    found = condition(text)
    if found is None:
        return ()
    named = [spelled(one.name[-1:]) for _, one in postgast.walk(found) if isinstance(one, pb.A_Expr)]
    return tuple(dict.fromkeys(named))


def asked_once(text: str, calls: Mapping[str, str]) -> str:
    """The condition with these calls, and what is computed of nothing but them, in sub-selects.

    Args:
        text: of the condition.
        calls: name of each function, as it stands there, and its type: an array behind ANY has to be given it again.
    """
    found = condition(text)
    if found is None:
        return text
    _wrap(found, calls, "")
    return expression(found)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The condition with other functions in the place of these, by their names as they stand there."""
    found = condition(text)
    if found is None:
        return text
    for _, call in postgast.walk(found):
        if isinstance(call, pb.FuncCall) and (new := names.get(spelled(call.funcname))):
            call.ClearField("funcname")
            call.funcname.extend(pb.Node(string=pb.String(sval=part)) for part in new.split("."))
    return expression(found)


def _wrap(node: Node, calls: Mapping[str, str], place: str) -> None:
    kind = node.WhichOneof("node")
    if kind is None or kind == "range_function" or is_once(node):
        return
    if kind not in {"bool_expr", "res_target", "list"} and is_row_free(node) and _calls(node, calls):
        is_array, of = place == "rexpr", _type(node, calls)
        if not is_array or of is not None:
            wrapped = once(node)
            node.CopyFrom(wrapped if not is_array else pb.Node(type_cast=pb.TypeCast(arg=wrapped, type_name=of)))
            return
    _wrap_below(getattr(node, kind), calls)


def _wrap_below(message: Message, calls: Mapping[str, str]) -> None:
    is_any = isinstance(message, pb.A_Expr) and message.kind in {pb.AEXPR_OP_ANY, pb.AEXPR_OP_ALL}
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for part in [value] if not field.is_repeated else value:
            if isinstance(part, pb.Node):
                _wrap(part, calls, field.name if is_any else "")
            else:
                _wrap_below(part, calls)


def is_once(node: Node) -> bool:
    """Whether it is a sub-select without FROM."""
    return node.HasField("sub_link") and not node.sub_link.subselect.select_stmt.from_clause


def is_row_free(message: Message) -> bool:
    """Whether it mentions no column, parameter or sub-select."""
    if isinstance(message, pb.ColumnRef | pb.SubLink | pb.ParamRef):
        return False
    return all(map(is_row_free, parts(message)))


def once(node: Node) -> Node:
    """`(SELECT …)` around an expression."""
    target = pb.Node(res_target=pb.ResTarget(val=node))
    select = pb.SelectStmt(target_list=[target], limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)
    return pb.Node(sub_link=pb.SubLink(sub_link_type=pb.EXPR_SUBLINK, subselect=pb.Node(select_stmt=select)))


def _calls(message: Message, calls: Mapping[str, str]) -> bool:
    if isinstance(message, pb.FuncCall) and spelled(message.funcname) in calls:
        return True
    return any(_calls(part, calls) for part in parts(message))


def _type(node: Node, calls: Mapping[str, str]) -> pb.TypeName | None:
    if node.HasField("type_cast"):
        return node.type_cast.type_name
    of = calls.get(spelled(node.func_call.funcname)) if node.HasField("func_call") else None
    cast = condition(f"NULL::{of}") if of else None
    return cast.type_cast.type_name if cast is not None else None
