"""Which records may have been filled, and in which shape, where ways through a body meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rehearsal.bodies.compiler import Row
from seatrial.sql.plpgsql_tree import Assign, Block, Branch, Evaluate, Loop, Return

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatrial.sql.plpgsql_tree import Name, Statement

__all__ = ["assigned", "joined", "leaves"]


def joined(ways: Sequence[Mapping[int, Row]]) -> dict[int, Row]:
    """What is known of records after one of several ways was taken; a record that a way left empty has no say."""
    rows: dict[int, Row] = {}
    for number in {number for way in ways for number in way}:
        first, *others = [way[number] for way in ways if number in way]
        same = all(other == first for other in others)
        rows[number] = first if same else Row(why="a record that is filled in more than one way before")
    return rows


def leaves(statements: Sequence[Statement]) -> bool:
    """Whether what comes after these statements is never reached through them."""
    match statements[-1:]:
        case [Return() as last]:
            return not last.is_next and last.source is None
        case [Evaluate() as last]:
            return last.is_error
        case _:
            return False


def assigned(statements: Iterable[Statement]) -> frozenset[Name]:
    """Every variable and field that statements may set, at any depth."""
    return frozenset(name for statement in statements for name in _names(statement))


def _names(statement: Statement) -> Iterator[Name]:
    yield from getattr(statement, "into", ())
    yield from getattr(statement, "targets", ())
    match statement:
        case Assign():
            yield statement.target
        case Loop():
            yield from assigned(statement.body)
        case Branch():
            for _, body in statement.arms:
                yield from assigned(body)
        case Block():
            yield from assigned(statement.body)
            for handler in statement.handlers:
                yield from assigned(handler.body)
        case _:
            pass
