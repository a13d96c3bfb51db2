"""A foreign table that clients may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import is_reached, readers, who
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each; row security does not exist for it."""
    for table in schema.tables:
        roles = readers(schema, table)
        if table.foreign and roles and is_reached(schema, table.name):
            yield Hit(
                script=table.life.made.script,
                offset=table.life.made.offset,
                what=f"clients may read the foreign table {quoted(table.name)}, which cannot have row security",
                effect=f"{who(roles)} can read every row that the other server gives for it",
                fix=f"revoke all on {relation(table.name)} from {', '.join(_of(schema, roles))};\n"
                "-- and show it through a function that asks who calls",
                subject=table.name,
            )


def _of(schema: Schema, roles: tuple[str, ...]) -> tuple[str, ...]:
    return ("anon", "authenticated") if schema.platform == "supabase" else roles
