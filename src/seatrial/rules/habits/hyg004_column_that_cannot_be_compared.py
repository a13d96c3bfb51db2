"""A column of a type without `=`."""

from __future__ import annotations

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


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column."""
    for table in schema.tables:
        for one in table.columns if not table.foreign else ():
            if one.column.type == "json":
                yield Hit(
                    script=one.life.made.script,
                    offset=place(one.life.made, one.column.offset),
                    what=f"{quoted(one.name)} of {quoted(table.name)} is json, which cannot be compared",
                    effect="SELECT DISTINCT, UNION and GROUP BY over rows with it fail (42883), those of the running "
                    "application too",
                    fix="-- while the table is new or small, as it is written anew:\n"
                    f"alter table {relation(table.name)} alter column {name(one.name)} type jsonb;",
                    subject=f"{table.name}.{one.name}",
                )
