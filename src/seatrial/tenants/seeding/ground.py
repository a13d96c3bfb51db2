"""What is known before the first row is made: which tables get rows, and which of them hold rows of tenants."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.rows.facts import Schema
from seatrial.rows.read import read
from seatrial.rows.text import literal
from seatrial.tenants.seeding.declared import check_declared, check_roles
from seatrial.tenants.seeding.looked_at import LookedAt, read_looked_at

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.model.tenancy import TableRule, Tenancy
    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import ForeignKey, Table

__all__ = ["TENANT", "UNREGISTERED", "Ground", "survey"]

PACKAGE = "seatrial.tenants"
AUTH_USERS = "auth.users"
#: Rows of the world that is being made: nobody has registered them yet.
#: What a column of the tenant holds in generated rows, so that rows of both tenants are made in the same way.
TENANT = "current_setting('seatrial.tenant')"
UNREGISTERED = "NOT EXISTS (SELECT FROM seatrial_attack.seeded AS s WHERE s.leaf = t.tableoid AND s.tid = t.ctid)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Of one database and one declaration."""

    tenancy: Tenancy
    #: In tables of tenants only rows of the world that is being made count.
    schema: Schema
    #: That get rows.
    tables: tuple[str, ...]
    #: Whose rows belong to a tenant or a user.
    owned: frozenset[str]
    #: Topmost table → its partitions that hold rows.
    partitions: Mapping[str, tuple[str, ...]]
    #: Where users are, and the bare name of the column that identifies them; empty where no table has them.
    users: tuple[str, str]
    looked_at: LookedAt
    #: Roles of the server.
    roles: frozenset[str]
    #: Requests carry a token.
    tokens: bool

    def rule(self, table: str) -> TableRule | None:
        """What is declared of a table."""
        return self.tenancy.tables.get(table)

    def bare(self, table: str, ident: str) -> str:
        """The name of a column without quotes."""
        return next((c.name for c in self.schema.tables[table].columns.values() if c.ident == ident), "")

    def user_column(self, table: str) -> str:
        """The bare name of the column that holds the user."""
        rule = self.rule(table)
        members = self.tenancy.membership
        if rule and rule.user:
            return self.bare(table, rule.user)
        if table == self.users[0]:
            return self.users[1]
        return self.bare(table, members.user) if members and table == members.table else ""

    def tenant_column(self, table: str) -> str:
        """The bare name of the column that holds the tenant."""
        rule = self.rule(table)
        members = self.tenancy.membership
        if rule and rule.tenant:
            return self.bare(table, rule.tenant)
        return self.bare(table, members.tenant) if members and table == members.table else ""

    def detour(self, table: str, column: str) -> tuple[str, str, str] | None:
        """Where a column refers to users by way of a table with a key of its own: that table, its key, its user."""
        key = pointer(self.schema.tables[table], column)
        if not key or not self.users[0] or _end(self.schema, table, column) == self.users:
            return None
        parent = self.schema.tables[key.parent]
        users = [
            name
            for name in parent.columns
            if pointer(parent, name) and _end(self.schema, parent.name, name) == self.users
        ]
        personal = [name for name in users if any(k.columns == {name} for k in parent.keys if k.whole)]
        return (parent.name, key.parent_columns[0], personal[0]) if personal else None

    def pointers_to_users(self, table: str) -> list[str]:
        """Bare names of other columns that hold a user: who made it, who is responsible for it."""
        facts = self.schema.tables[table]
        own = self.user_column(table)
        ends = {name: _end(self.schema, table, name) for name in facts.columns if pointer(facts, name)}
        return [name for name, end in ends.items() if name != own and end == self.identity]

    @property
    def identity(self) -> tuple[str, str]:
        """The table and the column that other tables refer to when they mean a user."""
        members = self.tenancy.membership
        if self.users[0] or not members:
            return self.users
        return members.table, self.bare(members.table, members.user)

    def in_the_name_of(self, user: str) -> str:
        """What makes the functions of triggers take a user for the one who asks, as statements."""
        claims = literal(json.dumps({"sub": user, "role": self.tenancy.signed_in_role}))
        settings = {"request.jwt.claims": claims, self.tenancy.user_setting: literal(user)}
        calls = [f"set_config({literal(name)}, {value}, true)" for name, value in settings.items() if name]
        return f"SELECT {', '.join(calls)}; "

    def is_personal(self, table: str) -> bool:
        """Whether each user has one row at most."""
        user = self.user_column(table)
        return bool(user) and any(key.columns == {user} for key in self.schema.tables[table].keys if key.whole)

    def tells_users(self, table: str) -> bool:
        """Whether its rows say what users or tenants are, so that their other columns stay plain."""
        members = self.tenancy.membership
        return table in {self.tenancy.tenant_table, self.users[0], members.table if members else ""} or (
            self.is_personal(table)
        )


