"""The workload as pg_stat_statements of a target has seen it, with what the values of parameters are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg import RawCursor, sql

from seatrial.model.tenancy import Membership, TableRule, Tenancy
from seatrial.performance.senders.draw import calls_of
from seatrial.performance.statements import workload_from
from seatrial.pg.connection import connect, database_of
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending

if TYPE_CHECKING:
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

WORLD = """
create table public.teams (id uuid primary key, name text not null);
create table public.members (
    team_id uuid not null references public.teams, person uuid not null, role text not null,
    primary key (team_id, person)
);
create type public.mood as enum ('calm', 'wild');
create table public."Notes" (
    id bigint primary key, team_id uuid not null references public.teams, author uuid, subject text not null,
    mood public.mood not null default 'calm', written_at timestamptz not null default now()
);
create schema private;
grant usage on schema private to authenticated;
create table private.plans (code text primary key, words tsvector, content jsonb);
insert into public.teams select md5(n::text)::uuid, 'Secret team ' || n from generate_series(1, 5) n;
insert into public.members
select id, md5(name || role)::uuid, role from public.teams, unnest(array['viewer', 'member', 'owner']) role;
insert into public."Notes"
select n, md5((1 + n % 5)::text)::uuid, md5('a')::uuid, 'Confidential ' || n % 3 from generate_series(1, 100) n;
insert into private.plans values ('gold');
grant select, insert, update, delete on public.teams, public."Notes", private.plans
   to authenticated, service_role, anon;
grant usage on schema private to service_role;
"""
TENANCY = Tenancy(
    tenant_table="public.teams", tenant_key="id",
    membership=Membership(table="public.members", tenant="team_id", user="person", role="role",
                          roles=("viewer", "member", "owner")),
    tables={'public."Notes"': TableRule(table='public."Notes"', tenant="team_id", user="author", select="viewer",
                                        insert="member", update="member", delete="owner")},
)  # fmt: skip
TEAM = "md5('1')::uuid"
PAGE = """/* app: 'Confidential' */ select id, subject from "Notes" where team_id = {team}
 and subject = 'Confidential 1' and written_at > now() - interval '30 days' order by id limit 20 offset 40"""
REST = """WITH pgrst_source AS (
    SELECT "public"."Notes".* FROM "public"."Notes" WHERE "public"."Notes"."team_id" = $1 LIMIT $2 OFFSET $3
) SELECT null::bigint AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total,
    coalesce(json_agg(_postgrest_t), '[]') AS body FROM (SELECT * FROM pgrst_source) _postgrest_t"""

ASKED = (
    PAGE.format(team="'c4ca4238-a0b9-2382-0dcc-509a6f75849b'"),
    """select * from public."Notes" where subject in ('a', 'b') and mood = 'wild'""",
    """update public."Notes" set subject = 'x', author = null where team_id = md5('1')::uuid and id = 3""",
    "select * from private.plans where content ->> 'a' = 'b' and words @@ to_tsquery('simple', 'c')",
)


class Target:
    """A database that is asked things."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def is_asked(self, text: str, *params: object, role: str = "authenticated") -> None:
        """As an API asks, and undone."""
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            RawCursor(self.connection).execute(text.encode(), params or None)

    def workload(self, tenancy: Tenancy | None = TENANCY) -> tuple[tuple[WorkloadQuery, ...], tuple[str, ...]]:
        """As the role that deploys."""
        return workload_from(self.connection, tenancy)

    def query(self, tenancy: Tenancy | None = TENANCY) -> WorkloadQuery:
        """The only one."""
        [found], _ = self.workload(tenancy)
        return found


def _target_of(connection: Connection) -> Target:
    connection.execute(WORLD.encode())
    # The server forgets the rarest statements where there are too many, and other tests have sent it thousands.
    connection.execute("select extensions.pg_stat_statements_reset()")
    return Target(connection)


@pytest.fixture
def target(database: Connection) -> Target:
    return _target_of(database)


