"""A policy that tells users apart by something that is not theirs alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterRole
from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import conditions
from seatrial.rules.isolation.findings import about, belonging, narrower, title
from seatrial.rules.isolation.owners import things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Comparison, Expression
    from seatrial.model.schema import Schema
    from seatrial.rules.hit import Hit

LEVEL = Level.WARNS

_UUID = re.compile(r"'[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'", re.IGNORECASE)
_MAIL = re.compile(r"auth\.email\(\)|->> ?'email'", re.IGNORECASE)
_USER = re.compile(r"auth\.(?:uid|jwt|email)\(\)", re.IGNORECASE)
_ROLE = re.compile(r"auth\.role\(\)|auth\.jwt\(\)(?: as jwt)?\)* ->> 'role'", re.IGNORECASE)
_CONSTANT = re.compile(r"'([^']*)'(?:::\w+)?")
_LIKE = frozenset({"~~", "~~*", "~", "~*"})
_ROLES = frozenset({"anon", "authenticated", "service_role", "postgres", "supabase_admin", "supabase_auth_admin"})


def read(schema: Schema) -> Iterator[Hit]:
    """At most one hit for each policy."""
    roles = _ROLES | {one.command.role for one in schema.occasions if isinstance(one.command, AlterRole)}
    for table in schema.tables:
        for policy in table.policies:
            for condition in conditions(policy):
                found = _weak(schema, condition, roles)
                if found:
                    what, why, offset = found
                    yield about(
                        policy, condition, offset=offset,
                        what=f"{title(policy)} {what}",
                        effect=f"{why}: the wrong people get at {things(table.name)}, or nobody does",
                        fix=narrower(policy, belonging(schema, table)),
                    )  # fmt: skip
                    break


def _weak(schema: Schema, condition: Expression, roles: frozenset[str]) -> tuple[str, str, int] | None:
    for one in condition.comparisons:
        found = _of(one, roles)
        if found:
            return *found, one.offset
    kept = {"current_user", "session_user", "user", "current_role"} & set(condition.keywords)
    if kept and schema.platform == "supabase":
        word = min(kept)
        return f"asks for {word}", "it is a role of the API, the same for all users who have signed in", -1
    return None


def _of(one: Comparison, roles: frozenset[str]) -> tuple[str, str] | None:
    sides = (one.left, one.right)
    if one.operator in _LIKE and any(_USER.search(side) for side in sides):
        return "compares what the token says by a pattern", "who chooses a name that fits is let through"
    if any(_USER.search(side) for side in sides) and any(_UUID.search(side) for side in sides):
        return "names one user by a constant", "on every other database that user is somebody else, or nobody"
    if any(_MAIL.search(side) for side in sides) and not one.nested:
        return (
            "tells users apart by their address",
            "an address can be changed, given to another person, or not verified",
        )
    for side, other in (sides, sides[::-1]):
        constant = _CONSTANT.fullmatch(other.strip("()"))
        if _ROLE.search(side) and constant and constant[1] not in roles and one.operator == "=":
            return f"asks for the role {constant[1]}, which does not exist", "no token of the platform has it"
    return None
