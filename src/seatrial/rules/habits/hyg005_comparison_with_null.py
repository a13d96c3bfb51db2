"""A comparison that is never true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.habits.said import said
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS

_MEANT = {"=": "is null", "<>": "is not null", "!=": "is not null"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each."""
    for occasion, expression, owner in said(schema):
        for one in expression.comparisons:
            if one.operator in _MEANT and "NULL" in {one.left.upper(), one.right.upper()}:
                value = one.left if one.right.upper() == "NULL" else one.right
                yield Hit(
                    script=occasion.script,
                    offset=max(one.offset, occasion.offset),
                    what=f"{owner} compares {value} with NULL by {one.operator}",
                    effect="a CHECK with it lets everything through"
                    if "constraint" in owner
                    else "it holds for no row, whatever the value is",
                    fix=f"{value} {_MEANT[one.operator]}",
                )
