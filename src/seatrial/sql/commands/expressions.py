"""What an expression or a statement mentions, read from its syntax tree in one walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.model.expression import Expression
from seatrial.sql.commands.folding import constant_of
from seatrial.sql.commands.queries import Queries
from seatrial.sql.commands.scopes import Scope
from seatrial.sql.commands.writing import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgast.pg_query_pb2 import Node

    from seatrial.model.expression import Call, Comparison, SubQuery
    from seatrial.sql.commands.places import Places

__all__ = ["read_expression", "read_query"]


def read_expression(node: Node, places: Places, own: str = "") -> Expression:
    """An expression over the rows of a table.

    Args:
        node: its tree.
        places: of the text that was parsed.
        own: the table, without its schema; without it any name that no sub-select has is a column of the row.
    """
    row = Scope(names={own: True} if own else {}, owns=True)
    found = Queries(places, row, is_open=not own)
    found.visit(node)
    text = written(node)
    alternatives = tuple(map(written, _alternatives(node)))
    return _expression(found, text=text, constant=constant_of(node), alternatives=alternatives or (text,))


def read_query(node: Node, places: Places) -> Expression:
    """A whole statement; the row is that of its own FROM, or of the table that it changes.

    Where it has neither, as an expression of PL/pgSQL, all names are columns of the row: they are variables.
    """
    found = Queries(places, Scope(), is_open=False)
    found.visit(node)
    return _expression(found)


def _expression(
    found: Queries, *, text: str = "", constant: bool | None = None, alternatives: tuple[str, ...] = ()
) -> Expression:
    return Expression(
        text=text,
        offset=found.places.at(found.first),
        constant=constant,
        calls=tuple(sorted(found.calls, key=_offset)),
        columns=tuple(dict.fromkeys(found.columns)),
        strings=tuple(found.strings),
        comparisons=tuple(sorted(found.comparisons, key=_offset)),
        is_null=tuple(found.is_null),
        is_not_null=tuple(found.is_not_null),
        subqueries=tuple(sorted(found.subqueries, key=_offset)),
        tables=tuple(dict.fromkeys(found.tables)),
        alternatives=alternatives,
        keywords=tuple(found.keywords),
        casts=tuple(found.casts),
    )


def _offset(found: Call | Comparison | SubQuery) -> int:
    return found.offset


def _alternatives(node: Node) -> Iterator[Node]:
    """What OR joins, and what OR within it joins; nothing where there is no OR."""
    if node.HasField("bool_expr") and node.bool_expr.boolop == pb.OR_EXPR:
        for argument in node.bool_expr.args:
            inside = list(_alternatives(argument))
            yield from inside or [argument]
