"""Rules about row security, on what their pages would be too long for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.rules.reading import script

from seatrial.model.tenancy import Shared, TableRule, Tenancy
from seatrial.rules.registry import rules
from seatrial.schema.build import build

if TYPE_CHECKING:
    from seatrial.rules.hit import Hit

MEMBERS = """
create table public.teams (id uuid primary key, name text);
create table public.members (
  team_id uuid not null references public.teams (id), user_id uuid not null, primary key (user_id, team_id)
);
create table public.notes (id uuid primary key, team_id uuid not null references public.teams (id), user_id uuid);
alter table public.teams enable row level security;
alter table public.members enable row level security;
alter table public.notes enable row level security;
create policy own on public.members for select to authenticated using (user_id = (select auth.uid()));
create policy own on public.teams for select to authenticated
  using (id in (select m.team_id from public.members m where m.user_id = (select auth.uid())));
"""
#: The condition that belongs to the notes.
MINE = "team_id in (select m.team_id from public.members m where m.user_id = (select auth.uid()))"


def _hits(*texts: str, platform: str = "supabase", tenancy: Tenancy | None = None) -> list[tuple[str, Hit]]:
    scripts = [script(text, number) for number, text in enumerate(texts, start=1)]
    schema = build(scripts, platform=platform, tenancy=tenancy)
    return [
        (rule.code, hit) for rule in rules() if rule.code.startswith("ISO") and rule.read for hit in rule.read(schema)
    ]  # fmt: skip


def _codes(*texts: str, platform: str = "supabase", tenancy: Tenancy | None = None) -> list[str]:
    return [code for code, _ in _hits(*texts, platform=platform, tenancy=tenancy)]


def _only(code: str, *texts: str) -> Hit:
    [found] = [hit for each, hit in _hits(*texts) if each == code]
    return found


def test_what_a_policy_opens_is_said_in_the_words_of_the_table() -> None:
    hit = _only("ISO004", MEMBERS, "create policy all_of_it on public.notes for all to authenticated using (true);")

    assert hit.effect == "every signed-in user can read, change and delete every team's notes"
    assert hit.subject == 'policy "all_of_it" on public.notes'


def test_the_fix_asks_the_members_for_the_tenant_of_the_row() -> None:
    hit = _only("ISO004", MEMBERS, "create policy seen on public.notes for select to authenticated using (true);")

    assert hit.fix == (
        "alter policy seen on public.notes using "
        "(team_id in (select team_id from public.members where user_id = (select auth.uid())));"
    )


def test_what_asks_for_a_user_does_not_open_to_those_who_have_none() -> None:
    policy = "create policy seen on public.notes for select using ((select auth.uid()) is not null);"

    assert _only("ISO004", MEMBERS, policy).effect.startswith("every signed-in user")


def test_what_is_true_for_every_row_opens_to_those_who_have_no_user() -> None:
    policy = "create policy seen on public.notes for select using (true);"

    assert _only("ISO004", MEMBERS, policy).effect.startswith("anybody, without signing in")


@pytest.mark.parametrize("condition", ["true", "1 = 1", "team_id = team_id or true", "(select true)"])
def test_a_constant_is_one_however_it_is_written(condition: str) -> None:
    policy = f"create policy seen on public.notes for select to authenticated using ({condition});"

    assert "ISO004" in _codes(MEMBERS, policy)


def test_a_policy_that_a_later_file_mends_is_as_it_is_at_the_end() -> None:
    made = "create policy seen on public.notes for select to authenticated using (true);"

    assert _codes(MEMBERS, made, f"alter policy seen on public.notes using ({MINE});") == []


def test_a_policy_that_a_later_file_opens_is_found_there() -> None:
    made = f"create policy seen on public.notes for select to authenticated using ({MINE});"

    hit = _only("ISO004", MEMBERS, made, "alter policy seen on public.notes using (true);")

    assert hit.script.source.version.endswith("3")


def test_nothing_is_open_to_clients_whose_privileges_are_gone() -> None:
    gone = "create table public.jobs (id uuid); revoke all on all tables in schema public from anon, authenticated;"

    assert _codes(gone) == []


def test_a_privilege_on_columns_is_one() -> None:
    made = "create table public.jobs (id uuid, state text); revoke all on public.jobs from anon, authenticated;"

    assert _codes(made, "grant select (state) on public.jobs to authenticated;") == ["ISO001"]


def test_what_is_declared_to_be_read_by_all_may_be() -> None:
    tables = {"public.notes": TableRule(table="public.notes", tenant="team_id", select="signed_in")}
    tenancy = Tenancy(tenant_table="public.teams", tenant_key="id", tables=tables)
    policy = "create policy seen on public.notes for select to authenticated using (true);"

    assert "ISO004" in _codes(MEMBERS, policy)
    assert "ISO004" not in _codes(MEMBERS, policy, tenancy=tenancy)


def test_what_is_shared_belongs_to_nobody() -> None:
    shared = (Shared(name="public.notes", select="signed_in", why="they are examples"),)
    tenancy = Tenancy(tenant_table="public.teams", tenant_key="id", shared=shared)
    policy = "create policy seen on public.notes for select to authenticated using (true);"

    assert "ISO004" not in _codes(MEMBERS, policy, tenancy=tenancy)


def test_rows_belong_to_whom_the_table_belongs_that_they_point_to() -> None:
    lines = """
    create table public.lines (id uuid primary key, note_id uuid not null references public.notes (id), body text);
    alter table public.lines enable row level security;
    create policy seen on public.lines for select to authenticated using (true);
    """

    assert _only("ISO004", MEMBERS, lines).effect == "every signed-in user can read every team's lines"


def test_a_circle_over_three_tables_is_one_finding() -> None:
    circle = "\n".join(
        f"create table public.{one} (id uuid primary key, next uuid); "
        f"alter table public.{one} enable row level security; "
        f"create policy seen on public.{one} for select to authenticated using (next in (select id from public.{two}));"
        for one, two in (("a", "b"), ("b", "c"), ("c", "a"))
    )  # fmt: skip

    assert _codes(circle).count("ISO017") == 1


def test_a_circle_that_only_other_roles_go_is_none() -> None:
    circle = """
    create table public.a (id uuid primary key, next uuid);
    create table public.b (id uuid primary key, next uuid);
    alter table public.a enable row level security;
    alter table public.b enable row level security;
    create policy seen on public.a for select to authenticated using (next in (select id from public.b));
    create policy seen on public.b for select to anon using (next in (select id from public.a));
    """

    assert "ISO017" not in _codes(circle)


def test_a_check_that_reads_its_own_table_is_no_circle_where_reading_it_asks_no_other() -> None:
    policies = """
    create policy seen on public.notes for select to authenticated using (user_id = auth.uid());
    create policy adding on public.notes for insert to authenticated
      with check (not exists (select 1 from public.notes n where n.user_id = auth.uid() and n.team_id is null));
    """

    assert "ISO017" not in _codes(MEMBERS, policies)


def test_a_check_that_reads_its_own_table_is_a_circle_where_reading_it_asks_another() -> None:
    # For PostgreSQL a sub-select that reads no table is one too.
    policies = """
    create policy seen on public.notes for select to authenticated using (user_id = (select auth.uid()));
    create policy adding on public.notes for insert to authenticated
      with check (not exists (select 1 from public.notes n where n.user_id = auth.uid() and n.team_id is null));
    """

    assert "ISO017" in _codes(MEMBERS, policies)


def test_a_view_with_the_rights_of_who_asks_is_followed() -> None:
    circle = """
    create view public.mine with (security_invoker = true) as select team_id from public.notes;
    create policy seen on public.notes for select to authenticated using (team_id in (select team_id from public.mine));
    """

    assert "ISO017" in _codes(MEMBERS, circle)


def test_user_metadata_is_found_through_two_functions() -> None:
    functions = """
    create function public.claims() returns jsonb language sql stable as $$ select auth.jwt() -> 'user_metadata' $$;
    create function public.team() returns uuid language sql stable as $$ select (public.claims() ->> 'team')::uuid $$;
    create policy seen on public.notes for select to authenticated using (team_id = (select public.team()));
    """

    hit = _only("ISO011", MEMBERS, functions)

    assert hit.subject == "public.claims()"
    assert "every team's notes" in hit.effect


def test_user_metadata_in_a_comment_is_none() -> None:
    functions = """
    create function public.team() returns uuid language sql stable as $$
      -- not user_metadata, which users write
      select (auth.jwt() -> 'app_metadata' ->> 'team')::uuid
    $$;
    create policy seen on public.notes for select to authenticated using (team_id = (select public.team()));
    """

    assert "ISO011" not in _codes(MEMBERS, functions)


def test_a_new_tenant_is_made_by_whoever_signs_up() -> None:
    policy = "create policy adding on public.teams for insert to authenticated with check (true);"

    assert _codes(MEMBERS, policy, "revoke all on public.notes from anon, authenticated;") == []


def test_without_an_api_clients_are_those_who_are_granted_something() -> None:
    table = "create table public.notes (id bigint primary key, tenant_id uuid not null);"
    other = "create table public.lines (id bigint); alter table public.lines enable row level security;"

    assert "ISO001" not in _codes(table, other, platform="postgres")
    assert "ISO001" in _codes(table, other, "grant select on public.notes to app;", platform="postgres")


def test_a_storage_policy_that_is_dropped_is_gone() -> None:
    made = "create policy seen on storage.objects for select to authenticated using (true);"

    assert _codes(made) == ["ISO024"]
    assert _codes(made, "drop policy seen on storage.objects;") == []


def test_posts_are_written_to_be_read_and_drafts_are_not() -> None:
    made = """
    create table public.{0} (id uuid primary key, user_id uuid not null, body text);
    alter table public.{0} enable row level security;
    create policy seen on public.{0} for select to authenticated using (true);
    """

    assert _codes(made.format("posts")) == []
    assert _codes(made.format("drafts")) == ["ISO004"]


def test_a_function_is_made_again_with_the_other_source() -> None:
    functions = """
    create function public.team() returns uuid language sql stable as $$
      select (auth.jwt() -> 'user_metadata' ->> 'team')::uuid
    $$;
    create policy seen on public.notes for select to authenticated using (team_id = (select public.team()));
    """

    fix = _only("ISO011", MEMBERS, functions).fix

    assert fix.startswith("create or replace function public.team() returns uuid")
    assert "auth.jwt() -> 'app_metadata' ->> 'team'" in fix


def test_the_function_that_breaks_a_circle_is_written_out() -> None:
    policy = f"create policy fellows on public.members for select to authenticated using ({MINE});"

    fix = _only("ISO017", MEMBERS, policy).fix

    assert "create or replace function private.my_teams() returns setof uuid" in fix
    assert fix.endswith("alter policy fellows on public.members using (team_id in (select private.my_teams()));")