def test_a_page_is_read_with_what_its_values_are_drawn_from(target: Target) -> None:
    target.is_asked(PAGE.format(team=TEAM))
    query = target.query()

    assert query.sql == (
        'select id, subject from "Notes" where team_id = md5($1)::uuid and subject = $2 '
        "and written_at > now() - CAST($3 AS interval) order by id limit $4 offset $5"
    )
    assert query.params == ("a", "a", "30 days", 50, 0)
    assert query.draw == ("", 'public."Notes".subject', "", "", "")
    assert (query.role, query.claims, query.limit_ms, query.writes) == (
        "authenticated", {"role": "authenticated"}, None, False,
    )  # fmt: skip


def test_the_rest_layer_is_understood(target: Target) -> None:
    target.is_asked(REST, "00000000-0000-0000-0000-000000000001", 10, 0)
    query = target.query()

    assert query.draw[:3] == ("tenant", "", "")
    assert query.params[1:3] == (50, 0)
    assert query.name.startswith("select Notes ")


def test_names_are_the_same_every_time(target: Target) -> None:
    target.is_asked("select * from public.teams where id = md5('1')::uuid")
    target.is_asked("select * from public.teams where id = md5('2')::uuid")
    target.is_asked("select * from public.teams where id = md5('2')::uuid", role="service_role")
    found, _ = target.workload()
    names = [query.name for query in found]

    assert len(set(names)) == len(names) == 2
    assert names == [query.name for query in target.workload()[0]]
    assert all(name.startswith("select teams ") for name in names)


def test_no_value_and_no_comment_comes_out(target: Target) -> None:
    target.is_asked(PAGE.format(team=TEAM))
    target.is_asked("insert into private.plans (code, content) values ('Confidential gold', '{\"a\": \"Secret\"}')")
    target.is_asked("set local application_name = 'Confidential'")
    target.is_asked('update public."Notes" set subject = $1 where id = 7', "Confidential 9")
    found = str(target.workload())

    assert "update Notes" in found
    assert "insert plans" in found
    assert "Confidential" not in found
    assert "Secret" not in found
    assert "app:" not in found


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) from pg_catalog.pg_class where relname = 'a'",
        "explain select * from public.teams",
        "select 1",
        "set local statement_timeout = 1000",
        "select * from auth.uid()",
        "lock table public.teams in access share mode",
    ],
)
def test_what_is_not_about_tables_of_the_project_is_left_out(target: Target, text: str) -> None:
    target.is_asked(text)
    found, notes = target.workload()

    assert found == ()
    assert notes[-1] == "pg_stat_statements has no statement of the API or the service on tables of this project"


def test_statements_of_other_roles_are_not_of_the_workload(target: Target) -> None:
    target.is_asked("select * from public.teams where name = 'a'", role="postgres")

    assert target.workload()[0] == ()


def test_writes_are_drawn_but_for_keys(target: Target) -> None:
    target.is_asked(
        """insert into public."Notes" (id, team_id, author, subject, mood)
           values (1000, md5('1')::uuid, $1::uuid, 'x', 'wild')""",
        "00000000-0000-0000-0000-000000000001",
    )
    query = target.query()

    assert query.writes
    assert query.name.startswith("insert Notes ")
    assert dict(zip(query.draw, query.params, strict=True)).keys() >= {"user", 'public."Notes".subject'}
    # The key is not drawn: its row is there already.
    assert 'public."Notes".id' not in query.draw
    assert "calm" in query.params


def test_a_list_becomes_one_value_that_is_drawn(target: Target) -> None:
    target.is_asked(
        'select * from public."Notes" where team_id = any($1::uuid[])', ["00000000-0000-0000-0000-000000000001"]
    )
    query = target.query()

    assert "any(ARRAY[$1]::uuid[]::uuid[])" in query.sql
    assert query.draw == ("tenant",)


@pytest.mark.parametrize(
    ("text", "callers"),
    [
        ("select * from public.\"Notes\" where team_id = md5('1')::uuid and id = 1", ("viewer", "owner")),
        ("update public.\"Notes\" set subject = 'x' where id = 1", ("member", "owner")),
        ('delete from public."Notes" where id = 1', ("owner",)),
        ("select * from private.plans where code = 'x'", ("viewer", "owner")),
    ],
)
def test_members_are_the_lowest_role_that_may_do_it_and_the_highest(
    target: Target, text: str, callers: tuple[str, ...]
) -> None:
    target.is_asked(text)

    assert target.query().callers == callers


