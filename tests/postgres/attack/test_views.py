"""Views, foreign tables, counts and embedded rows: the bad ones show rows of others, the good ones none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import ADMIN_A, ADMIN_B, VIEWER_A, A, B, scene_of, tenancy_of

from seatrial.attack.views import conditions, views
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import Shared, TableRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.isolation import Cell
    from seatrial.model.tenancy import Tenancy
    from seatrial.scratch.server import Server

NOTES = TableRule(table="public.notes", tenant="organization_id", select="viewer", insert="admin", update="admin")
TASKS = TableRule(table="public.tasks", tenant="organization_id", select="viewer")
OWN = "organization_id = any ((select private.organizations_of_caller())::uuid[])"
MINE = f"select * from public.notes where {OWN}"
TABLE = f"""
create table public.notes (
  id uuid primary key, organization_id uuid not null references public.organizations, body text);
alter table public.notes enable row level security;
create policy n on public.notes for all to authenticated using ({OWN});
insert into public.notes values ('a0000000-0000-4000-8000-000000000001', '{A}', 'x'),
  ('a0000000-0000-4000-8000-000000000002', '{A}', 'y'), ('b0000000-0000-4000-8000-000000000001', '{B}', 'z');
"""
SPARE = {"public.notes": {
    label: f'{{"id": "c0000000-0000-4000-8000-00000000000{n}", "organization_id": "{key}", "body": "new"}}'
    for n, (label, key) in enumerate((("A", A), ("B", B)))
}}  # fmt: skip


def attacked(
    server: Server, subject: str, schema: str, tenancy: Tenancy | None = None,
    spares: Mapping[str, Mapping[str, str]] = SPARE,
) -> list[Cell]:  # fmt: skip
    """Every cell of one relation beside the table of notes."""
    tenancy = tenancy or tenancy_of(NOTES)
    # Only tables hold rows that could be seeded.
    tables = replace(tenancy, tables={name: rule for name, rule in tenancy.tables.items() if name != "public.shown"})
    with scene_of(server, "views", TABLE + schema, tables, spares) as scene:
        scene = replace(scene, tenancy=tenancy)  # noqa: PLW2901
        return [cell for kind in scene.world.kinds for cell in views.cells(scene, kind, scene.relations[subject])]


def leaks(cells: list[Cell]) -> set[tuple[str, str]]:
    return {(cell.kind, cell.action) for cell in cells if cell.is_leak}


def all_agree(cells: list[Cell]) -> bool:
    assert cells
    assert [cell for cell in cells if not cell.agrees] == []
    return True


EVERYBODY = {"admin", "viewer", "user of no organization", "anonymous"}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("create view public.shown as select * from public.notes;", id="owner's rights"),
        pytest.param(
            "create schema inner_views; grant usage on schema inner_views to public; "
            "create view inner_views.n as select * from public.notes; grant select on inner_views.n to public; "
            "create view public.shown with (security_invoker = true) as select * from inner_views.n;",
            id="invoker's rights over owner's rights in another schema",
        ),
        pytest.param("create materialized view public.shown as select * from public.notes;", id="materialized"),
        pytest.param(
            "create materialized view public.first as select * from public.notes; "
            "revoke all on public.first from anon, authenticated; "
            "create materialized view public.shown as select * from public.first;",
            id="materialized over materialized",
        ),
        pytest.param(
            "create function private.notes() returns setof public.notes language sql security definer "
            "begin atomic select * from public.notes; end; grant usage on schema private to public; "
            "create view public.shown with (security_invoker = true) as select * from private.notes();",
            id="through a definer function",
        ),
        pytest.param(
            "create view public.shown as select n.*, clock_timestamp() as asked, random() from public.notes n;",
            id="with columns that are never the same",
        ),
    ],
)
def test_a_view_that_shows_rows_of_others_is_found_for_everybody_who_may_read_it(server: Server, bad: str) -> None:
    cells = attacked(server, "public.shown", bad)
    read = [cell for cell in cells if cell.is_leak and cell.action == "read rows of others"]
    assert {cell.kind for cell in read} == EVERYBODY
    assert next(cell for cell in read if cell.kind == "admin").detail == "1 row of others"
    assert read[0].request
    assert read[0].request.sql == "SELECT * FROM public.shown"
    assert read[0].request.rest == "GET /rest/v1/shown?select=*"
    assert ("admin", "count rows of others") in leaks(cells)


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(
            "create view public.shown with (security_invoker = true) as select * from public.notes;",
            id="invoker's rights",
        ),
        pytest.param(
            f"create view public.shown with (security_barrier) as {MINE} with check option;",
            id="asks who looks",
        ),
        pytest.param(
            "create view public.shown with (security_barrier) as "
            f"select *, clock_timestamp() as asked, random() from public.notes where {OWN};"
            "revoke all on public.shown from anon; revoke insert on public.shown from authenticated;",
            id="asks who looks, with columns that are never the same",
        ),
        pytest.param(
            "create materialized view public.shown as select * from public.notes; "
            "revoke all on public.shown from anon, authenticated;",
            id="materialized and closed",
        ),
        pytest.param(
            f"create materialized view private.all_notes as select * from public.notes; "
            f"create view public.shown with (security_barrier) as select * from private.all_notes where {OWN};",
            id="asks who looks, over a materialized view",
        ),
    ],
)
def test_a_view_that_keeps_to_the_caller_s_rows_gives_no_finding(server: Server, good: str) -> None:
    assert all_agree(attacked(server, "public.shown", good))


def test_a_number_that_counts_rows_of_others_is_found(server: Server) -> None:
    bad = "create view public.shown as select count(*) as notes from public.notes;"
    cells = attacked(server, "public.shown", bad)
    found = next(cell for cell in cells if cell.is_leak)
    assert (found.action, found.detail) == ("read rows of others", "1 row told of rows of others")
    good = "create view public.shown with (security_invoker = true) as select count(*) as notes from public.notes;"
    assert all_agree(attacked(server, "public.shown", good))


def test_counting_leaves_out_a_column_that_refuses(server: Server) -> None:
    """The guard stands in a column, which is computed only when it is read."""
    guarded = """
        create function private.mine(organization uuid) returns boolean language plpgsql stable security definer as $$
        begin
          if organization = any (private.organizations_of_caller()) then return true; end if;
          raise insufficient_privilege using message = 'not yours';
        end $$;
        grant usage on schema private to anon;
        create view public.shown as select id, private.mine(organization_id) from public.notes;
        revoke insert, update, delete on public.shown from anon, authenticated;"""
    assert leaks(attacked(server, "public.shown", guarded)) == {(kind, "count rows of others") for kind in EVERYBODY}


def test_users_of_the_platform_that_a_view_exposes_are_found(server: Server) -> None:
    users = f"""
        insert into auth.users (id, email) values ('{ADMIN_A}', 'one@example.com'), ('{ADMIN_B}', 'two@example.com');
        create view public.shown as select id, email from auth.users"""
    found = leaks(attacked(server, "public.shown", f"{users};"))
    assert {kind for kind, action in found if action == "read rows of others"} == EVERYBODY
    closed = "revoke insert, update, delete on public.shown from anon, authenticated;"
    assert all_agree(attacked(server, "public.shown", f"{users} where id = auth.uid(); {closed}"))


def test_a_view_without_its_check_option_takes_rows_of_another_tenant(server: Server) -> None:
    view = f"create view public.shown with (security_barrier) as select * from public.notes where {OWN}"
    adding = "add a row to another tenant through it"
    assert leaks(attacked(server, "public.shown", f"{view};")) == {(kind, adding) for kind in EVERYBODY}
    cells = attacked(server, "public.shown", f"{view} with check option;")
    assert all_agree(cells)
    assert {cell.action for cell in cells if cell.kind == "admin"} >= {
        adding, "change rows of others through it", "delete rows of others through it",
    }  # fmt: skip


def test_a_view_that_is_no_security_barrier_lets_a_condition_look_behind_its_filter(server: Server) -> None:
    view = f"as select id, organization_id, body from public.notes where {OWN};"
    closed = "revoke insert, update, delete on public.shown from anon, authenticated;"
    cells = attacked(server, "public.shown", f"create view public.shown {view} {closed}")
    assert {action for _, action in leaks(cells)} == {conditions.ACTION}
    found = next(cell for cell in cells if cell.is_leak)
    assert found.detail == "22012 division by zero, on a row of others"
    assert found.request
    assert "CASE WHEN organization_id = '20000000-0000-4000-8000-00000000000b' THEN 0" in found.request.sql
    for option in ("security_barrier", "security_invoker"):
        cells = attacked(server, "public.shown", f"create view public.shown with ({option}) {view} {closed}")
        assert all_agree(cells)
        assert "admin" in {cell.kind for cell in cells if cell.action == conditions.ACTION}


def test_writing_through_a_view_with_owner_s_rights_reaches_rows_of_others(server: Server) -> None:
    found = leaks(attacked(server, "public.shown", "create view public.shown as select * from public.notes;"))
    assert ("viewer", "change rows of others through it") in found
    assert ("anonymous", "delete rows of others through it") in found


def test_a_trigger_that_writes_for_a_view_is_judged_by_what_it_does(server: Server) -> None:
    """It takes rows for the caller's own organization, whatever they say, or for the one that they say."""
    view = f"""
        create view public.shown with (security_barrier) as
          select id, organization_id, body from public.notes where {OWN};
        create function public.put() returns trigger language plpgsql security definer set search_path = '' as $$
        begin
          if auth.uid() is null then raise insufficient_privilege; end if;
          insert into public.notes values (new.id, %s, new.body);
          return new;
        end $$;
        create trigger put instead of insert on public.shown for each row execute function public.put();
        revoke update, delete on public.shown from anon, authenticated;"""
    adding = "add a row to another tenant through it"
    assert ("admin", adding) in leaks(attacked(server, "public.shown", view % "new.organization_id"))
    good = "coalesce((private.organizations_of_caller())[1], (select id from public.organizations limit 0))"
    cells = [
        one for one in attacked(server, "public.shown", view % good) if one.kind in {"admin", "viewer", "anonymous"}
    ]
    assert all_agree(cells)


