"""Every expression and query of a folder that is in force at the end, and the statement that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema, Table

__all__ = ["said"]


@once
def said(schema: Schema) -> Iterator[tuple[Occasion, Expression, str]]:
    """Statement, expression, and what it is part of, in words; policies are left out, and have rules of their own."""
    for occasion in schema.occasions:
        if isinstance(occasion.command, Data):
            yield occasion, occasion.command.query, "the statement"
    for function in schema.functions:
        for inner in function.made.inner:
            if isinstance(inner.command, Data):
                yield function.life.made, inner.command.query, f'the function "{function.signature}"'
    for view in schema.views:
        yield view.life.made, view.made.query, f'the view "{view.name}"'
    for table in schema.tables:
        yield from _of_table(table)


def _of_table(table: Table) -> Iterator[tuple[Occasion, Expression, str]]:
    for one in table.constraints:
        if one.constraint.expression:
            yield one.life.made, one.constraint.expression, f'the constraint "{one.name}" of "{table.name}"'
    for made in table.indexes:
        if made.index.where:
            yield made.life.made, made.index.where, f'the index "{made.name}" of "{table.name}"'
