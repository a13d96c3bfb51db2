"""Small schemas with tenants in them, seeded, for tests that look at what came of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from seatrial.model.tenancy import Membership, TableRule, Tenancy
from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script
from seatrial.tenants.seeding.seed import seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.isolation import Kind, World
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

_numbers = count(1)

BASE = """
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.members (
  team_id uuid not null references public.teams, user_id uuid not null references auth.users,
  role text not null check (role in ('reader', 'chief')), primary key (team_id, user_id));
"""
TEAMS = TableRule(table="public.teams", tenant="id", select="reader")
MEMBERS = TableRule(table="public.members", tenant="team_id", select="reader")
MEMBERSHIP = Membership(
    table="public.members", tenant="team_id", user="user_id", role="role", roles=("reader", "chief")
)


def tenancy_of(*rules: TableRule, **more: object) -> Tenancy:
    """The tenancy of BASE with further tables."""
    settings = {"membership": MEMBERSHIP, "tenant_table": "public.teams", "tenant_key": "id", **more}
    tables = {rule.table: rule for rule in (TEAMS, MEMBERS, *rules)}
    return Tenancy(tables=tables, **settings)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A database after it was seeded."""

    connection: Connection
    world: World

    def value(self, query: str) -> object:
        """The first value of the first row."""
        [row, *_] = rows(self.connection, query)
        return next(iter(row.values()))

    def values(self, query: str) -> list[object]:
        """The first value of each row."""
        return [next(iter(row.values())) for row in rows(self.connection, query)]

    def labels(self, table: str) -> dict[str, int]:
        """How many registered rows of a table each tenant has."""
        found = rows(
            self.connection,
            "SELECT tenant, count(*) AS number FROM seatrial_attack.seeded WHERE root = %s::regclass GROUP BY 1",
            [table],
        )
        return {row["tenant"]: row["number"] for row in found}

    def kind(self, name: str) -> Kind:
        """By name."""
        return next(kind for kind in self.world.kinds if kind.name == name)

    def registered(self, table: str, key: str = "id") -> list[dict[str, object]]:
        """The rows of a table, each with what is registered of it; None where nothing is."""
        return rows(
            self.connection,
            "SELECT t.*, s.tenant AS label, s.owner AS owner_of_row "
            f"FROM {table} AS t LEFT JOIN seatrial_attack.seeded AS s "
            f"ON s.root = '{table}'::regclass AND s.leaf = t.tableoid AND s.tid = t.ctid ORDER BY t.{key}",
        )


@contextmanager
def seeded(server: Server, schema: str, tenancy: Tenancy) -> Iterator[Seeded]:
    """A database of its own with a schema, made as `postgres`, and a world in it."""
    name = f"seeded_{next(_numbers)}"
    server.clone(name)
    try:
        with server.superuser(name) as connection:
            execute_script(connection, f"SET ROLE postgres; {schema}; RESET ROLE")
            yield Seeded(connection=connection, world=seed(connection, tenancy))
    finally:
        server.drop(name)
