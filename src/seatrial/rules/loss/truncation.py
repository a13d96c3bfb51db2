"""Which tables TRUNCATE empties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Truncate
from seatrial.rules.usage import is_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

__all__ = ["truncations"]


def truncations(schema: Schema) -> Iterator[tuple[Occasion, list[str], list[str]]]:
    """Each statement, the tables in use that it names, and those that CASCADE reaches besides."""
    for occasion in schema.occasions:
        truncate = occasion.command
        if isinstance(truncate, Truncate):
            named = [table for table in truncate.tables if is_in_use(schema, table, occasion)]
            reached = _reached(schema, truncate.tables, occasion) if truncate.cascade else []
            if named or reached:
                yield occasion, named, reached


def _reached(schema: Schema, named: tuple[str, ...], occasion: Occasion) -> list[str]:
    """Whatever refers to them, and refers to that."""
    there = [one for one in schema.all_tables if one.life.lasts(occasion)]
    refers = {
        one.name: {key.constraint.parent for key in one.foreign_keys if key.life.lasts(occasion)} for one in there
    }
    emptied = set(named)
    while more := {table for table, parents in refers.items() if parents & emptied} - emptied:
        emptied |= more
    return sorted(table for table in emptied - set(named) if is_in_use(schema, table, occasion))
