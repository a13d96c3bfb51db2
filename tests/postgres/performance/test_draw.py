"""Calls of the workload with users and values out of rows that are there: the same ones of the same rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seatrial.model.tenancy import Claim, Membership, SuperAdministrator, TableRule, Tenancy
from seatrial.model.workload import WorkloadQuery
from seatrial.performance.senders.draw import calls_of
from seatrial.pg.connection import connect, database_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.performance import Call, Sender
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

#: Team n has n notes on one subject and one on each of two others, but for the last ten, which have none; team 8 has
#: most. Of five people one is admin and one is suspended.
WORLD = """
create table teams (id integer primary key);
create table people (id uuid primary key);
create table members (
    team_id integer not null references teams, person uuid not null references people, role text, state text not null
);
create table notes (team_id integer not null references teams, subject text not null, place text not null, body text);
create table plans (code text primary key);
create function search(team integer) returns setof notes language sql stable as '
select * from notes where team_id = team';
insert into teams select generate_series(1, 40);
insert into people select md5(n::text)::uuid from generate_series(1, 101) n;
insert into members
select 1 + n % 40, md5(n::text)::uuid, case n % 5 when 0 then 'admin' else 'member' end,
       case n % 5 when 1 then 'suspended' else 'active' end
  from generate_series(1, 100) n;
insert into notes (team_id, subject, place)
select t, s.subject, s.subject || ' ' || t from generate_series(1, 30) t
 cross join lateral (select 'usual' from generate_series(1, t + case t when 8 then 100 else 0 end)
                     union all values ('rare'), ('rarest')) s (subject);
