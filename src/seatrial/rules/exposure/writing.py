"""Tables of tenants that clients write to, with what their keys and links say of other tenants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.rules.exposure.reach import is_reached, readers
from seatrial.rules.isolation.owners import owned
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table
    from seatrial.rules.isolation.owners import Owned

__all__ = ["Written", "is_of_tenant", "of_tenant", "written"]

_WRITES = ("insert", "update")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A table with a row security that lets clients add or change rows."""

    table: Table
    owned: Owned
    roles: tuple[str, ...]


@once
def written(schema: Schema) -> Iterator[Written]:
    """Those whose rows belong to a tenant or a user, by name."""
    for table in schema.tables:
        found = owned(schema, table)
        roles = tuple(dict.fromkeys(role for write in _WRITES for role in readers(schema, table, write)))
        if found and roles and table.row_security and is_reached(schema, table.name) and not table.partition_of:
            let = tuple(role for role in roles if any(_lets(table, role, write) for write in _WRITES))
            if let:
                yield Written(table=table, owned=found, roles=let)


def _lets(table: Table, role: str, write: str) -> bool:
    """Whether some policy may let a role do it."""
    return any(
        one.permissive and one.applies_to(write) and {role, "public"} & set(one.roles)
        and (one.checked is None or one.checked.constant is not False)
        for one in table.policies
    )  # fmt: skip


def of_tenant(schema: Schema, table: Table) -> str:
    """The column that says whose a row is; empty for a table without, and for that of the tenants themselves."""
    found = owned(schema, table)
    column = found.tenant[0] if found and found.tenant else ""
    return "" if (column,) == table.primary_key else column


def is_of_tenant(schema: Schema, table: Table) -> bool:
    """Whether every row belongs to some tenant: those that belong to none are for all of them."""
    column = table.column(of_tenant(schema, table))
    rule = schema.tenancy.tables.get(table.name) if schema.tenancy else None
    return column is not None and column.not_null and not (rule and rule.system_rows)
