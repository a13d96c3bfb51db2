"""A view that shows the accounts of the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import is_reached, readers, who
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, View


LEVEL = Level.BLOCKS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each view over auth.users that clients may read."""
    for view in schema.views:
        roles = readers(schema, view)
        if roles and is_reached(schema, view.name) and "auth.users" in view.made.query.tables and not _binds(view):
            yield Hit(
                script=view.life.made.script,
                offset=view.life.made.offset,
                what=f'the view {quoted(view.name)} shows "auth.users"',
                effect=f"{who(roles)} can read what it shows of every account: addresses, telephone numbers, tokens",
                fix=f"revoke all on {relation(view.name)} from anon, authenticated;\n"
                "-- and copy what may be seen into a table of your own with row security",
                subject=view.name,
            )


def _binds(view: View) -> bool:
    """Whether it asks who calls."""
    return bool({"auth.uid", "auth.jwt"} & view.made.query.names)
