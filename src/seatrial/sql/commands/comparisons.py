"""Which expressions compare, and what with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

__all__ = ["Pair", "pairs"]

#: The operator and both sides.
Pair = tuple[str, "Node", "Node"]

_OPERATORS = frozenset({
    "=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "@>", "<@", "&&", "?", "?|",
    "?&", "@@", "@@@", "@?", "^@", "<<", ">>", "<<=", ">>=", "&<", "&>", "-|-", "<%", "%>", "<<%", "%>>", "*=", "*<>",
})  # fmt: skip
_LISTED = {pb.AEXPR_OP_ANY: "any", pb.AEXPR_OP_ALL: "all"}
_ORDERED = {
    pb.AEXPR_BETWEEN: (">=", "<="), pb.AEXPR_BETWEEN_SYM: (">=", "<="),
    pb.AEXPR_NOT_BETWEEN: ("<", ">"), pb.AEXPR_NOT_BETWEEN_SYM: ("<", ">"),
}  # fmt: skip
_DISTINCT = {pb.AEXPR_DISTINCT: "is distinct from", pb.AEXPR_NOT_DISTINCT: "is not distinct from"}


def pairs(found: pb.A_Expr) -> tuple[Pair, ...]:  # noqa: PLR0911 - one line for each kind of comparison
    """What is compared: nothing for an operator that computes, two pairs for BETWEEN, each field of two rows."""
    operator = spelled(found.name[-1:])
    left, right = found.lexpr, found.rexpr
    match found.kind:
        case pb.AEXPR_OP if operator not in _OPERATORS or not found.HasField("lexpr"):
            return ()
        case pb.AEXPR_OP if left.HasField("row_expr") and right.HasField("row_expr"):
            both = zip(left.row_expr.args, right.row_expr.args, strict=False)
            return tuple((operator, one, other) for one, other in both)
        case pb.AEXPR_IN:
            return (("in" if operator == "=" else "not in", left, right),)
        case pb.AEXPR_OP_ANY | pb.AEXPR_OP_ALL:
            word = _LISTED[found.kind]
            return ((word if (operator, word) == ("=", "any") else f"{operator} {word}", left, right),)
        case pb.AEXPR_DISTINCT | pb.AEXPR_NOT_DISTINCT:
            return ((_DISTINCT[found.kind], left, right),)
        case pb.AEXPR_NULLIF:
            return ()
        case kind if kind in _ORDERED:
            low, high = right.list.items
            return ((_ORDERED[kind][0], left, low), (_ORDERED[kind][1], left, high))
        case _:
            return ((operator, left, right),)