def test_a_rule_that_writes_with_its_owner_s_rights_is_judged_by_what_it_does(server: Server) -> None:
    bad = """
        create table public.tasks (id uuid primary key, organization_id uuid, done boolean);
        alter table public.tasks enable row level security;
        insert into public.tasks select id, organization_id, false from public.notes;
        create rule r as on update to public.notes do also update public.tasks set done = true"""
    tenancy = tenancy_of(NOTES, TASKS)
    through = ("admin", "change rows of others through it")
    assert through in leaks(attacked(server, "public.notes", f"{bad};", tenancy))
    assert all_agree(attacked(server, "public.notes", f"{bad} where tasks.id = new.id;", tenancy))


def test_a_foreign_table_is_open_to_whoever_may_read_it(server: Server) -> None:
    far = """
        reset role; create extension postgres_fdw; create server elsewhere foreign data wrapper postgres_fdw;
        grant usage on foreign server elsewhere to postgres; set role postgres;
        create foreign table public.far (a text) server elsewhere;"""
    found = leaks(attacked(server, "public.far", far))
    assert found == {(kind, "read rows of others") for kind in EVERYBODY}
    assert all_agree(attacked(server, "public.far", f"{far} revoke all on public.far from anon, authenticated;"))


def test_a_declared_view_must_be_readable_by_those_whom_it_is_for_and_by_nobody_else(server: Server) -> None:
    rule = TableRule(table="public.shown", tenant="organization_id", select="admin")
    asks = (
        "create view public.shown with (security_barrier) as select * from public.notes "
        "where organization_id = any (private.organizations_of_caller({}));"
    )
    closed = "revoke insert, update, delete on public.shown from anon, authenticated;"
    cells = attacked(server, "public.shown", asks.format("'admin'") + closed, tenancy_of(NOTES, rule))
    assert all_agree(cells)
    assert [cell.kind for cell in cells if cell.expected is Observed.ALLOWED] == ["admin"]
    assert leaks(attacked(server, "public.shown", asks.format("") + closed, tenancy_of(NOTES, rule))) == {
        ("viewer", "read rows of others")
    }
    nothing = (
        "create view public.shown as select * from public.notes where current_user not in ('anon', 'authenticated');"
    )
    [missing] = [
        cell for cell in attacked(server, "public.shown", nothing + closed, tenancy_of(NOTES, rule))
        if cell.kind == "admin" and cell.action == "read"
    ]  # fmt: skip
    assert (missing.expected, missing.observed) == (Observed.ALLOWED, Observed.BLOCKED)


