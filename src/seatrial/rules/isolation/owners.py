"""To whom the rows of a table belong: as it is declared, else as its columns and keys say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.tenancy import ANYONE, SIGNED_IN
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table, TableConstraint

__all__ = ["Owned", "all_of", "owned", "things"]

_TENANT = re.compile(
    r"(?:(?:organi[sz]ation|org|tenant|workspace|company|account|team|customer|client|agency)_)(?:id|uuid)"
)
_USER = re.compile(r"(?:user|owner|profile|member|auth_user)_(?:id|uuid)|uid")
#: Keys that say who has done something to a row, not whose it is.
_DOER = re.compile(r"(?:_by|_by_id)$|author|creator|editor|assign|approv|review")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Which columns of a table say whose a row is."""

    tenant: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    #: A key to a table whose rows belong to somebody.
    through: tuple[str, ...] = ()
    #: `organization`, `user`
    owner: str = "tenant"
    #: It is declared that any signed-in user, or anybody, reads all of it.
    read_by_all: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys((*self.tenant, *self.user, *self.through)))


def owned(schema: Schema, table: Table) -> Owned | None:
    """Whose the rows are; None for a table that belongs to nobody."""
    return _all(schema)[0].get(table.name)


def things(table: str) -> str:
    """`integration tokens` of `public.integration_tokens`."""
    return table.rpartition(".")[2].replace("_", " ")


def all_of(table: Table, found: Owned | None) -> str:
    """`every organization's tokens`, `every organization`, `all countries`."""
    rows = things(table.name)
    if found is None:
        return f"all {rows}"
    return f"every {found.owner}" if _bare(table.name) == found.owner else f"every {found.owner}'s {rows}"


@once
def _all(schema: Schema) -> Iterator[dict[str, Owned]]:
    tables = {table.name: table for table in schema.tables}
    shared = {one.name for one in schema.tenancy.shared} if schema.tenancy else set()
    tenants = _tenant_tables(schema)
    found: dict[str, Owned] = {}
    # Keys lead from tables to tables that belong to somebody, any number of steps away.
    for _ in range(4):
        before = len(found)
        for name, table in tables.items():
            if name not in found and name not in shared:
                own = _declared(schema, table) or _own(table, tenants) or _through(table, found)
                if own:
                    found[name] = own
        if len(found) == before:
            break
    yield found


def _tenant_tables(schema: Schema) -> dict[str, str]:
    """Tables with a row for each tenant, and the name of one."""
    if schema.tenancy:
        return {schema.tenancy.tenant_table: _bare(schema.tenancy.tenant_table)}
    keys = [key.constraint for table in schema.tables for key in table.foreign_keys]
    return {
        key.parent: _word(key.columns[0]) for key in keys if len(key.columns) == 1 and _TENANT.fullmatch(key.columns[0])
    }


def _declared(schema: Schema, table: Table) -> Owned | None:
    rule = schema.tenancy.tables.get(table.name) if schema.tenancy else None
    if rule is None or not (rule.tenant or rule.user or rule.through):
        return None
    owner = _bare(schema.tenancy.tenant_table) if schema.tenancy and (rule.tenant or rule.through) else "user"
    return Owned(
        tenant=(rule.tenant,) if rule.tenant else (), user=(rule.user,) if rule.user else (),
        through=(rule.through,) if rule.through else (), owner=owner,
        read_by_all=rule.select in {SIGNED_IN, ANYONE},
    )  # fmt: skip


def _own(table: Table, tenants: dict[str, str]) -> Owned | None:
    keys = {key.constraint.columns: key.constraint.parent for key in table.foreign_keys}
    tenant = tuple(one.name for one in table.columns if _TENANT.fullmatch(one.name))
    user = tuple(one.name for one in table.columns if _USER.fullmatch(one.name))
    if not user and keys.get(table.primary_key) == "auth.users":
        user = table.primary_key
    if not (tenant or user) and table.name in tenants and len(table.primary_key) == 1:
        return Owned(tenant=table.primary_key, owner=tenants[table.name])
    if not (tenant or user):
        return None
    return Owned(tenant=tenant, user=user, owner=_word(tenant[0]) if tenant else "user")


def _through(table: Table, found: dict[str, Owned]) -> Owned | None:
    for key in table.foreign_keys:
        parent = found.get(key.constraint.parent)
        if parent and len(key.constraint.columns) == 1 and _leads(table, key):
            return Owned(through=key.constraint.columns, owner=parent.owner)
    return None


def _leads(table: Table, key: TableConstraint) -> bool:
    column = table.column(key.constraint.columns[0])
    return column is not None and not _DOER.search(column.name)


def _word(column: str) -> str:
    word = column.rpartition("_")[0] or "user"
    return {"org": "organization", "organisation": "organization"}.get(word, word)


def _bare(table: str) -> str:
    short = table.rpartition(".")[2].strip('"')
    if short.endswith("ies"):
        return f"{short[:-3]}y"
    return short.removesuffix("s")
