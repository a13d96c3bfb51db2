"""Users of every kind, in designs of all sorts: memberships, profiles, claims, settings, forged metadata."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.tenants.ground import BASE, MEMBERSHIP, seeded, tenancy_of

from seatrial.errors import CannotRun
from seatrial.model.tenancy import Claim, Membership, TableRule
from seatrial.scratch.server import scratch
from seatrial.tenants.seeding.seed import seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.tenancy import Tenancy
    from seatrial.scratch.server import Server

STATES = BASE.replace("primary key (team_id", "state text, primary key (team_id")


def _names(found: object) -> list[str]:
    return [kind.name for kind in found.world.kinds]  # type: ignore[attr-defined]


def test_without_roles_and_states_there_are_members_and_others(server: Server) -> None:
    schema = BASE.replace("role text not null check (role in ('reader', 'chief')), ", "")
    members = Membership(table="public.members", tenant="team_id", user="user_id")
    with seeded(server, schema, tenancy_of(membership=members)) as found:
        assert _names(found) == ["member", "member of two tenants", "user of no tenant", "anonymous"]
        assert found.kind("member").roles == {"A": ""}


def test_an_undeclared_state_is_not_an_active_one(server: Server) -> None:
    schema = f"{STATES}; create policy p on public.members using (state = 'on' or state = 'trial')"
    members = replace(MEMBERSHIP, state="state", active=("on",), inactive=("off",))
    with seeded(server, schema, tenancy_of(membership=members)) as found:
        names = _names(found)
        assert {"off reader", "chief with state = trial", "chief with state = other", "chief without state"} < set(
            names
        )
        assert all(not found.kind(name).roles for name in names if " state" in name)
        query = "select state from public.members where user_id = '{}'"
        assert found.value(query.format(found.kind("chief with state = trial").user)) == "trial"
        assert found.value(query.format(found.kind("chief without state").user)) is None


def test_what_no_membership_can_hold_is_a_line_and_no_kind(server: Server) -> None:
    schema = f"{BASE}; alter table public.members add state text check (state in ('on', 'off'))"
    schema += "; create policy p on public.members using (state = 'gone')"
    members = replace(MEMBERSHIP, state="state", active=("on",), inactive=("off",))
    with seeded(server, schema, tenancy_of(membership=members)) as found:
        assert "chief with state = gone" not in _names(found)
        assert any("state = gone" in line and "members_state_check" in line for line in found.world.not_storable)


def test_a_state_that_goes_with_other_columns(server: Server) -> None:
    schema = f"""{BASE}; alter table public.members add state text not null default 'on', add left_at timestamptz,
    add check ((state = 'off') = (left_at is not null))"""
    members = replace(MEMBERSHIP, state="state", active=("on",), inactive=("off",))
    with seeded(server, schema, tenancy_of(membership=members)) as found:
        assert {"chief", "off chief", "reader", "off reader"} < set(_names(found))
        query = f"select left_at is not null from public.members where user_id = '{found.kind('off chief').user}'"
        assert found.value(query) is True


def test_the_profile_is_the_membership(server: Server) -> None:
    schema = """create table public.teams (id uuid primary key);
    create table public.profiles (
      id uuid primary key references auth.users, team_id uuid references public.teams,
      role text not null default 'user',
      is_active boolean not null default true);
    create table public.items (
      id uuid primary key, team_id uuid not null references public.teams,
      made_by uuid not null references public.profiles)"""
    members = Membership(
        table="public.profiles", tenant="team_id", user="id", role="role", roles=("user", "admin"), state="is_active",
        active=("true",), inactive=("false",),
    )  # fmt: skip
    rules = (
        TableRule(table="public.profiles", tenant="team_id", user="id"),
        TableRule(table="public.items", tenant="team_id"),
    )
    tenancy = _only(tenancy_of(*rules, membership=members), "public.teams", "public.profiles", "public.items")
    with seeded(server, schema, tenancy) as found:
        names = _names(found)
        assert {"admin", "user", "admin with is_active = false"} < set(names)
        # Nobody can have two profiles.
        assert "member of two tenants" not in names
        assert any("member of two tenants" in line for line in found.world.not_storable)
        makers = {row["made_by"] for row in found.registered("public.items") if row["label"] == "A"}
        assert {str(one) for one in makers} <= {found.kind("admin").user}


def test_users_whose_profiles_have_keys_of_their_own(server: Server) -> None:
    schema = """create table public.teams (id uuid primary key);
    create table public.profiles (id serial primary key, user_id uuid not null unique references auth.users);
    create table public.members (
      team_id uuid not null references public.teams, profile_id int not null references public.profiles,
      primary key (team_id, profile_id))"""
    members = Membership(table="public.members", tenant="team_id", user="profile_id")
    rules = (TableRule(table="public.profiles", user="user_id"), TableRule(table="public.members", tenant="team_id"))
    tenancy = _only(tenancy_of(*rules, membership=members), "public.teams", "public.profiles", "public.members")
    with seeded(server, schema, tenancy) as found:
        joined = "select p.user_id::text from public.members m join public.profiles p on p.id = m.profile_id"
        member = found.kind("member")
        assert member.user in found.values(f"{joined} where m.team_id = '{found.world.tenants['A']}'")
        owners = {row["owner_of_row"] for row in found.registered("public.members", "profile_id")}
        assert {member.user, found.kind("member of two tenants").user} < owners


def test_where_a_request_says_the_tenant_too_members_say_theirs(server: Server) -> None:
    claim = Claim(setting="app.tenant_id")
    with seeded(server, BASE, tenancy_of(claim=claim)) as found:
        assert found.kind("chief").settings["app.tenant_id"] == found.world.tenants["A"]
        outsider = found.kind("outsider who asks for another tenant")
        assert (outsider.roles, outsider.settings["app.tenant_id"]) == ({}, found.world.tenants["B"])


def test_the_same_seed_makes_the_same_world_and_another_one_another(server: Server) -> None:
    with seeded(server, BASE, tenancy_of()) as one, seeded(server, BASE, tenancy_of()) as two:
        assert one.world == two.world
        other = seed(two.connection, tenancy_of(), seed=1)
        assert set(other.tenants.values()).isdisjoint(one.world.tenants.values())
        assert [kind.name for kind in other.kinds] == [kind.name for kind in one.world.kinds]


@pytest.mark.second_server
def test_another_version_of_the_server(second_server: Server) -> None:
    schema = f"{BASE}; create table public.notes (id serial primary key, team_id uuid references public.teams, t text)"
    with seeded(second_server, schema, tenancy_of(TableRule(table="public.notes", tenant="team_id"))) as found:
        assert set(found.labels("public.notes")) == {"A", "B", ""}
        assert {"chief", "reader", "anonymous"} < set(_names(found))


def _only(tenancy: Tenancy, *tables: str) -> Tenancy:
    return replace(tenancy, tables={name: rule for name, rule in tenancy.tables.items() if name in tables})


def test_a_tenant_that_belongs_to_somebody_belongs_to_who_may_do_most(server: Server) -> None:
    schema = BASE.replace("name text not null", "owner_id uuid not null unique references auth.users")
    with seeded(server, schema, tenancy_of()) as found:
        owners = {row["label"]: str(row["owner_id"]) for row in found.registered("public.teams")}
        assert owners == {"A": found.kind("chief").user, "B": found.world.victims["owner of B"]}


@pytest.mark.parametrize(
    ("condition", "forged"),
    [
        ("auth.jwt() -> 'app_metadata' ->> 'role' = 'admin'", False),
        ("auth.jwt() -> 'user_metadata' ->> 'is_admin' = 'true'", True),
        ("(select auth.jwt() #>> '{user_metadata,org}') = team_id::text", True),
        ("team_id::text = current_setting('request.headers', true)::json ->> 'x-team'", True),
    ],
)
def test_metadata_is_forged_where_something_reads_it(server: Server, condition: str, *, forged: bool) -> None:
    schema = f"{BASE}; create policy p on public.members using ({condition})"
    with seeded(server, schema, tenancy_of()) as found:
        kinds = [kind for kind in found.world.kinds if kind.forged]
        assert bool(kinds) is forged
        if forged:
            texts = [f"{kind.claims['user_metadata']} {kind.settings}" for kind in kinds]
            assert any(found.world.tenants["B"] in text for text in texts)
            assert len(kinds) <= 8


def test_forged_metadata_is_in_the_account_too(server: Server) -> None:
    schema = f"""{BASE}; create policy p on public.members using (exists (
      select from auth.users u where u.id = auth.uid() and u.raw_user_meta_data ->> 'team' = team_id::text))"""
    with seeded(server, schema, tenancy_of()) as found:
        kind = found.kind("outsider who forged metadata")
        stored = found.value(f"select raw_user_meta_data ->> 'team' from auth.users where id = '{kind.user}'")
        assert stored == found.world.tenants["B"]
        assert [row["label"] for row in found.registered("auth.users") if str(row["id"]) == kind.user] == [""]


PLAIN = """create table public.tenants (id int primary key, name text not null);
create table public.items (id bigint primary key, tenant_id int not null references public.tenants, owner_id text);
do $$ begin if to_regrole('app_user') is null then create role app_user; end if; end $$"""


@pytest.fixture(scope="module")
def plain() -> Iterator[Server]:
    with scratch("postgres") as running:
        yield running


def _plain(claim: Claim, **more: object) -> Tenancy:
    rule = TableRule(table="public.items", tenant="tenant_id", user="owner_id", select="member")
    settings = {
        "tenant_table": "public.tenants", "tenant_key": "id", "membership": None, "anonymous_role": "",
        "signed_in_role": "app_user", "service_role": "",
    }  # fmt: skip
    return _only(tenancy_of(rule, claim=claim, **{**settings, **more}), "public.items")


def test_a_setting_says_who_the_tenant_is(plain: Server) -> None:
    tenancy = _plain(Claim(setting="app.tenant_id"), user_setting="app.user_id")
    with seeded(plain, PLAIN, tenancy) as found:
        assert set(_names(found)) == {
            "member", "user of no tenant", "user with an empty tenant", "user of a tenant that does not exist"
        }  # fmt: skip
        member = found.kind("member")
        assert member.settings == {"app.tenant_id": found.world.tenants["A"], "app.user_id": member.user}
        assert member.claims == {}
        assert member.roles == {"A": ""}
        assert found.kind("user with an empty tenant").settings["app.tenant_id"] == ""
        nowhere = found.kind("user of a tenant that does not exist").settings["app.tenant_id"]
        assert found.value(f"select count(*) from public.tenants where id = {nowhere}") == 0
        assert set(found.labels("public.items")) == {"A", "B"}
        owners = {str(row["owner_id"]) for row in found.registered("public.items") if row["label"] == "A"}
        assert member.user in owners


def test_a_claim_with_roles_and_several_tenants(server: Server) -> None:
    claim = Claim(path="app_metadata.teams", many=True, role="app_metadata.role", roles=("reader", "chief"))
    tenancy = tenancy_of(membership=None, claim=claim)
    tenancy = _only(tenancy, "public.teams")
    with seeded(server, BASE, tenancy) as found:
        a, b = found.world.tenants["A"], found.world.tenants["B"]
        chief = found.kind("chief").claims["app_metadata"]
        assert isinstance(chief, dict)
        assert (chief["teams"], chief["role"]) == ([a], "chief")
        both = found.kind("member of two tenants")
        assert both.roles == {"A": "chief", "B": "chief"}
        assert both.claims["app_metadata"]["teams"] == [a, b]  # type: ignore[index]
        assert "teams" not in found.kind("user of no tenant").claims["app_metadata"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({"tenant_table": "public.team"}, "tenancy.no-such-table", "public.teams"),
        ({"tenant_key": "ids"}, "tenancy.no-such-column", "id"),
        ({"membership": replace(MEMBERSHIP, role="roles")}, "tenancy.no-such-column", "role"),
        ({"signed_in_role": "authenticate"}, "tenancy.no-such-role", "authenticated"),
    ],
)
def test_what_is_not_there_is_named_with_what_is_near(
    server: Server, change: dict[str, object], code: str, word: str
) -> None:
    with pytest.raises(CannotRun) as error, seeded(server, BASE, tenancy_of(**change)):
        pass
    assert error.value.code == code
    assert word in error.value.why
    assert "seatrial tenancy" in error.value.fix


def test_rows_that_belong_through_each_other_belong_to_nobody(server: Server) -> None:
    schema = f"""{BASE}; create table public.a (id int primary key);
    create table public.b (id int primary key, a_id int references public.a);
    alter table public.a add b_id int references public.b"""
    rules = (TableRule(table="public.a", through="b_id"), TableRule(table="public.b", through="a_id"))
    with pytest.raises(CannotRun) as error, seeded(server, schema, tenancy_of(*rules)):
        pass
    assert error.value.code == "tenancy.cycle"
    assert "public.a → public.b → public.a" in error.value.why
    assert "seatrial tenancy" in error.value.fix


def test_without_a_member_nothing_can_be_proved(server: Server) -> None:
    schema = BASE.replace(
        "role text not null", "n int not null constraint never check (n > 2 and n < 1), role text not null"
    )
    with pytest.raises(CannotRun) as error, seeded(server, schema, tenancy_of()):
        pass
    assert error.value.code == "tenancy.no-member"
    assert "never" in error.value.why


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("auth.jwt() -> 'app_metadata' ->> 'role' in ('support', 'ops')", {"support", "ops"}),
        ("coalesce((auth.jwt() -> 'app_metadata' ->> 'is_staff')::boolean, false)", {"true"}),
        ("(auth.jwt() ->> 'level')::int > 5", {"6"}),
        ("auth.jwt() ->> 'aal' = 'aal2'", {"aal2"}),
        ("auth.jwt() -> 'user_metadata' ->> 'role' = 'support'", set()),
        ("role = 'chief'", set()),
    ],
)
def test_a_token_says_what_something_compares_it_with(server: Server, condition: str, said: set[str]) -> None:
    schema = f"{BASE}; create policy p on public.members using ({condition})"
    with seeded(server, schema, tenancy_of()) as found:
        told = {name for name in _names(found) if name.startswith("user whose token says ")}
        assert told == {f"user whose token says {one}" for one in said}
        assert all(not found.kind(name).roles for name in told)
