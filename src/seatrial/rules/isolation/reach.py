"""Which clients come to a table, and for which of them a policy is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.schema import Policy, Schema, Table

__all__ = ["WRITES", "anonymous", "policy_clients", "reaching", "who"]

WRITES = ("insert", "update", "delete")
_ALL = ("select", *WRITES)


def anonymous(schema: Schema) -> str:
    """The role of requests without a user; empty where there is none."""
    if schema.tenancy:
        return schema.tenancy.anonymous_role
    return "anon" if schema.platform == "supabase" else ""


def reaching(schema: Schema, table: Table, *commands: str) -> tuple[str, ...]:
    """Roles of clients that may take one of these actions on a table, or any action where none is named.

    Nobody comes to what lies in a schema that the API does not show; where there is no API, whoever has a privilege.
    """
    if schema.platform == "supabase" and table.schema not in schema.exposed:
        return ()
    wanted = commands or _ALL
    holders = {one.role for one in table.privileges if one.name in wanted}
    known = _clients(schema)
    if known:
        return tuple(role for role in known if role in holders or "public" in holders)
    service = schema.tenancy.service_role if schema.tenancy else ""
    return tuple(sorted(holders - {table.owner, service, "postgres", "service_role"}))


def policy_clients(schema: Schema, table: Table, policy: Policy, *commands: str) -> tuple[str, ...]:
    """Roles of clients that a policy lets through, if its condition holds.

    Where no file of a plain database grants anything, its clients are roles that nobody wrote down.
    """
    found = reaching(schema, table, *commands)
    if not found and schema.platform != "supabase" and table.row_security and not table.privileges:
        return policy.roles
    return found if "public" in policy.roles else tuple(role for role in found if role in policy.roles)


def who(schema: Schema, roles: tuple[str, ...], *, asked: bool = False) -> str:
    """`every signed-in user`; `anybody, without signing in`, unless the condition asks for a user."""
    if asked and schema.platform == "supabase":
        return "every signed-in user"
    if not _clients(schema):
        return "every session" if "public" in roles else f"every session of {' and '.join(roles)}"
    return "anybody, without signing in," if anonymous(schema) in roles else "every signed-in user"


def _clients(schema: Schema) -> tuple[str, ...]:
    if schema.tenancy:
        return tuple(filter(None, (schema.tenancy.anonymous_role, schema.tenancy.signed_in_role)))
    return ("anon", "authenticated") if schema.platform == "supabase" else ()
