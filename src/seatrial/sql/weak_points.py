"""Where a condition could be weaker: parts of its tree whose loss, or whose change, lets more through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.subtree import steps
from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message  # type: ignore[import-untyped]
    from postgast.pg_query_pb2 import Node

    from seatrial.sql.edit import Path

__all__ = ["Kind", "Sense", "WeakPoint", "weak_points"]

#: Where the truth of a part may bring the whole to be true or to be false.
_UNKNOWN = frozenset({(pb.SubLink, "testexpr"), (pb.CaseWhen, "expr"), (pb.FuncCall, "args"), (pb.CaseExpr, "arg")})

_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_COMPARING = frozenset({pb.AEXPR_OP_ANY, pb.AEXPR_OP_ALL, pb.AEXPR_IN, pb.AEXPR_DISTINCT, pb.AEXPR_NOT_DISTINCT})


class Sense(Enum):
    """What it means for more to come through where a part of a tree is true."""

    OPENS = 1
    #: The part stands under a NOT, say, or decides whether an error is raised.
    CLOSES = -1
    #: It cannot be said; such parts are treated as if they opened.
    UNKNOWN = 0

    def turned(self) -> Sense:
        """The sense under a NOT."""
        return Sense(-self.value)


class Kind(Enum):
    """What is done at a point."""

    DROP = "drop"
    TURN = "turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakPoint:
    """A node, and what is to be done with it."""

    kind: Kind
    path: Path
    #: What a dropped condition becomes.
    becomes: bool = True
    #: Whether it is one of several conditions, or the only one of a WHERE or a join; else it is a whole answer.
    is_part: bool = True


def weak_points(message: Message, sense: Sense, path: Path = ()) -> Iterator[WeakPoint]:
    """All points of a tree, outer ones first.

    Args:
        message: the tree, or a part of it.
        sense: of this part.
        path: to this part.
    """
    match message:
        case pb.RawStmt():
            yield from _of_answer(message.stmt, sense, (*path, ("stmt", -1)))
        case pb.ReturnStmt() if sense is Sense.OPENS and _is_boolean(message.returnval):
            yield WeakPoint(kind=Kind.DROP, path=(*path, ("returnval", -1)), is_part=False)
        case pb.BoolExpr():
            yield from _of_boolean(message, sense, path)
        case pb.SelectStmt() | pb.UpdateStmt() | pb.DeleteStmt():
            yield from _of_whole(message, "where_clause", sense, path)
        case pb.JoinExpr():
            yield from _of_whole(message, "quals", sense, path)
    for name, index, part in steps(message):
        yield from weak_points(part, _sense_below(message, name, sense), (*path, (name, index)))


def _of_answer(statement: Node, sense: Sense, path: Path) -> Iterator[WeakPoint]:
    """A SELECT of one value that is true or false."""
    targets = statement.select_stmt.target_list
    if sense is Sense.OPENS and len(targets) == 1 and _is_boolean(targets[0].res_target.val):
        target = (("select_stmt", -1), ("target_list", 0), ("res_target", -1), ("val", -1))
        yield WeakPoint(kind=Kind.DROP, path=(*path, *target), is_part=False)


def _is_boolean(node: Node) -> bool:
    """Whether an expression is true or false whatever the types of what it is made of."""
    match node.WhichOneof("node"):
        case "bool_expr" | "null_test" | "boolean_test":
            return True
        case "a_expr":
            found = node.a_expr
            return found.kind in _COMPARING or spelled(found.name[-1:]) in _COMPARISONS
        case "sub_link":
            return node.sub_link.sub_link_type in {pb.EXISTS_SUBLINK, pb.ANY_SUBLINK, pb.ALL_SUBLINK}
        case "coalesce_expr":
            return any(_is_boolean(part) or part.a_const.HasField("boolval") for part in node.coalesce_expr.args)
        case _:
            return False


def _of_boolean(found: pb.BoolExpr, sense: Sense, path: Path) -> Iterator[WeakPoint]:
    narrowing = pb.OR_EXPR if sense is Sense.CLOSES else pb.AND_EXPR
    if found.boolop != narrowing:
        return
    for index in range(len(found.args)):
        yield WeakPoint(kind=Kind.DROP, path=(*path, ("args", index)), becomes=sense is not Sense.CLOSES)
    # The path leads to a node, of which this is the content.
    yield WeakPoint(kind=Kind.TURN, path=path[:-1])


def _of_whole(found: Message, name: str, sense: Sense, path: Path) -> Iterator[WeakPoint]:
    """The only condition of a WHERE or a join; of several, each is a point of its own."""
    node = getattr(found, name)
    several = node.bool_expr.boolop == pb.AND_EXPR and node.HasField("bool_expr")
    if node.WhichOneof("node") and not several and sense is not Sense.CLOSES:
        yield WeakPoint(kind=Kind.DROP, path=(*path, (name, -1)))


def _sense_below(message: Message, name: str, sense: Sense) -> Sense:
    if (type(message), name) in _UNKNOWN:
        return Sense.UNKNOWN
    match message:
        case pb.A_Expr():
            return _sense_of_operand(message, sense)
        case pb.BooleanTest():
            return _sense_of_test(message, sense)
        case _:
            return sense.turned() if _turns(message, name) else sense


def _turns(message: Message, name: str) -> bool:
    match message:
        case pb.BoolExpr():
            return bool(message.boolop == pb.NOT_EXPR)
        case pb.SubLink():
            return bool(message.sub_link_type == pb.ALL_SUBLINK)
        case pb.NullTest():
            return bool(message.nulltesttype == pb.IS_NULL)
        case pb.SelectStmt():
            return bool(message.op == pb.SETOP_EXCEPT) and name == "rarg"
        case _:
            return False


def _sense_of_operand(found: pb.A_Expr, sense: Sense) -> Sense:
    """`x = ANY (SELECT …)` holds more often the more is selected, `x <> ALL (…)` less often."""
    operator = spelled(found.name[-1:])
    if operator == "=" and found.kind in {pb.AEXPR_OP, pb.AEXPR_OP_ANY, pb.AEXPR_IN}:
        return sense
    return sense.turned() if operator == "<>" and found.kind in {pb.AEXPR_OP_ALL, pb.AEXPR_IN} else Sense.UNKNOWN


def _sense_of_test(found: pb.BooleanTest, sense: Sense) -> Sense:
    if found.booltesttype in {pb.IS_TRUE, pb.IS_NOT_FALSE}:
        return sense
    return sense.turned() if found.booltesttype in {pb.IS_FALSE, pb.IS_NOT_TRUE} else Sense.UNKNOWN
