"""Questions that are asked of each row, turned round: a list of what the caller may see, which is asked for once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.policy_condition import condition, is_once, is_row_free
from seatrial.sql.subtree import parts
from seatrial.sql.text import expression, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.protobuf.message import Message  # type: ignore[import-untyped]
    from postgast.pg_query_pb2 import Node

__all__ = ["conjuncts", "is_plain", "leaves", "listed", "look_up", "one_of", "turned_round"]

#: Whether something in a tree is of the row (or stands for it, as the parameter of a helper).
IsRow = "Callable[[Message], bool]"
#: What a list cannot be made of.
_MORE = ("group_clause", "having_clause", "limit_count", "limit_offset", "distinct_clause", "with_clause",
         "window_clause", "larg", "values_lists")  # fmt: skip  # codespell:ignore larg


def turned_round(text: str, table: str) -> str | None:
    """The condition with each sub-select that depends on the row as a list; None where none of them can be turned.

    `EXISTS (SELECT … WHERE m.team = t.team AND m.member = …)` becomes
    `t.team = ANY (ARRAY(SELECT m.team … WHERE m.member = …))`,
    and so does `… IN (SELECT m.member … WHERE m.team = t.team)`.

    Args:
        text: as pg_get_expr writes it: within sub-selects the names of tables stand before their columns.
        table: whose rows it is asked of, without its schema.
    """
    found = condition(text)
    if found is None:
        return None

    def is_row(message: Message) -> bool:
        return isinstance(message, pb.ColumnRef) and spelled(message.fields[:-1]).rpartition(".")[2] == table

    changed = [leaf for leaf in leaves(found) if leaf.HasField("sub_link") and _turn(leaf, is_row)]
    return expression(found) if changed else None


def leaves(node: Node) -> Iterator[Node]:
    """What AND and OR join, and nothing else around it: there a list says the same as the question.

    A sub-select around what depends on the row is taken away, as it does nothing.
    """
    if is_once(node) and node.sub_link.sub_link_type == pb.EXPR_SUBLINK and not is_row_free(_target(node)):
        inner = pb.Node()
        inner.CopyFrom(_target(node))
        node.CopyFrom(inner)
    if node.HasField("bool_expr") and node.bool_expr.boolop != pb.NOT_EXPR:
        for argument in node.bool_expr.args:
            yield from leaves(argument)
    else:
        yield node


def _target(node: Node) -> Node:
    return node.sub_link.subselect.select_stmt.target_list[0].res_target.val


def _turn(leaf: Node, is_row: Callable[[Message], bool]) -> bool:
    # Outside of sub-selects no table stands before a column of the row.
    if any(isinstance(one, pb.ColumnRef) for _, one in postgast.walk(leaf.sub_link.testexpr)):
        return False
    select = look_up(leaf.sub_link)
    found = listed(select, is_row) if select is not None else None
    if found is None:
        return False
    leaf.CopyFrom(one_of(*found))
    return True


def look_up(link: pb.SubLink) -> pb.SelectStmt | None:
    """The rows of which one has to be there, for EXISTS and IN; None for other sub-selects."""
    select = pb.SelectStmt()
    select.CopyFrom(link.subselect.select_stmt)
    if link.sub_link_type == pb.ANY_SUBLINK and not link.oper_name and len(select.target_list) == 1:
        asked = _equal(select.target_list[0].res_target.val, link.testexpr)
        select.where_clause.CopyFrom(_both([*conjuncts(select.where_clause), asked]))
        return select
    if link.sub_link_type != pb.EXISTS_SUBLINK:
        return None
    if select.limit_count.a_const.ival.ival > 0:
        # Many write LIMIT 1 where it changes nothing.
        select.ClearField("limit_count")
    return select


def listed(select: pb.SelectStmt, is_row: Callable[[Message], bool]) -> tuple[Node, pb.SelectStmt] | None:
    """Of a look-up for one row: the side of its join that is the row's, and the look-up for all rows.

    None where it is more than one comparison with the row, or more than a plain look-up.
    """
    if not is_plain(select) or any(_mentions(item, is_row) for item in select.from_clause):
        return None
    rest: list[Node] = []
    joins: list[Node] = []
    for part in conjuncts(select.where_clause):
        (joins if _mentions(part, is_row) else rest).append(part)
    sides = _sides(joins[0], is_row) if len(joins) == 1 and rest else None
    if sides is None:
        return None
    row, inner = sides
    target = pb.Node(res_target=pb.ResTarget(val=inner))
    return row, pb.SelectStmt(
        target_list=[target], from_clause=select.from_clause, where_clause=_both(rest),
        limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE,
    )  # fmt: skip


def is_plain(select: pb.SelectStmt) -> bool:
    """Whether it only picks rows: no groups, limits, set operations; what it gives of them does not matter."""
    named = {field.name for field, _ in select.ListFields()}
    aggregates = any(isinstance(one, pb.FuncCall) for item in select.target_list for _, one in postgast.walk(item))
    return bool(select.from_clause) and not named & set(_MORE) and not aggregates


def one_of(row: Node, select: pb.SelectStmt) -> Node:
    """`row = ANY (ARRAY(SELECT …))`."""
    array = pb.SubLink(sub_link_type=pb.ARRAY_SUBLINK, subselect=pb.Node(select_stmt=select))
    return _equal(row, pb.Node(sub_link=array), kind=pb.AEXPR_OP_ANY)


def conjuncts(node: Node) -> list[Node]:
    """What AND joins; nothing of an empty condition."""
    if node.HasField("bool_expr") and node.bool_expr.boolop == pb.AND_EXPR:
        return [one for argument in node.bool_expr.args for one in conjuncts(argument)]
    return [node] if node.WhichOneof("node") else []


def _both(conditions: list[Node]) -> Node:
    if len(conditions) == 1:
        return conditions[0]
    return pb.Node(bool_expr=pb.BoolExpr(boolop=pb.AND_EXPR, args=conditions))


def _equal(left: Node, right: Node, *, kind: Any = pb.AEXPR_OP) -> Node:  # noqa: ANN401 - enums of the parser
    name = [pb.Node(string=pb.String(sval="="))]
    return pb.Node(a_expr=pb.A_Expr(kind=kind, name=name, lexpr=left, rexpr=right))


def _sides(node: Node, is_row: Callable[[Message], bool]) -> tuple[Node, Node] | None:
    """Of `a = b`: the side that is only of the row, and the other, which has nothing of it."""
    found = node.a_expr
    if not node.HasField("a_expr") or found.kind != pb.AEXPR_OP or spelled(found.name[-1:]) != "=":
        return None
    for row, inner in ((found.lexpr, found.rexpr), (found.rexpr, found.lexpr)):
        columns = [one for _, one in postgast.walk(row) if isinstance(one, pb.ColumnRef | pb.ParamRef | pb.SubLink)]
        if columns and all(map(is_row, columns)) and not _mentions(inner, is_row):
            return row, inner
    return None


def _mentions(message: Message, is_row: Callable[[Message], bool]) -> bool:
    return is_row(message) or any(_mentions(part, is_row) for part in parts(message))