def test_a_declared_view_may_show_colleagues_and_nobody_else(server: Server) -> None:
    people = f"""
        create table public.people (id uuid primary key, name text);
        alter table public.people enable row level security;
        insert into public.people values ('{ADMIN_A}', 'one'), ('{VIEWER_A}', 'two'), ('{ADMIN_B}', 'three');
        create view public.shown as select m.organization_id, p.name from public.people p
          join public.members m on m.user_id = p.id"""
    profiles = TableRule(table="public.people", user="id", select="self")
    rule = TableRule(table="public.shown", tenant="organization_id", select="viewer")
    good = f"{people} where {OWN};"
    assert all_agree(attacked(server, "public.shown", good, tenancy_of(NOTES, profiles, rule)))
    assert ("admin", "read rows of others") in leaks(
        attacked(server, "public.shown", f"{people};", tenancy_of(NOTES, profiles, rule))
    )
    # Nobody has said that it may.
    assert ("admin", "read rows of others") in leaks(
        attacked(server, "public.shown", good, tenancy_of(NOTES, profiles))
    )


def test_a_shared_view_is_for_everybody_who_has_signed_in(server: Server) -> None:
    shared = Shared(name="public.shown", select="signed_in", why="numbers for all")
    view = "create view public.shown as select count(*) as notes from public.notes;"
    tenancy = tenancy_of(NOTES, shared=(shared,))
    assert leaks(attacked(server, "public.shown", view, tenancy)) == {("anonymous", "read rows of others")}
    assert all_agree(attacked(server, "public.shown", f"{view} revoke all on public.shown from anon;", tenancy))


