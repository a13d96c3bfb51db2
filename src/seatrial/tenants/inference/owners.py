"""Whose the rows of each table are: the column with the tenant or the way to it, and the column with the user."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.tenants.inference.members import user_of
from seatrial.tenants.inference.text import compared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.tenants.inference.members import Tenants
    from seatrial.tenants.inference.schema import Schema, Table

__all__ = ["Owner", "find_owners", "own_column"]


@dataclass(slots=True, kw_only=True)
class Owner:
    """Of the rows of one table, as far as it is known yet."""

    tenant: str = ""
    through: str = ""
    user: str = ""
    reasons: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)

    @property
    def has_tenant(self) -> bool:
        """Whether a row belongs to a tenant, in one way or the other."""
        return bool(self.tenant or self.through)


def find_owners(schema: Schema, tenants: Tenants, *, claimed: str, me: str) -> Mapping[str, Owner]:
    """Of every table.

    Args:
        schema: what was read.
        tenants: the table of the tenants, and who refers to it.
        claimed: pattern of the claim or setting that says the tenant; empty where there is none.
        me: pattern of who is signed in.
    """
    found = {name: Owner() for name in schema.tables}
    found[tenants.table].tenant = tenants.key
    found[tenants.table].reasons["tenant"] = "the table of the tenants"
    usual = Counter(column for columns in tenants.columns.values() for column in columns)
    for name, columns in tenants.columns.items():
        _refers(schema.tables[name], found[name], columns, usual, tenants)
    _by_longer_keys(schema, found)
    for name, table in schema.tables.items():
        if not found[name].tenant:
            _alike(table, found[name], usual, claimed)
    _through(schema, found)
    for name, table in schema.tables.items():
        _user(table, found[name], me)
    return found


def _refers(table: Table, owner: Owner, columns: tuple[str, ...], usual: Counter[str], tenants: Tenants) -> None:
    owner.tenant = max(columns, key=lambda column: (usual[column], -columns.index(column)))
    if table.parent_of(owner.tenant) == tenants.table:
        owner.reasons["tenant"] = f"a foreign key to {tenants.table}"
    else:
        along = next((key.parent for key in table.keys if owner.tenant in key.columns), "")
        owner.reasons["tenant"] = f"a foreign key takes it from {along}" if along else "its name says so"
    if len(columns) > 1:
        owner.unsure.append(f"{table.name} refers to {tenants.table} more than once: {', '.join(columns)}")


def _by_longer_keys(schema: Schema, found: Mapping[str, Owner]) -> None:
    """`(organization_id, contact_id)` to a table whose tenant is the first of the two, and so on from there."""
    waiting = {name for name, owner in found.items() if not owner.tenant}
    while waiting:
        near = {
            name: (key.columns[key.parent_columns.index(found[key.parent].tenant)], key.parent)
            for name in sorted(waiting)
            for key in schema.tables[name].keys
            if len(key.columns) > 1 and key.parent in found and found[key.parent].tenant in key.parent_columns
        }
        for name, (column, parent) in near.items():
            found[name].tenant = column
            found[name].reasons["tenant"] = f"a foreign key takes it from {parent}"
        if not near:
            return
        waiting -= near.keys()


def _alike(table: Table, owner: Owner, usual: Counter[str], claimed: str) -> None:
    named = next((one.name for one in table.columns if usual[one.name] and not table.parent_of(one.name)), "")
    told = [name for policy in table.policies for text in (policy.using, policy.check) if claimed
            for name in compared(text, table.bare, claimed) if table.column(name)]  # fmt: skip
    if told:
        owner.tenant = told[0]
        owner.reasons["tenant"] = "a policy compares it with the tenant of the request"
    elif named:
        owner.tenant = named
        owner.reasons["tenant"] = f"{usual[named]} other tables call their tenant so; no foreign key"


def _through(schema: Schema, found: Mapping[str, Owner]) -> None:
    """By a foreign key to the nearest table that has a tenant; over as many as it takes."""
    waiting = {name for name, owner in found.items() if not owner.has_tenant}
    while waiting:
        near: dict[str, tuple[str, str]] = {}
        for name in waiting:
            ways = [
                # Whoever made a row is not what it is a part of.
                (
                    key.columns[0].endswith("_by"),
                    not key.cascades,
                    not (column and column.not_null),
                    key.columns[0],
                    key.parent,
                )
                for key in schema.tables[name].keys
                if len(key.columns) == 1 and key.parent in found and key.parent not in waiting
                for column in [schema.tables[name].column(key.columns[0])]
            ]
            if ways:
                near[name] = min(ways)[-2:]
        for name, (column, parent) in near.items():
            found[name].through = column
            found[name].reasons["through"] = f"a foreign key to {parent}"
        if not near:
            return
        waiting -= near.keys()


def own_column(table: Table, me: str) -> str:
    """The column that a policy compares with who is signed in."""
    texts = [text for policy in table.policies if policy.permissive for text in (policy.using, policy.check)]
    found = [name for text in texts for name in compared(text, table.bare, me) if table.column(name)]
    return Counter(found).most_common(1)[0][0] if found else ""


def _user(table: Table, owner: Owner, me: str) -> None:
    column = own_column(table, me)
    if column:
        owner.user = column
        owner.reasons["user"] = "a policy compares it with who is signed in"
    elif not owner.has_tenant and (column := user_of(table)):
        owner.user = column
        owner.reasons["user"] = "it holds a user"
