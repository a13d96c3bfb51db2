"""A view that reads with the rights of its owner, and shows what row security would hide."""

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
    """One hit for each view that clients may read and that reads protected tables past their policies."""
    for view in schema.views:
        roles = readers(schema, view)
        tables = reads_protected(schema, view.made.query.tables)
        if view.made.materialized or view.invoker or not (roles and tables and is_reached(schema, view.name)):
            continue
        yield Hit(
            script=view.life.made.script,
            offset=view.life.made.offset,
            what=f"the view {quoted(view.name)} reads {along(tables)} with the rights of its owner",
            effect=f"{who(roles)} can read what it shows of every row there: the policies of the tables are not asked",
            fix=f"alter view {relation(view.name)} set (security_invoker = true);",
            subject=view.name,
        )