insert into plans values ('free'), ('paid');
analyze;
"""
LARGEST = "8"
TENANCY = Tenancy(
    tenant_table="public.teams", tenant_key="id",
    membership=Membership(
        table="public.members", tenant="team_id", user="person", role="role", roles=("member", "admin"), state="state",
        active=("active",), inactive=("suspended",),
    ),
    super_administrator=SuperAdministrator(claim="app_metadata.operator", equals=True),
    tables={"public.notes": TableRule(table="public.notes", tenant="team_id", select="member")},
)  # fmt: skip
NOTES = WorkloadQuery(
    name="notes", role="authenticated", claims={"sub": "x"}, sql="select * from public.notes where team_id = $1",
    params=(3,), callers=("member",), draw=("tenant",),
)  # fmt: skip


@pytest.fixture
def world(supabase_db: str, server: Server) -> Iterator[Connection]:
    with connect(supabase_db) as deployer:
        deployer.execute(WORLD.encode())
    with server.superuser(database_of(supabase_db)) as connection:
        yield connection


def call(connection: Connection, query: WorkloadQuery, tenancy: Tenancy = TENANCY, most: int = 50) -> Call:
    """The only call; nothing is left undrawn."""
    [found], notes = calls_of(connection, [query], tenancy, most=most)
    assert notes == ()
    return found


def undrawn(connection: Connection, query: WorkloadQuery, tenancy: Tenancy | None = TENANCY) -> str:
    """The note on a call that is sent as it is written."""
    [found], [note] = calls_of(connection, [query], tenancy)
    [sender] = found.senders
    assert (sender.role, sender.claims, sender.params) == (query.role, query.claims, query.params)
    return note


def memberships(connection: Connection, role: str) -> set[tuple[str, str]]:
    found = connection.execute(
        "select team_id::text, person::text from members where role = %s and state = 'active'", [role]
    )
    return {(team, person) for team, person in found}


def pairs(senders: Sequence[Sender]) -> list[tuple[object, object]]:
    return [(sender.params[0], sender.claims["sub"]) for sender in senders]


@pytest.mark.parametrize("role", ["member", "admin"])
def test_members_are_active_ones_with_exactly_that_role(world: Connection, role: str) -> None:
    found = call(world, replace(NOTES, callers=(role,)))

    assert found.caller == role
    assert set(pairs(found.senders)) <= memberships(world, role)
    assert len(found.senders) == len(set(pairs(found.senders))) == min(50, len(memberships(world, role)))
    assert {sender.role for sender in found.senders} == {"authenticated"}
    assert {sender.claims["role"] for sender in found.senders} == {"authenticated"}


def test_the_first_sender_is_of_the_largest_tenant_that_has_one(world: Connection) -> None:
    assert call(world, NOTES).senders[0].params == (LARGEST,)
    assert call(world, NOTES, most=1).senders[0].params == (LARGEST,)
    by_function = replace(NOTES, sql="select * from search($1)")
    assert call(world, by_function, most=1).senders[0].params == (LARGEST,)
    world.execute("update members set role = 'admin' where team_id = 8")
    assert call(world, NOTES).senders[0].params == ("30",)


def test_tenants_of_every_size_are_among_few_senders(world: Connection) -> None:
    tenants = [int(str(sender.params[0])) for sender in call(world, NOTES, most=12).senders]

    assert len(tenants) == 12
    assert min(tenants) < 15
    assert len(set(tenants)) > 8


def test_the_same_rows_have_the_same_senders(world: Connection) -> None:
    first = call(world, NOTES)
    world.execute("create table copy as select * from members order by random(); truncate members")
    world.execute("insert into members select * from copy; analyze members")

    assert call(world, NOTES) == first


def test_an_operator_has_the_claim_and_no_membership(world: Connection) -> None:
    found = call(world, replace(NOTES, callers=("super_administrator",)))

    [claims] = {str(sender.claims): sender.claims for sender in found.senders}.values()
    stranger = world.execute("select md5('101')::uuid::text").fetchone()
    assert stranger is not None
    assert claims == {"sub": stranger[0], "role": "authenticated", "app_metadata": {"operator": True}}
    assert found.senders[0].params == (LARGEST,)
    assert len(found.senders) == 40


def test_who_is_signed_in_only_is_made_up_where_everybody_is_a_member(world: Connection) -> None:
    world.execute("delete from people where id not in (select person from members)")
    sender = call(world, replace(NOTES, callers=("signed_in",))).senders[0]

    assert sender.claims.keys() == {"sub", "role"}
    row = world.execute("select count(*) from people where id = %s::uuid", [sender.claims["sub"]]).fetchone()
    assert row == (0,)


@pytest.mark.parametrize(("kind", "role"), [("service", "service_role"), ("anonymous", "anon")])
def test_requests_without_a_user_have_the_role_alone(world: Connection, kind: str, role: str) -> None:
    found = call(world, replace(NOTES, callers=(kind,)))

    assert {(sender.role, str(sender.claims)) for sender in found.senders} == {(role, str({"role": role}))}
    assert len(found.senders) == 40
    with_user = call(world, replace(NOTES, callers=(kind,), params=(3, "x"), draw=("tenant", "user")))
    everyone = memberships(world, "member") | memberships(world, "admin")
    assert {sender.params for sender in with_user.senders} <= everyone


def test_one_sender_is_enough_where_nothing_depends_on_who_sends(world: Connection) -> None:
    query = replace(NOTES, sql="select count(*) from public.notes", params=(), draw=(), callers=("service",))

    assert len(call(world, query).senders) == 1


def test_values_are_of_rows_of_the_senders_tenant_common_ones_and_rare_ones(world: Connection) -> None:
    sources = ("tenant", "public.notes.subject", "public.notes.place", "")
    found = call(world, replace(NOTES, params=(3, "a", "b", 9), draw=sources))

    drawn = [sender.params for sender in found.senders if int(str(sender.params[0])) <= 30]
    assert {subject for _, subject, _, _ in drawn} == {"usual", "rare", "rarest"}
    assert all(place == f"{subject} {tenant}" for tenant, subject, place, _ in drawn)
    assert {written for _, _, _, written in drawn} == {9}
    # A tenant without rows: as it is written.
    empty = {sender.params[1:] for sender in found.senders if int(str(sender.params[0])) > 30}
    assert empty == {("a", "b", 9)}


def test_values_of_a_table_without_tenants_are_of_any_row(world: Connection) -> None:
    found = call(world, replace(NOTES, params=("none",), draw=("public.plans.code",)))
    assert {sender.params for sender in found.senders} == {("free",), ("paid",)}
    everybody = replace(NOTES, params=("none",), draw=("public.notes.place",), callers=("service",))
    assert len({sender.params for sender in call(world, everybody).senders}) == 50


def test_a_query_without_kinds_is_sent_as_it_is_written(world: Connection) -> None:
    query = replace(NOTES, callers=(), draw=())
    found = call(world, query)
    [sender] = found.senders

    assert found.caller == ""
    assert (sender.role, sender.claims, sender.params) == (query.role, query.claims, query.params)


def test_calls_follow_the_order_of_the_queries(world: Connection) -> None:
    queries = [replace(NOTES, callers=("admin", "member")), replace(NOTES, name="more", callers=("service",))]
    found, _ = calls_of(world, queries, TENANCY)

    assert [(one.query.name, one.caller) for one in found] == [
        ("notes", "admin"), ("notes", "member"), ("more", "service"),
    ]  # fmt: skip


def test_what_cannot_be_drawn_is_noted_and_sent_as_it_is_written(world: Connection) -> None:
    assert "no tenancy says who member" in undrawn(world, NOTES, None)
    world.execute("update members set state = 'suspended'")
    assert "notes as member: no active member is member" in undrawn(world, NOTES)
    elsewhere = replace(TENANCY, tenant_table="public.nowhere")
    assert "there is no tenant" in undrawn(world, replace(NOTES, callers=("service",)), elsewhere)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("public.nowhere.code", "there is no table public.nowhere"),
        ("public.plans.name", "public.plans has no column name"),
        ("public.notes.body", "public.notes has no rows of those tenants"),
    ],
)
def test_a_column_that_has_no_values_is_noted(world: Connection, source: str, why: str) -> None:
    [found], [note] = calls_of(world, [replace(NOTES, params=(3, "a"), draw=("tenant", source))], TENANCY)

    assert note == f"notes as member: {why}: the value in params is sent"
    assert {sender.params[1] for sender in found.senders} == {"a"}
    assert set(pairs(found.senders)) <= memberships(world, "member")


def test_a_claim_says_the_tenant_where_no_table_does(world: Connection) -> None:
    claim = Claim(path="app_metadata.team", role="app_metadata.rank", roles=("member", "admin"))
    found = call(world, replace(NOTES, callers=("admin",)), replace(TENANCY, membership=None, claim=claim))

    assert found.senders[0].params == (LARGEST,)
    assert all(s.claims["app_metadata"] == {"team": s.params[0], "rank": "admin"} for s in found.senders)
    several = replace(TENANCY, membership=None, claim=Claim(path="teams", many=True))
    assert call(world, NOTES, several).senders[0].claims["teams"] == [LARGEST]


def test_a_setting_of_the_session_says_who_asks_where_the_application_does(world: Connection) -> None:
    claim = Claim(setting="app.team", role="app.rank", roles=("member",))
    told = replace(TENANCY, membership=None, claim=claim, user_setting="app.user")
    sender = call(world, NOTES, told).senders[0]

    assert {**sender.settings, "app.user": ""} == {"app.team": LARGEST, "app.rank": "member", "app.user": ""}
    assert sender.settings["app.user"]
    assert sender.claims == {"role": "authenticated"}


def test_nothing_is_left_in_the_database(world: Connection) -> None:
    call(world, NOTES)

    assert world.execute("select count(*) from pg_class where relname like 'seatrial_sizes%'").fetchone() == (0,)
    assert world.info.transaction_status.name == "IDLE"


@pytest.mark.second_server
def test_an_older_server_is_drawn_from_too(second_db: str, second_server: Server) -> None:
    with connect(second_db) as deployer:
        deployer.execute(WORLD.encode())
    with second_server.superuser(database_of(second_db)) as connection:
        found = call(connection, replace(NOTES, params=(3, "a"), draw=("tenant", "public.notes.subject")))

    assert found.senders[0].params == (LARGEST, "usual")