def test_a_view_in_which_nobody_sees_a_row_is_not_taken_for_a_closed_one(server: Server) -> None:
    empty = "create view public.shown as select * from public.notes where body = 'something else';"
    read = [cell for cell in attacked(server, "public.shown", empty) if cell.action == "read rows of others"]
    assert {cell.observed for cell in read} == {Observed.UNDECIDED}
    assert read[0].detail == "no seeded row shows in it, whoever looks"


def test_a_materialized_view_that_cannot_be_refreshed_is_not_taken_for_a_closed_one(server: Server) -> None:
    broken = "create materialized view public.shown as select 1 / (count(*) - 3) as a from public.notes with no data;"
    read = [cell for cell in attacked(server, "public.shown", broken) if cell.action == "read rows of others"]
    assert {cell.observed for cell in read} == {Observed.UNDECIDED}
    assert "22012" in read[0].detail


def test_a_table_that_counts_rows_of_others_is_found(server: Server) -> None:
    open_to_all = "create policy o on public.notes for select to anon using (true);"
    assert leaks(attacked(server, "public.notes", open_to_all)) == {("anonymous", "count rows of others")}
    assert all_agree(attacked(server, "public.notes", ""))


def test_a_partition_is_counted_by_its_own_name(server: Server) -> None:
    parted = f"""
        create table public.tasks (id int, organization_id uuid) partition by list (organization_id);
        create table public.tasks_a partition of public.tasks for values in ('{A}');
        create table public.tasks_rest partition of public.tasks default;
        insert into public.tasks values (1, '{A}'), (2, '{B}');
        alter table public.tasks enable row level security;
        create policy t on public.tasks to authenticated using ({OWN});"""
    found = leaks(attacked(server, "public.tasks_rest", parted, tenancy_of(NOTES, TASKS)))
    assert found == {(kind, "count rows of others") for kind in EVERYBODY}
    closed = f"{parted} alter table public.tasks_rest enable row level security;"
    assert all_agree(attacked(server, "public.tasks_rest", closed, tenancy_of(NOTES, TASKS)))


def test_rows_of_others_that_come_embedded_are_found(server: Server) -> None:
    child = """
        create table public.tasks (
          id int primary key, organization_id uuid, note_id uuid references public.notes, title text);
        insert into public.tasks select row_number() over (), organization_id, id, body from public.notes;"""
    own = (
        "alter table public.tasks enable row level security; "
        f"create policy t on public.tasks to authenticated using ({OWN});"
    )
    embedding = "read rows of others by embedding"
    cells = attacked(server, "public.notes", child, tenancy_of(NOTES, TASKS))
    assert {action for kind, action in leaks(cells) if kind == "admin"} == set()
    cells = attacked(server, "public.tasks", child, tenancy_of(NOTES, TASKS))
    found = next(cell for cell in cells if cell.is_leak and cell.action == embedding)
    assert found.request
    assert found.request.rest == "GET /rest/v1/tasks?select=*,notes!tasks_note_id_fkey(*)"
    for table in ("public.notes", "public.tasks"):
        cells = attacked(server, table, child + own, tenancy_of(NOTES, TASKS))
        assert all_agree([cell for cell in cells if cell.action == embedding])


@pytest.mark.second_server
def test_an_older_server_is_attacked_the_same_way(second_server: Server) -> None:
    cells = attacked(
        second_server, "public.shown", "create materialized view public.shown as select * from public.notes;"
    )
    assert {cell.kind for cell in cells if cell.is_leak} == EVERYBODY
    view = (
        f"create view public.shown with (security_barrier) as select * from public.notes where {OWN} with check option;"
    )
    assert all_agree(attacked(second_server, "public.shown", view))