@pytest.mark.parametrize(("role", "callers"), [("service_role", ("service",)), ("anon", ("anonymous",))])
def test_roles_without_a_user_are_kinds_of_their_own(target: Target, role: str, callers: tuple[str, ...]) -> None:
    target.is_asked("select * from public.teams where id = md5('1')::uuid", role=role)

    assert target.query().callers == callers


def test_without_a_tenancy_values_are_plain_ones(target: Target) -> None:
    target.is_asked(PAGE.format(team=TEAM))
    query = target.query(None)

    assert (query.callers, query.draw) == ((), ())
    assert "without [tenancy]" in target.workload(None)[1][-1]


def test_what_the_server_does_not_prepare_is_left_out_and_noted(target: Target) -> None:
    target.is_asked('select subject from public."Notes" where id = 1')
    target.connection.execute('alter table public."Notes" rename column subject to title')
    found, notes = target.workload()

    assert found == ()
    assert notes[0].endswith("is left out: the server does not prepare it (42703)")


def test_the_most_expensive_are_taken_with_their_share_of_the_calls(target: Target) -> None:
    for _ in range(3):
        target.is_asked("select name from public.teams where id = md5('1')::uuid")
    target.is_asked("select pg_sleep(0.05), name from public.teams where name = 'a' or true limit 1")
    found, notes = target.workload()

    assert ["pg_sleep" in query.sql for query in found] == [True, False]
    shares = f"{found[0].name} 25.0%, {found[1].name} 75.0%"
    assert notes == (f"read from pg_stat_statements, with the share of all calls: {shares}",)


def test_what_was_read_can_be_drawn_and_run(target: Target, supabase_db: str, server: Server) -> None:
    for text in ASKED:
        target.is_asked(text)
    found, _ = target.workload()
    assert len(found) == 4
    with server.superuser(database_of(supabase_db)) as owner:
        calls, notes = calls_of(owner, found, TENANCY)
        assert notes == ()
        for call in calls:
            for sender in call.senders:
                with sending(owner, sender, time_limit=5.0):
                    assert explained(owner, call.query.sql, sender.params, run=True)["Plan"]


def test_a_target_that_counts_nothing_says_so(target: Target, supabase_db: str, server: Server) -> None:
    with server.superuser(database_of(supabase_db)) as owner:
        owner.execute("drop extension pg_stat_statements")

    assert target.workload() == (
        (), ("pg_stat_statements is not installed in this database: nobody knows what it is asked",),
    )  # fmt: skip


def test_texts_that_are_hidden_are_asked_for(target: Target, supabase_db: str, server: Server) -> None:
    target.is_asked(PAGE.format(team=TEAM))
    with server.superuser(database_of(supabase_db)) as owner:
        owner.execute("create role somebody_plainer login; grant usage on schema extensions to somebody_plainer")
    try:
        with connect(server.own_dsn(database_of(supabase_db), "somebody_plainer")) as plain:
            found, [note] = workload_from(plain, TENANCY)
        assert found == ()
        assert note == "statements of other roles are hidden: GRANT pg_read_all_stats TO somebody_plainer"
    finally:
        with server.superuser(database_of(supabase_db)) as owner:
            owner.execute("drop owned by somebody_plainer; drop role somebody_plainer")


def test_nothing_is_left_in_the_session(target: Target) -> None:
    target.is_asked(PAGE.format(team=TEAM))
    target.workload()

    assert target.connection.execute("select count(*) from pg_prepared_statements").fetchone() == (0,)
    assert target.connection.info.transaction_status.name == "IDLE"


@pytest.mark.second_server
def test_an_older_server_is_read_too(second_db: str) -> None:
    with connect(second_db) as connection:
        older = _target_of(connection)
        older.is_asked(ASKED[0])
        query = older.query()

    assert query.draw[:2] == ("tenant", 'public."Notes".subject')
