"""Tables that say which user belongs to which tenant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.rules.isolation.conditions import conditions, queries
from seatrial.rules.isolation.owners import owned
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

__all__ = ["Members", "asked_tables", "members"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A table that says which user belongs to which tenant."""

    table: str
    tenant: str
    user: str


@once
def members(schema: Schema) -> Iterator[Members]:
    """Tables of members: the declared one, or those with a tenant and a user that policies and functions ask."""
    declared = schema.tenancy.membership if schema.tenancy else None
    if declared:
        yield Members(table=declared.table, tenant=declared.tenant, user=declared.user)
        return
    [asked] = asked_tables(schema)
    for table in schema.tables:
        found = owned(schema, table)
        if table.name in asked and found and found.tenant and found.user:
            key = set(table.primary_key) <= {*found.tenant, *found.user} or "member" in table.short
            if key or any(set(columns) == {found.tenant[0], found.user[0]} for columns, _ in table.unique_keys):
                yield Members(table=table.name, tenant=found.tenant[0], user=found.user[0])


@once
def asked_tables(schema: Schema) -> Iterator[frozenset[str]]:
    """Once for a schema: the tables that policies, or functions of the files, look into."""
    asked = [condition for policy in schema.policies for condition in conditions(policy)]
    asked += [query for function in schema.functions for query in queries(function)]
    yield frozenset(name for one in asked for name in one.tables)
