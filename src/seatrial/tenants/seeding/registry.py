"""Writes down whose row each is, so that an attack can tell foreign rows from own ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.connection import execute
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.rows.text import literal
from seatrial.tenants.seeding.ground import UNREGISTERED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Table
    from seatrial.tenants.seeding.ground import Ground

__all__ = ["make_registry", "register"]

PACKAGE = "seatrial.tenants"


def make_registry(connection: Connection) -> None:
    """An empty one, in a schema that nobody but a superuser may look into."""
    execute(connection, load(PACKAGE, "registry"))


def register(connection: Connection, ground: Ground, tables: Iterable[str], label: str) -> None:
    """The rows that nobody has registered yet.

    Args:
        connection: of a superuser.
        ground: says which column holds tenant and user.
        tables: whose rows.
        label: of the tenant in whose world they were made; empty for nobody's. Rows without a tenant are nobody's.
    """
    statements = []
    for name in sorted(tables):
        table = ground.schema.tables[name]
        tenant, user = ground.tenant_column(name), ground.user_column(name)
        whose = literal(label)
        if tenant and label:
            whose = f"CASE WHEN t.{table.columns[tenant].ident} IS NULL THEN '' ELSE {whose} END"
        statements.append(
            load(PACKAGE, "register").format(
                table=literal(name),
                tenant=whose,
                owner=f"coalesce({_owner(ground, table, user)}, '')" if user else "''",
                source=table.only,
                condition=UNREGISTERED,
            )
        )
    execute_statement(connection, "; ".join(statements))


def _owner(ground: Ground, table: Table, column: str) -> str:
    ident = table.columns[column].ident
    if not (way := ground.detour(table.name, column)):
        return f"t.{ident}::text"
    parent = ground.schema.tables[way[0]]
    key, user = (parent.columns[name].ident for name in way[1:])
    return load(PACKAGE, "owner_by_way_of").format(table=way[0], key=key, user=user, column=ident)
