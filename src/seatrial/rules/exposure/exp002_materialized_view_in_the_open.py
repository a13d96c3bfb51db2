"""A materialized view of protected tables that clients may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import is_reached, readers, reads_protected, who
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema


LEVEL = Level.BLOCKS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each; row security does not exist for what it holds."""
    for view in schema.views:
        roles = readers(schema, view)
        tables = reads_protected(schema, view.made.query.tables)
        if view.made.materialized and roles and tables and is_reached(schema, view.name):
            yield Hit(
                script=view.life.made.script,
                offset=view.life.made.offset,
                what=f"the materialized view {quoted(view.name)} holds rows of {along(tables)} and has no row security",
                effect=f"{who(roles)} can read what it holds of every tenant",
                fix=f"revoke all on {relation(view.name)} from anon, authenticated;\n"
                f"-- and show it through a view or a function that asks who calls",
                subject=view.name,
            )
