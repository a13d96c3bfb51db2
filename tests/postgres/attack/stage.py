"""A small world made by hand, for tests of one kind of attack: two tenants, their users, and a scene to attack from."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seatrial.attack.scene import Scene
from seatrial.attack.session import Session
from seatrial.attack.surface import read_relations
from seatrial.model.isolation import Kind, World
from seatrial.model.tenancy import Membership, TableRule, Tenancy
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.scratch.server import Server

A, B = "20000000-0000-4000-8000-00000000000a", "20000000-0000-4000-8000-00000000000b"
ADMIN_A, VIEWER_A, ADMIN_B, OUTSIDER = (f"10000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))

#: Organizations, members, and one function that policies ask; tests add their own tables.
BASE = f"""
create table public.organizations (id uuid primary key, name text not null default 'x');
create table public.members (
  organization_id uuid not null references public.organizations, user_id uuid not null, role text not null,
  primary key (organization_id, user_id));
create schema if not exists private;
grant usage on schema private to authenticated;
create function private.organizations_of_caller(minimum text default 'viewer') returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(organization_id), '{{}}') from public.members
   where user_id = auth.uid() and (minimum = 'viewer' or role = 'admin') $$;
revoke all on public.organizations, public.members from anon, authenticated;
grant select on public.organizations, public.members to authenticated;
alter table public.organizations enable row level security;
alter table public.members enable row level security;
create policy o on public.organizations for select to authenticated
  using (id = any ((select private.organizations_of_caller())::uuid[]));
create policy m on public.members for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
insert into public.organizations (id) values ('{A}'), ('{B}');
insert into public.members values
  ('{A}', '{ADMIN_A}', 'admin'), ('{A}', '{VIEWER_A}', 'viewer'), ('{B}', '{ADMIN_B}', 'admin');
"""

REGISTRY = """
create schema seatrial_attack;
create table seatrial_attack.seeded (root oid, leaf oid, tid tid, tenant text not null, owner text not null);
"""


def _kind(name: str, user: str, role: str = "authenticated", **more: object) -> Kind:
    claims = {"sub": user, "role": role} if user else {"role": role}
    return Kind(name=name, role=role, claims=claims, user=user, **more)  # type: ignore[arg-type]


KINDS = (
    _kind("admin", ADMIN_A, roles={"A": "admin"}),
    _kind("viewer", VIEWER_A, roles={"A": "viewer"}),
    _kind("user of no organization", OUTSIDER),
    _kind("anonymous", "", "anon"),
)


def tenancy_of(*rules: TableRule, **more: Any) -> Tenancy:  # noqa: ANN401 - whatever a tenancy has
    """The tenancy of BASE, with further tables."""
    base = (
        TableRule(table="public.organizations", tenant="id", select="viewer"),
        TableRule(table="public.members", tenant="organization_id", select="viewer"),
    )
    return Tenancy(
        tenant_table="public.organizations", tenant_key="id",
        membership=Membership(
            table="public.members", tenant="organization_id", user="user_id", role="role", roles=("viewer", "admin")
        ),
        tables={rule.table: rule for rule in (*base, *rules)}, **more,
    )  # fmt: skip


@contextmanager
def scene_of(
    server: Server, name: str, schema: str, tenancy: Tenancy, spares: Mapping[str, Mapping[str, str]] | None = None
) -> Iterator[Scene]:
    """A database of its own with BASE and a schema (rows and all) in it.

    Args:
        server: a scratch with the Supabase platform.
        name: of the database; dropped at the end.
        schema: statements, run as `postgres`; tables and rows of both tenants.
        tenancy: whose rows are whose: by the tenant's column, and by the user's where there is one.
        spares: rows that could be inserted, as JSON, by table and label.
    """
    server.clone(name)
    try:
        with server.superuser(name) as connection:
            execute_script(connection, f"SET ROLE postgres; {BASE}; {schema}; RESET ROLE; {REGISTRY}")
            for rule in tenancy.tables.values():
                tenant = (
                    f"case {rule.tenant}::text when '{A}' then 'A' when '{B}' then 'B' else '' end"
                    if rule.tenant
                    else "''"
                )
                owner = f"coalesce({rule.user}::text, '')" if rule.user else "''"
                execute_script(
                    connection,
                    f"insert into seatrial_attack.seeded "
                    f"select '{rule.table}'::regclass, tableoid, ctid, {tenant}, {owner} from {rule.table}",
                )
            world = World(
                tenants={"A": A, "B": B}, kinds=KINDS, spares=spares or {},
                victims={"owner of B": ADMIN_B, "colleague in A": VIEWER_A},
            )  # fmt: skip
            session = Session(connection, "authenticator")
            yield Scene(tenancy=tenancy, world=world, relations=read_relations(connection, tenancy), session=session)
            session.close()
    finally:
        server.drop(name)
