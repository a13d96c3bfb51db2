"""Everything in a schema for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined
from seatrial.rules.privileges.given import everybody, given
from seatrial.rules.spelling import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each GRANT ON ALL TABLES to a role that needs no signing in."""
    for one in given(schema):
        roles = [role for role in one.roles if role in everybody(schema)]
        if one.grant.all_in_schema and one.grant.kind == "table" and roles:
            where = names(one.grant.names)
            yield Hit(
                script=one.occasion.script,
                offset=one.occasion.offset,
                what=f"{joined(right.upper() for right in one.grant.privileges)} on every table and view of schema "
                f"{along(one.grant.names)} for {along(roles)}",
                effect="everybody, signed in or not, gets to all that is there, what an earlier file has closed among "
                "it; where a table has no row security, or a view reads with its owner's rights, that is all rows",
                fix=f"revoke all on all tables in schema {where} from {', '.join(roles)};\n"
                "-- and give what is meant for everybody by name: grant select on … to anon;",
            )
