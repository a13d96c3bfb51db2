"""Rights that clients may give to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import GrantRole
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined
from seatrial.rules.privileges.given import clients, given
from seatrial.rules.spelling import name, names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.rules.privileges.given import Given

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each GRANT … WITH GRANT OPTION, or WITH ADMIN OPTION, to a role of clients."""
    for one in given(schema):
        if one.grant.grant_option:
            rights = joined(right.upper() for right in one.grant.privileges)
            yield Hit(
                script=one.occasion.script,
                offset=one.occasion.offset,
                what=f"{along(one.roles)} may pass {rights} on {along(one.grant.names)} on to others",
                effect=f"whoever comes to SQL as {joined(one.roles)} can give it to any role, and a later REVOKE from "
                "one of them does not reach those",
                fix=_fix(one),
            )
    for occasion in schema.occasions:
        command = occasion.command
        if isinstance(command, GrantRole) and command.admin and not command.revoke:
            roles = [role for role in command.roles if role in clients(schema)]
            if roles:
                yield Hit(
                    script=occasion.script,
                    offset=occasion.offset,
                    what=f"{along(roles)} may make others members of {along(command.granted)}",
                    effect=f"whoever comes to SQL as {joined(roles)} can give the role to any other",
                    fix=f"revoke admin option for {names(command.granted)} from {names(roles)};",
                )


def _fix(one: Given) -> str:
    rights, roles = ", ".join(one.grant.privileges), ", ".join(one.roles)
    if one.grant.all_in_schema:
        on = f"all {one.grant.kind}s in schema {names(one.grant.names)}"
    else:
        on = f"{one.grant.kind} {', '.join(map(relation if '.' in one.grant.names[0] else name, one.grant.names))}"
    return f"revoke grant option for {rights} on {on} from {roles};"
