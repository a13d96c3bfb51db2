"""A table without row security whose changes the platform sends to whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.live import LIVE, published
from seatrial.rules.exposure.reach import is_reached, readers, who
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each in a schema that the API does not show; in the others the table itself is open."""
    for table, occasion in published(schema):
        roles = readers(schema, table)
        if roles and not table.row_security and not is_reached(schema, table.name):
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"{quoted(table.name)} is published for realtime and has no row security",
                effect=f"{who(roles)} can listen to every change of every row, though the API does not show the table",
                fix=f"alter table {relation(table.name)} enable row level security;\n"
                f"-- or: alter publication {LIVE} drop table {relation(table.name)};",
                subject=table.name,
            )
