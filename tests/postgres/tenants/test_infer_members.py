"""A table with members says who belongs to a tenant: found whatever its shape is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.tenants.inferred import actions, inferred

from seatrial.model.tenancy import Membership
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

TEAMS = """
create type public.team_role as enum ('owner', 'member', 'viewer', 'admin');
create table public.plans (id int primary key, name text);
create table public.teams (id uuid primary key default gen_random_uuid(), plan int references public.plans, name text);
create table public.team_users (
  team_id uuid not null references public.teams on delete cascade, user_id uuid not null references auth.users,
  role public.team_role not null, is_active boolean not null default true, primary key (user_id, team_id));
create function public.is_member(team uuid, minimum public.team_role default 'viewer') returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.team_users m where m.team_id = team and m.user_id = auth.uid() and m.is_active) $$;
"""


def test_a_plain_shape(database: Connection) -> None:
    found = inferred(
        database,
        f"""{TEAMS}
        create table public.projects (id serial primary key, team_id uuid not null references public.teams, name text);
        create table public.tasks (id serial primary key, project_id int not null references public.projects);
        create table public.comments (id serial primary key, task_id int not null references public.tasks, body text);
        alter table public.projects enable row level security;
        create policy read on public.projects for select to authenticated using (public.is_member(team_id));
        create policy edit on public.projects for update to authenticated using (public.is_member(team_id, 'admin'));
        alter table public.tasks enable row level security;
        alter table public.plans enable row level security;
        create policy everybody on public.plans for select using (true);
        """,
    )
    tenancy = found.tenancy
    assert (tenancy.tenant_table, tenancy.tenant_key) == ("public.teams", "id")
    assert tenancy.membership == Membership(
        table="public.team_users", tenant="team_id", user="user_id", role="role",
        roles=("viewer", "member", "admin", "owner"), state="is_active", active=("true",), inactive=("false",),
    )  # fmt: skip
    assert tenancy.tables["public.projects"].tenant == "team_id"
    assert actions(tenancy.tables["public.projects"]) == ("viewer", "", "admin", "")
    assert tenancy.tables["public.tasks"].through == "project_id"
    assert tenancy.tables["public.comments"].through == "task_id", "two deep"
    assert [(one.name, one.select) for one in tenancy.shared] == [("public.plans", "anyone")]
    assert actions(tenancy.tables["public.tasks"]) == ("", "", "", ""), "row security without a policy"
    assert actions(tenancy.tables["public.comments"]) == ("viewer", "member", "member", "member")
    assert any("public.comments has no row security" in one for one in found.unsure)


def test_each_line_has_its_reason(database: Connection) -> None:
    found = inferred(
        database,
        f"""{TEAMS}
        create table public.files (id int primary key, team_id uuid references public.teams, api_token text);
        alter table public.files enable row level security;
        create policy mine on public.files for all to authenticated using (public.is_member(team_id, 'member'));
        """,
    )
    assert found.reasons["tenant_table"] == "2 tables refer to it"
    assert found.reasons['tables."public.files".tenant'] == "a foreign key to public.teams"
    assert found.reasons['tables."public.files".select'] == "policy mine names member"
    assert [(one.table, one.columns) for one in found.tenancy.unreadable] == [("public.files", ("api_token",))]
    assert any("api_token is guessed" in one for one in found.unsure)


def test_a_profile_that_belongs_to_one_company(database: Connection) -> None:
    tenancy = inferred(
        database,
        """
        create table public.companies (id bigint generated always as identity primary key, name text);
        create table public.profiles (
          id uuid primary key references auth.users, company_id bigint references public.companies,
          role text not null check (role in ('employee', 'manager')),
          status text check (status in ('active', 'blocked')));
        create table public."Invoices" (id int primary key, "companyRef" bigint references public.companies);
        alter table public."Invoices" enable row level security;
        create policy p on public."Invoices" for select to authenticated using ("companyRef" =
          (select p.company_id from public.profiles p where p.id = auth.uid() and p.role <> 'employee'));
        """,
    ).tenancy
    assert tenancy.membership == Membership(
        table="public.profiles", tenant="company_id", user="id", role="role", roles=("employee", "manager"),
        state="status", active=("active",), inactive=("blocked",),
    )  # fmt: skip
    assert tenancy.tables['public."Invoices"'].tenant == '"companyRef"'
    assert tenancy.tables['public."Invoices"'].select == "manager"


def test_rows_of_users_within_a_tenant_and_without_one(database: Connection) -> None:
    tenancy = inferred(
        database,
        f"""{TEAMS}
        create table public.drafts (id int primary key, team_id uuid references public.teams, author uuid, state text);
        create table public.preferences (user_id uuid primary key references auth.users, theme text);
        alter table public.drafts enable row level security;
        alter table public.preferences enable row level security;
        create policy a on public.drafts for select to authenticated
          using (author = (select auth.uid()) and public.is_member(team_id));
        create policy b on public.drafts for insert to authenticated
          with check (public.is_member(team_id, 'member') and auth.uid() = author and state = 'new');
        create policy c on public.preferences for all to authenticated using (user_id = auth.uid());
        revoke update on public.preferences from authenticated;
        grant update (theme) on public.preferences to authenticated;
        """,
    ).tenancy
    drafts, preferences = tenancy.tables["public.drafts"], tenancy.tables["public.preferences"]
    assert (drafts.tenant, drafts.user, drafts.select, drafts.insert) == ("team_id", "author", "self", "member")
    assert drafts.insert_only == {"author": "self", "state": "new"}
    assert (preferences.tenant, preferences.user, actions(preferences)) == ("", "user_id", ("self",) * 4)
    assert preferences.update_columns == ("theme",)


def test_a_tenant_that_comes_along_in_a_longer_key(database: Connection) -> None:
    tenancy = inferred(
        database,
        f"""{TEAMS}
        create table public.boards (team uuid references public.teams, id int, primary key (team, id));
        create table public.cards (of_team uuid, board int, id int primary key,
          foreign key (of_team, board) references public.boards (team, id));
        """,
    ).tenancy
    assert tenancy.tables["public.cards"].tenant == "of_team"


def test_a_super_administrator_and_rows_of_nobody(database: Connection) -> None:
    tenancy = inferred(
        database,
        f"""{TEAMS}
        create function public.is_super() returns boolean language sql stable as $$
          select coalesce((auth.jwt() -> 'app_metadata' ->> 'super_admin')::boolean, false) $$;
        create table public.events (id int primary key, team_id uuid references public.teams);
        create table public.jobs (id int primary key);
        alter table public.events enable row level security;
        alter table public.jobs enable row level security;
        create policy a on public.events for select to authenticated
          using (public.is_member(team_id) or (team_id is null and public.is_super()));
        create policy b on public.jobs for select to authenticated using ((select public.is_super()));
        """,
    ).tenancy
    assert tenancy.super_administrator
    assert (tenancy.super_administrator.claim, tenancy.super_administrator.equals) == ("app_metadata.super_admin", True)
    events, jobs = tenancy.tables["public.events"], tenancy.tables["public.jobs"]
    assert (events.system_rows, events.super_administrator, events.select) == (True, ("select",), "viewer")
    assert (jobs.system_rows, jobs.super_administrator, jobs.select) == (True, ("select",), "")


def test_partitions_are_their_table(database: Connection) -> None:
    tenancy = inferred(
        database,
        f"""{TEAMS}
        create table public.logs (team_id uuid references public.teams, at date) partition by range (at);
        create table public.logs_2025 partition of public.logs for values from ('2025-01-01') to ('2026-01-01');
        create view public.recent as select * from public.logs;
        """,
    ).tenancy
    assert tenancy.tables["public.logs"].tenant == "team_id"
    assert {"public.logs_2025", "public.recent"}.isdisjoint(tenancy.tables)


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param('create table public."a ""b\nc" (id int, team_id uuid references public.teams)', id="names"),
        pytest.param("create table public.empty ()", id="no column"),
        pytest.param("create table public.selfish (id int primary key, up int references public.selfish)", id="itself"),
        pytest.param(
            "create table public.x (id int primary key, y int); create table public.y (id int primary key, x int "
            "references public.x); alter table public.x add foreign key (y) references public.y",
            id="circle",
        ),
        pytest.param("create policy p on public.teams using (current_setting('a.b', true) is not null)", id="setting"),
        pytest.param('create table public.t as select 1 as "select", \'{}\'::jsonb as "?"', id="no key"),
        pytest.param("create unique index on public.teams (lower(name))", id="expression"),
        pytest.param("create domain public.level as text check (value in ('a', 'it''s'))", id="domain"),
    ],
)
def test_an_odd_schema_is_no_fault(odd: str, database: Connection) -> None:
    assert inferred(database, f"{TEAMS}; {odd}").tenancy.tenant_table == "public.teams"


@pytest.mark.second_server
def test_an_older_server_tells_the_same(second_db: str, database: Connection) -> None:
    schema = f"""{TEAMS}
        create table public.projects (id serial primary key, team_id uuid not null references public.teams);
        alter table public.projects enable row level security;
        create policy read on public.projects for select to authenticated using (public.is_member(team_id));
        """
    with connect(second_db) as older:
        assert inferred(older, schema) == inferred(database, schema)
