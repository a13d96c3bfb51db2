"""Without a table of members, what policies read of the request says the tenant; and where there is none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.tenants.inferred import actions, inferred

from seatrial.errors import CannotRun
from seatrial.model.tenancy import Claim
from seatrial.pg.connection import connect
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

PLAIN = """
create table public.tenants (id uuid primary key, name text);
create table public.orders (id int primary key, tenant_id uuid not null references public.tenants);
create table public.lines (id int primary key, order_id int not null references public.orders);
create table public.notes (id int primary key, tenant uuid, body text);
"""


@pytest.fixture
def plain() -> Iterator[Connection]:
    """A PostgreSQL that is no Supabase."""
    with scratch("postgres") as server, connect(server.own_dsn()) as connection:
        yield connection


def test_a_claim_of_the_token(database: Connection) -> None:
    tenancy = inferred(
        database,
        """
        create table public.organizations (id uuid primary key, name text);
        create table public.deals (id int primary key, org uuid references public.organizations);
        create table public.hints (id int primary key, owner_org uuid);
        alter table public.deals enable row level security;
        alter table public.hints enable row level security;
        create policy r on public.deals for select to authenticated
          using (org = (select (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid));
        create policy w on public.deals for insert to authenticated
          with check (org = ((auth.jwt() -> 'app_metadata') ->> 'org_id')::uuid
            and (auth.jwt() -> 'app_metadata' ->> 'org_role') in ('manager', 'owner'));
        create policy d on public.deals for delete to authenticated
          using (org = ((auth.jwt() -> 'app_metadata') ->> 'org_id')::uuid
            and (auth.jwt() -> 'app_metadata' ->> 'org_role') = 'owner');
        create policy h on public.hints for select to authenticated
          using (owner_org = (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid);
        """,
    ).tenancy
    assert tenancy.membership is None
    assert tenancy.claim == Claim(path="app_metadata.org_id", role="app_metadata.org_role", roles=("manager", "owner"))
    assert tenancy.tables["public.deals"].tenant == "org"
    assert actions(tenancy.tables["public.deals"]) == ("manager", "manager", "", "owner")
    assert tenancy.tables["public.hints"].tenant == "owner_org", "no foreign key, but a policy compares it"


def test_a_claim_that_is_a_list(database: Connection) -> None:
    tenancy = inferred(
        database,
        """
        create table public.workspaces (id text primary key);
        create table public.pages (id int primary key, workspace_id text);
        alter table public.pages enable row level security;
        create policy p on public.pages for all using (auth.jwt() -> 'app_metadata' -> 'workspaces' ? workspace_id);
        """,
    ).tenancy
    assert tenancy.claim == Claim(path="app_metadata.workspaces", many=True)
    assert tenancy.tables["public.pages"].tenant == "workspace_id"
    assert actions(tenancy.tables["public.pages"]) == ("member",) * 4, "there are no roles"


def test_metadata_that_the_user_writes_is_named(database: Connection) -> None:
    found = inferred(
        database,
        """
        create table public.tenants (id uuid primary key);
        create table public.items (id int primary key, tenant_id uuid references public.tenants);
        alter table public.items enable row level security;
        create policy p on public.items for select
          using (tenant_id = (auth.jwt() -> 'user_metadata' ->> 'tenant_id')::uuid);
        """,
    )
    assert "user_metadata.tenant_id is written by the user and must decide about nothing" in found.unsure


def test_a_setting_of_the_session(plain: Connection) -> None:
    tenancy = inferred(
        plain,
        f"""{PLAIN}
        create table public.favourites (user_id uuid, item int);
        create role application login; grant usage on schema public to application;
        grant select, insert on all tables in schema public to application;
        alter table public.orders enable row level security;
        alter table public.notes enable row level security;
        alter table public.favourites enable row level security;
        create policy one on public.orders using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
        create policy two on public.notes to application using (tenant = current_setting('app.tenant_id')::uuid);
        create policy three on public.favourites using (user_id = current_setting('app.user_id')::uuid);
        """,
        "postgres",
    ).tenancy
    assert tenancy.claim == Claim(setting="app.tenant_id")
    assert tenancy.user_setting == "app.user_id"
    assert (tenancy.anonymous_role, tenancy.signed_in_role, tenancy.service_role) == ("", "application", "")
    assert tenancy.tables["public.orders"].tenant == "tenant_id"
    assert tenancy.tables["public.lines"].through == "order_id"
    assert tenancy.tables["public.notes"].tenant == "tenant"
    assert actions(tenancy.tables["public.notes"]) == ("member", "member", "", "")
    assert actions(tenancy.tables["public.favourites"]) == ("self", "self", "", "")


def test_users_of_a_plain_postgresql_who_are_the_members(plain: Connection) -> None:
    tenancy = inferred(
        plain,
        f"""{PLAIN}
        create table public.users (id uuid primary key, tenant_id uuid not null references public.tenants, role text);
        create function public.my_tenant() returns uuid language sql stable security definer as $$
          select u.tenant_id from public.users u where u.id = current_setting('app.user_id')::uuid $$;
        alter table public.orders enable row level security;
        create policy one on public.orders using (tenant_id = public.my_tenant());
        """,
        "postgres",
    ).tenancy
    assert tenancy.membership
    assert (tenancy.membership.table, tenancy.membership.tenant, tenancy.membership.user) == (
        "public.users", "tenant_id", "id",
    )  # fmt: skip
    assert tenancy.user_setting == "app.user_id"


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        pytest.param("select", "no table that others refer to has members", id="nothing"),
        pytest.param(
            "create table public.categories (id int primary key); "
            "create table public.posts (id int, category int references public.categories)",
            "no table that others refer to has members",
            id="a blog",
        ),
        pytest.param("create table public.todos (id int, user_id uuid)", "rows belong to users", id="of users alone"),
        pytest.param(
            "create table public.organizations (id int primary key); "
            "create table public.sites (id int, organization_id int references public.organizations)",
            "nothing says who belongs to one",
            id="nobody belongs to them",
        ),
        pytest.param(
            "create table public.docs (id int, tenant_id text); alter table public.docs enable row level security; "
            "create policy p on public.docs using (tenant_id = current_setting('app.tenant_id'))",
            "no table has a row for each tenant",
            id="no table of tenants",
        ),
    ],
)
def test_no_tenancy_says_what_was_looked_for(schema: str, found: str, database: Connection) -> None:
    with pytest.raises(CannotRun) as refused:
        inferred(database, schema)
    assert refused.value.code == "tenancy.none"
    assert found in refused.value.why
    assert "looked for" in refused.value.why
    assert "[tenancy]\ntenant_table = " in refused.value.fix
