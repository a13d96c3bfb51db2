"""An amount of money in a type that does not keep it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.INFORMS

_FLOATS = frozenset({"float4", "float8"})
_AMOUNT = re.compile(
    r"(?:^|_)(?:price|amount|balance|fee|salary|revenue|subtotal|(?:total|unit|net|gross)_(?:price|cost))$"
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column."""
    for table in schema.tables:
        for one in table.columns:
            kind = one.column.type
            is_float = kind in _FLOATS and _AMOUNT.search(one.name)
            if table.foreign or not (kind == "money" or is_float):
                continue
            effect = "sums are off by cents, and amounts that should be equal are not"
            if kind == "money":
                effect = "on a server with another lc_monetary the same number is another amount in another currency"
            yield Hit(
                script=one.life.made.script,
                offset=place(one.life.made, one.column.offset),
                what=f"{quoted(one.name)} of {quoted(table.name)} holds an amount as "
                f"{'money' if kind == 'money' else 'a binary fraction'}",
                effect=effect,
                fix="-- while the table is new or small, as it is written anew:\n"
                f"alter table {relation(table.name)} alter column {name(one.name)} type numeric;",
                subject=f"{table.name}.{one.name}",
            )
