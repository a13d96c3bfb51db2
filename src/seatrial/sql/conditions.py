"""What a plan compares columns with, out of the text that EXPLAIN VERBOSE has of conditions and sort keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.subtree import parts
from seatrial.sql.text import expression, quoted, spelled, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgast.pg_query_pb2 import Node

__all__ = ["Condition", "SortKey", "conditions", "sort_key"]

#: What EXPLAIN writes and no grammar reads: answers of other parts of the plan, in the spelling of each server version.
_PLANS = (
    (re.compile(r"\bEXISTS\(SubPlan \d+\)"), "NULL"),
    (re.compile(r"\(alternatives: [^)]*\)"), "NULL"),
    (re.compile(r"\((?:hashed |rescan )?(?:Sub|Init)Plan \d+\)(?:\.col\d+)?"), "NULL"),
    (re.compile(r"\((?:ANY|ALL) \("), "(COALESCE("),
)
_RANGE = frozenset({"<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One of the conditions that have to hold all together, about one column or expression of one relation."""

    #: Alias of the relation.
    owner: str
    #: What an index of it would be over: `organization_id`, `(lower(email))`.
    key: str
    #: Name of the column; empty for an expression.
    column: str
    #: `=`, `any` (one of several values), `range`, `is` (a boolean as it is, or IS NULL).
    kind: str
    #: The constants that stand in an expression.
    literals: tuple[str, ...] = ()
    #: The value as text where it is a constant in the plan; of a parameter too.
    constant: str | None = None
    #: All of it, as the condition of an index would say it; empty where it is not about constants.
    predicate: str = ""
    #: The other side is a column of another relation.
    joins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """What rows are sorted by."""

    owner: str
    key: str
    #: `DESC`, `NULLS FIRST` …, or nothing.
    order: str
    literals: tuple[str, ...] = ()


def conditions(text: str) -> tuple[Condition, ...]:
    """The conditions of a Filter, an Index Cond or a Hash Cond that an index could serve; none where nobody can say."""
    for written, read in _PLANS:
        text = written.sub(read, text)
    try:
        [target] = tree(f"SELECT {text}").stmts[0].stmt.select_stmt.target_list
    except (postgast.PgQueryError, DecodeError, ValueError, IndexError):
        return ()
    return tuple(found for one in _all(target.res_target.val) for found in _conditions(one))


def sort_key(text: str) -> SortKey | None:
    """One Sort Key: `notes.created_at DESC`; None where it is not about one relation."""
    try:
        [by] = tree(f"SELECT 1 ORDER BY {text}").stmts[0].stmt.select_stmt.sort_clause
    except (postgast.PgQueryError, DecodeError, ValueError, IndexError):
        return None
    sort = by.sort_by
    owner = _owner(sort.node)
    if not owner or sort.sortby_dir not in {pb.SORTBY_DEFAULT, pb.SORTBY_ASC, pb.SORTBY_DESC}:
        return None
    order = ["DESC"] if sort.sortby_dir == pb.SORTBY_DESC else []
    order += {pb.SORTBY_NULLS_FIRST: ["NULLS FIRST"], pb.SORTBY_NULLS_LAST: ["NULLS LAST"]}.get(sort.sortby_nulls, [])
    return SortKey(owner=owner, key=_key(sort.node)[0], order=" ".join(order), literals=tuple(_literals(sort.node)))


def _all(node: Node) -> Iterator[Node]:
    """What stands between ANDs."""
    if node.HasField("bool_expr") and node.bool_expr.boolop == pb.AND_EXPR:
        for argument in node.bool_expr.args:
            yield from _all(argument)
    else:
        yield node


def _conditions(node: Node) -> Iterator[Condition]:
    match node.WhichOneof("node"):
        case "column_ref":
            yield from _is(node, node, constant="true")
        case "bool_expr" if node.bool_expr.boolop == pb.NOT_EXPR:
            yield from _is(node, node.bool_expr.args[0], constant="false")
        case "null_test":
            yield from _is(node, node.null_test.arg, constant="")
        case "a_expr":
            yield from _compared(node)


def _is(node: Node, column: Node, constant: str) -> Iterator[Condition]:
    if column.HasField("column_ref") and (owner := _owner(column)):
        key, name = _key(column)
        yield Condition(
            owner=owner, key=key, column=name, kind="is", constant=constant, predicate=expression(_bare(node))
        )


def _compared(node: Node) -> Iterator[Condition]:
    found = node.a_expr
    operator = spelled(found.name[-1:])
    if found.kind == pb.AEXPR_OP_ANY and operator == "=":
        yield from _side(node, found.lexpr, found.rexpr, "any")
    elif found.kind == pb.AEXPR_OP and operator in {"=", *_RANGE}:
        kind = "=" if operator == "=" else "range"
        yield from _side(node, found.lexpr, found.rexpr, kind)
        yield from _side(node, found.rexpr, found.lexpr, kind)


def _side(node: Node, own: Node, other: Node, kind: str) -> Iterator[Condition]:
    owner, others = _owner(own), _owners(other)
    if not owner or owner in others:
        return
    key, column = _key(own)
    constant = _constant(other)
    is_fixed = constant is not None and kind == "="
    yield Condition(
        owner=owner, key=key, column=column, kind=kind, constant=constant, joins=bool(others),
        predicate=expression(_bare(node)) if is_fixed else "", literals=tuple(_literals(own)),
    )  # fmt: skip


def _key(node: Node) -> tuple[str, str]:
    """What an index would be over, and the name of the column if it is one."""
    cast = node.type_cast
    if cast.arg.HasField("column_ref") and spelled(cast.type_name.names[-1:]) == "text":
        # `(email)::text` of a varchar is the column itself, to an index.
        node = cast.arg
    if node.HasField("column_ref"):
        name = str(node.column_ref.fields[-1].string.sval)
        return quoted(name), name
    return f"({expression(_bare(node))})", ""


def _owner(node: Node) -> str:
    """The relation whose columns stand in it; empty for none and for several."""
    owners = _owners(node)
    return next(iter(owners)) if len(owners) == 1 else ""


def _owners(node: Node) -> set[str]:
    return {str(found.fields[0].string.sval) for found in _columns(node) if len(found.fields) > 1}


def _columns(message: Message) -> Iterator[pb.ColumnRef]:
    if isinstance(message, pb.ColumnRef):
        yield message
    for part in parts(message):
        yield from _columns(part)


def _bare(node: Node) -> Node:
    """The same without the names of relations."""
    copy = pb.Node()
    copy.CopyFrom(node)
    for found in _columns(copy):
        del found.fields[:-1]
    return copy


def _literals(message: Message) -> Iterator[str]:
    if isinstance(message, pb.Node) and (constant := _constant(message)) is not None:
        yield constant
        return
    for part in parts(message):
        yield from _literals(part)


def _constant(node: Node) -> str | None:
    while node.HasField("type_cast"):
        node = node.type_cast.arg
    if not node.HasField("a_const") or node.a_const.isnull:
        return None
    value = node.a_const
    match value.WhichOneof("val"):
        case "sval":
            return str(value.sval.sval)
        case "boolval":
            return "true" if value.boolval.boolval else "false"
        case "ival":
            return str(value.ival.ival)
        case _:
            return str(value.fval.fval)
