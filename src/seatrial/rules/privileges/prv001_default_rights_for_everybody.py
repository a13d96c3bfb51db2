"""Default privileges that open tables which nobody has made yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined
from seatrial.rules.privileges.given import everybody
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Grant
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

#: Where the platform gives the roles of its API everything by default already.
_PLATFORM = ("public", "anon")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each ALTER DEFAULT PRIVILEGES that gives tables to roles that need no signing in."""
    shown: set[int] = set()
    for place, (occasion, where, grant) in enumerate(schema.defaults):
        if grant.revoke or grant.kind != "table" or occasion.number in shown:
            continue
        later = schema.defaults[place + 1 :]
        roles = [role for role in grant.roles if role in everybody(schema) and not _is_back(later, where, grant, role)]
        if schema.platform == "supabase" and where == _PLATFORM[0]:
            roles = [role for role in roles if role != _PLATFORM[1]]
        if roles:
            shown.add(occasion.number)
            yield _hit(occasion, where, grant, roles)


def _is_back(later: tuple[tuple[Occasion, str, Grant], ...], where: str, grant: Grant, role: str) -> bool:
    """Whether a later statement takes it back."""
    return any(
        one.revoke and one.kind == grant.kind and place == where and role in one.roles
        and ("all" in one.privileges or set(grant.privileges) <= set(one.privileges))
        for _, place, one in later
    )  # fmt: skip


def _hit(occasion: Occasion, where: str, grant: Grant, roles: list[str]) -> Hit:
    rights = joined(one.upper() for one in grant.privileges)
    scope = f" in schema {name(where)}" if where else ""
    verb = "read" if set(grant.privileges) == {"select"} else "use"
    return Hit(
        script=occasion.script,
        offset=occasion.offset,
        what=f"every table that is made later{scope} gives {rights} to {along(roles)}",
        effect=f"everybody, signed in or not, can {verb} each new table as soon as it is there, "
        "until somebody remembers to switch row security on or to take the rights away",
        fix=f"alter default privileges{scope} revoke {', '.join(grant.privileges)} on tables from {', '.join(roles)};",
    )
