"""A role of clients that is a member of a role with more rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterRole, GrantRole
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined
from seatrial.rules.privileges.given import clients
from seatrial.rules.spelling import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS
TRIED = True

#: Of the platform and of PostgreSQL; besides those that files make past row security.
_POWERFUL = frozenset({
    "service_role", "postgres", "supabase_admin", "supabase_auth_admin", "supabase_storage_admin", "pg_read_all_data",
    "pg_write_all_data", "pg_execute_server_program", "pg_read_server_files", "pg_write_server_files",
    "pg_database_owner", "pg_maintain",
})  # fmt: skip


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each GRANT of a role that policies do not bind to a role that anybody can get."""
    open_to, powerful = clients(schema), _POWERFUL | set(_made(schema))
    service = {schema.tenancy.service_role} if schema.tenancy else set()
    memberships = [(one, one.command) for one in schema.occasions if isinstance(one.command, GrantRole)]
    for place, (occasion, command) in enumerate(memberships):
        granted = [role for role in command.granted if role in powerful | service]
        roles = [role for role in command.roles if role in open_to]
        later = [other for _, other in memberships[place + 1 :] if other.revoke]
        taken = any(set(granted) <= set(one.granted) and set(roles) <= set(one.roles) for one in later)
        if granted and roles and not command.revoke and not taken:
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"{along(roles)} is a member of {along(granted)}",
                effect=f"whoever comes as {joined(roles)} has the rights of {joined(granted)}, and becomes it with "
                "SET ROLE, for which no policy is asked: the rows of every tenant lie open",
                fix=f"revoke {names(granted)} from {names(roles)};",
                subject=f"role {granted[0]}",
            )


def _made(schema: Schema) -> Iterator[str]:
    """Roles that files let past row security."""
    for one in schema.occasions:
        if isinstance(one.command, AlterRole) and "true" in {
            one.command.options.get("superuser"), one.command.options.get("bypassrls")
        }:  # fmt: skip
            yield one.command.role
