"""Where a condition names a role, and a lower one could stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.array_text import elements
from seatrial.sql.subtree import steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from google.protobuf.message import Message  # type: ignore[import-untyped]
    from postgast.pg_query_pb2 import Node

    from seatrial.sql.edit import Path

__all__ = ["RolePoint", "role_points"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePoint:
    """A node that names roles."""

    path: Path
    #: The roles that it names; of a list all of them.
    named: tuple[str, ...]
    #: `constant`, `element` (the first role of a list, before which another may stand), or `array` (a text of one).
    kind: str


def role_points(message: Message, roles: Sequence[str], path: Path = ()) -> Iterator[RolePoint]:
    """All points of a tree where a role above the lowest decides.

    What is only selected or written is none; neither is a list that has the lowest role already.
    """
    if isinstance(message, pb.Node):
        kind = message.WhichOneof("node")
        if kind in {"a_array_expr", "list"}:
            field, items = _items(message)
            yield from _of_list(items, roles, (*path, (kind, -1)), field)
            return
        if kind == "type_cast" and (named := _in_array(message.type_cast)) is not None:
            if _above(named, roles):
                yield RolePoint(path=_to_constant(message, path), named=named, kind="array")
            return
        if kind == "a_const" and message.a_const.sval.sval in roles[1:]:
            yield RolePoint(path=path, named=(message.a_const.sval.sval,), kind="constant")
    for name, index, part in steps(message):
        if not _is_value(message, name, part) and not _is_rank(message, name, roles):
            yield from role_points(part, roles, (*path, (name, index)))


def _of_list(items: Iterable[Node], roles: Sequence[str], path: Path, field: str) -> Iterator[RolePoint]:
    constants = [_constant(item) for item in items]
    named = [constant for constant in constants if constant in roles]
    place = next((index for index, constant in enumerate(constants) if constant in roles), None)
    if place is not None and _above(named, roles):
        yield RolePoint(path=(*path, (field, place)), named=tuple(map(str, named)), kind="element")
    for index, item in enumerate(items):
        if constants[index] is None:
            yield from role_points(item, roles, (*path, (field, index)))


def _items(node: Node) -> tuple[str, Sequence[Node]]:
    return ("items", node.list.items) if node.HasField("list") else ("elements", node.a_array_expr.elements)


def _above(named: Iterable[str | None], roles: Sequence[str]) -> bool:
    found = set(named)
    return roles[0] not in found and not found.isdisjoint(roles)


def _constant(node: Node) -> str | None:
    """A string constant, also under casts."""
    while node.HasField("type_cast"):
        node = node.type_cast.arg
    return str(node.a_const.sval.sval) if node.HasField("a_const") and node.a_const.HasField("sval") else None


def _to_constant(node: Node, path: Path) -> Path:
    while node.HasField("type_cast"):
        node, path = node.type_cast.arg, (*path, ("type_cast", -1), ("arg", -1))
    return path


def _in_array(cast: pb.TypeCast) -> tuple[str, ...] | None:
    return elements(_constant(cast.arg) or "") if cast.type_name.array_bounds else None


def _is_value(parent: Message, name: str, part: Message) -> bool:
    """A constant that stands by itself in a list of columns or values is data and decides nothing."""
    if isinstance(parent, pb.SelectStmt) and name == "values_lists":
        return True
    return isinstance(part, pb.Node) and isinstance(parent, pb.ResTarget) and _constant(part) is not None


def _is_rank(parent: Message, name: str, roles: Sequence[str]) -> bool:
    """CASE that gives every role a place: one that stands there twice would never be reached."""
    if not isinstance(parent, pb.CaseExpr) or name != "args":
        return False
    waiting: list[Message] = [part.case_when.expr for part in parent.args]
    while waiting:
        message = waiting.pop()
        if isinstance(message, pb.String) and message.sval == roles[0]:
            return True
        waiting.extend(part for _, _, part in steps(message))
    return False
