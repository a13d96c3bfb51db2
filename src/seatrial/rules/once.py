"""Reads a schema once for all the rules that ask the same of it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.model.schema import Schema

__all__ = ["once"]

_T = TypeVar("_T")


def once(read: Callable[[Schema], Iterator[_T]]) -> Callable[[Schema], tuple[_T, ...]]:
    """The same answer for the same schema, without asking again; one schema is remembered."""
    last: list[tuple[Schema, tuple[_T, ...]]] = []

    @wraps(read)
    def remembered(schema: Schema) -> tuple[_T, ...]:
        if not last or last[0][0] is not schema:
            last[:] = [(schema, tuple(read(schema)))]
        return last[0][1]

    return remembered
