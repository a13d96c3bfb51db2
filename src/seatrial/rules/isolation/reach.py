"""Which clients come to a table, and for which of them a policy is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    [found] = _reached(schema)
    by_action = found.get(table.name, {})
    wanted = commands or _ALL
    if len(wanted) == 1:
        return by_action.get(wanted[0], ())
    return tuple(dict.fromkeys(role for action in wanted for role in by_action.get(action, ())))


@once
def _reached(schema: Schema) -> Iterator[dict[str, dict[str, tuple[str, ...]]]]:
    """Once for a schema: for every table and action the roles of clients."""
    yield {table.name: _actions(schema, table) for table in schema.tables}


def _actions(schema: Schema, table: Table) -> dict[str, tuple[str, ...]]:
    if schema.platform == "supabase" and table.schema not in schema.exposed:
        return {}
    holders: dict[str, set[str]] = {}
    for one in table.privileges:
        holders.setdefault(one.name, set()).add(one.role)
    known = _clients(schema)
    service = schema.tenancy.service_role if schema.tenancy else ""
    servers = {table.owner, service, "postgres", "service_role"}
    return {
        action: tuple(role for role in known if role in held or "public" in held) if known else
        tuple(sorted(held - servers))
        for action, held in holders.items()
    }  # fmt: skip


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