def survey(connection: Connection, tenancy: Tenancy) -> Ground:
    """Read the catalogs.

    Raises:
        CannotRun: the declaration does not fit the schema.
    """
    schema = read(connection)
    [facts] = rows(connection, load(PACKAGE, "facts"))
    check_declared(tenancy, schema, facts["roles"])
    check_roles(connection, tenancy, schema)
    declared = {*tenancy.tables, *(one.name for one in tenancy.shared), tenancy.tenant_table}
    declared |= {tenancy.membership.table} if tenancy.membership else set()
    found = rows(connection, load(PACKAGE, "seeded_tables"), {"declared": sorted(declared)})
    names = [row["name"] for row in found if row["name"] in schema.tables]
    users = _users(tenancy, schema)
    partitions: dict[str, tuple[str, ...]] = {}
    for row in rows(connection, load(PACKAGE, "partitions")):
        partitions[row["root"]] = (*partitions.get(row["root"], ()), row["leaf"])
    # A partition has the foreign keys of the whole, and its rows are those of the whole.
    owned = _owned(tenancy, schema, users[0]).difference(*partitions.values())
    parts = {leaf for root, leaves in partitions.items() if root in owned for leaf in leaves}
    return Ground(
        tenancy=tenancy,
        schema=_narrowed(schema, owned | parts),
        tables=tuple(names),
        partitions=partitions,
        owned=owned,
        users=users,
        looked_at=read_looked_at(connection, [schema.tables[name] for name in {*names, *filter(None, users[:1])}]),
        roles=frozenset(facts["roles"]),
        tokens=facts["tokens"] or _asks_for_token(tenancy),
    )


def _asks_for_token(tenancy: Tenancy) -> bool:
    by_setting = tenancy.user_setting or (tenancy.claim and tenancy.claim.setting)
    return bool(tenancy.claim and tenancy.claim.path) or not by_setting


def _users(tenancy: Tenancy, schema: Schema) -> tuple[str, str]:
    """The end of the foreign keys that begin at what refers to users."""
    if AUTH_USERS in schema.tables:
        return AUTH_USERS, "id"
    members = tenancy.membership
    pointing = [(members.table, members.user)] if members else []
    pointing += [(rule.table, rule.user) for rule in tenancy.tables.values() if rule.user]
    for table, ident in pointing:
        names = {column.ident: column.name for column in schema.tables[table].columns.values()}
        if (end := _end(schema, table, names[ident])) != (table, names[ident]):
            return end
    return "", ""


def _end(schema: Schema, table: str, column: str) -> tuple[str, str]:
    seen = set()
    while (table, column) not in seen:
        seen.add((table, column))
        key = pointer(schema.tables[table], column)
        if key:
            table, column = key.parent, key.parent_columns[0]
    return table, column


def pointer(table: Table, column: str) -> ForeignKey | None:
    """The foreign key over one column alone."""
    return next((key for key in table.foreign_keys if key.columns == (column,)), None)


def _owned(tenancy: Tenancy, schema: Schema, users: str) -> frozenset[str]:
    """Tables of tenants and users, and those from which foreign keys lead there; not those declared to be nobody's."""
    rules = tenancy.tables.values()
    nobody = {rule.table for rule in rules if not (rule.tenant or rule.through or rule.user)}
    nobody |= {one.name for one in tenancy.shared}
    found = {tenancy.tenant_table, *filter(None, (users,))} | {rule.table for rule in rules} - nobody
    found |= {tenancy.membership.table} if tenancy.membership else set()
    while more := {
        name
        for name, table in schema.tables.items()
        if name not in found and name not in nobody and any(key.parent in found for key in table.foreign_keys)
    }:
        found |= more
    return frozenset(found)


def _narrowed(schema: Schema, owned: Collection[str]) -> Schema:
    tables: Mapping[str, Table] = {
        name: replace(table, condition=UNREGISTERED) if name in owned else table
        for name, table in schema.tables.items()
    }
    return Schema(tables=tables, types=schema.types)
