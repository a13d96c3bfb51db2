"""A schema in which clients may make objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined, quoted
from seatrial.rules.privileges.given import given
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each schema with CREATE for a role of clients."""
    for one in given(schema):
        for where in one.grant.names if one.grant.kind == "schema" and one.has("create") else ():
            yield Hit(
                script=one.occasion.script,
                offset=one.occasion.offset,
                what=f"{along(one.roles)} may make objects in the schema {quoted(where)}",
                effect=f"whoever comes to SQL as {joined(one.roles)} puts a function or an operator of their own where "
                "others look for one, and it runs with the rights of who uses it",
                fix=f"revoke create on schema {name(where)} from {', '.join(one.roles)};",
                subject=f"schema {where}",
            )
