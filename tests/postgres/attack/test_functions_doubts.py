"""Functions of which nobody can say whether they are safe, and what a person declares about functions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.postgres.attack.calling import all_cells, functions_of, kind_of, twins

from seatrial.attack.functions import calls
from seatrial.attack.functions.calls import SHARED
from seatrial.attack.functions.choices import FOREIGN, IDENTITY, PLAIN
from seatrial.attack.functions.control import control_of
from seatrial.attack.functions.read import read_functions
from seatrial.attack.scene import Scene
from seatrial.flows.folder import read_folder
from seatrial.flows.rehearsal import rehearsal
from seatrial.model.isolation import Kind, Observed
from seatrial.model.narrator import Silent
from seatrial.model.tenancy import Shared

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.scratch.server import Server

SQL = "language sql security definer set search_path = ''"
FORMER = "10000000-0000-4000-8000-000000000009"


def _called(scene: Scene, sql: str) -> int:
    """How often a sequence was asked, which no rollback undoes."""
    [[value]] = scene.session.look(sql)
    return int(value or 0)


def test_one_that_does_not_end_is_called_once_and_undecided(server: Server) -> None:
    schema = """create sequence public.asked; create function public.f(note uuid) returns text
      language plpgsql security definer set search_path = '' as
      $$ begin perform nextval('public.asked'); loop perform pg_sleep(0.1); end loop; end $$;"""
    with functions_of(server, "doubts_endless", schema) as (scene, functions):
        cells = all_cells(scene, functions, "public.f")
        assert {cell.kind for cell in cells} == {kind.name for kind in scene.world.kinds}
        assert {cell.observed for cell in cells} == {Observed.UNDECIDED}
        assert {cell.detail for cell in cells} == {"does not end within 3 s"}
        scene.session.renew()
        assert _called(scene, "select last_value from public.asked") == 1


def test_one_that_never_works_is_undecided_and_says_what_helps(server: Server) -> None:
    schema = """create function public.f(code text, p_note_id uuid) returns text
      language plpgsql security definer set search_path = '' as
      $$ begin if code <> 'open sesame ' || 1 then raise exception 'wrong'; end if;
         return (select title from public.notes where id = p_note_id); end $$;"""
    with functions_of(server, "doubts_never", schema) as (scene, functions):
        cells = all_cells(scene, functions, "public.f")
        assert {cell.observed for cell in cells} == {Observed.UNDECIDED}
        assert "P0001 wrong" in cells[0].detail
        assert '[tenancy.functions."public.f(text, uuid)"] arguments = { code = …, p_note_id = … }' in cells[0].detail
    given = {"public.f(text, uuid)": {"code": "'open sesame ' || 1"}}
    with functions_of(server, "doubts_told", schema, arguments=given) as (scene, functions):
        leaks = [cell for cell in all_cells(scene, functions, "public.f") if cell.is_leak]
        assert {cell.action for cell in leaks} == {FOREIGN}
        assert all(cell.request and "code => 'open sesame ' || 1" in cell.request.sql for cell in leaks)


def test_one_that_gives_nothing_for_own_ids_either_is_undecided(server: Server) -> None:
    schema = f"""create function public.f(p_note_id uuid) returns setof text {SQL} as
      $$ select title from public.notes where id = p_note_id and title = 'never' $$;"""
    with functions_of(server, "doubts_nothing", schema) as (scene, functions):
        cells = all_cells(scene, functions, "public.f")
        assert {cell.observed for cell in cells} == {Observed.UNDECIDED}
        assert "nothing for own ids" in cells[0].detail


def test_an_error_that_is_not_the_functions_own_is_undecided(server: Server) -> None:
    schema = """create function public.f(org uuid) returns void
      language plpgsql security definer set search_path = '' as $$ begin
        if not org = any (private.organizations_of_caller()) and auth.uid() is not null then raise 'no'; end if;
         insert into public.members values (org, auth.uid(), 'viewer') on conflict do nothing; end $$;"""
    with functions_of(server, "doubts_error", schema) as (scene, functions):
        cell = next(one for one in all_cells(scene, functions, "public.f") if one.kind == "anonymous")
        assert cell.observed is Observed.UNDECIDED
        assert "23502" in cell.detail


def test_what_answers_nobody_twice_alike_is_undecided(server: Server) -> None:
    schema = f"""create function public.f() returns text {SQL} as $$
      select string_agg(chr(65 + (random() * 25)::int), '') from public.notes, generate_series(1, 20) $$;"""
    with functions_of(server, "doubts_random", schema) as (scene, functions):
        cells = all_cells(scene, functions, "public.f")
        assert {cell.observed for cell in cells if cell.kind == "admin"} == {Observed.UNDECIDED}


def test_what_is_shared_may_be_read_by_all_and_changed_by_nobody(server: Server) -> None:
    schema = twins(
        "() returns bigint", "begin delete from public.tasks; return 1; end",
        "begin return (select count(*) from public.notes); end",
    )  # fmt: skip
    shared = tuple(Shared(name=f"public.{name}()", select="signed_in", why="") for name in ("bad", "good"))
    with functions_of(server, "doubts_shared", schema, shared=shared) as (scene, functions):
        good = {(cell.kind, cell.action): cell for cell in all_cells(scene, functions, "public.good")}
        assert good["viewer", SHARED].expected is Observed.ALLOWED
        assert {cell.agrees for (kind, _), cell in good.items() if kind != "anonymous"} == {True}
        assert good["anonymous", PLAIN].is_leak
        leaks = [cell for cell in all_cells(scene, functions, "public.bad") if cell.is_leak]
        assert {"viewer", "admin"} <= {cell.kind for cell in leaks}


def test_a_super_administrator_reaches_nothing_that_is_not_theirs(server: Server) -> None:
    schema = twins("() returns bigint", "begin return (select count(*) from public.notes); end", "begin return 1; end")
    with functions_of(server, "doubts_super", schema) as (scene, functions):
        above = replace(kind_of(scene, "user of no organization"), name="super", super_administrator=True)
        assert list(calls.cells(scene, above, functions["public.bad()"])) == []


def test_a_former_member_is_as_foreign_as_any(server: Server) -> None:
    """Whose membership is there, but does not count."""
    head = "(org uuid) returns setof text"
    listed = "begin return query select title from public.notes where organization_id = org and exists (select from"
    members = "public.members where user_id = auth.uid() and organization_id = org"
    schema = twins(head, f"{listed} {members}); end", f"{listed} {members} and role <> 'former'); end")
    schema += (
        "insert into public.members select id, '10000000-0000-4000-8000-000000000009', 'former' from organizations"
    )
    with functions_of(server, "doubts_former", schema) as (scene, functions):
        former = Kind(
            name="former member", role="authenticated", user=FORMER, claims={"sub": FORMER, "role": "authenticated"}
        )  # fmt: skip
        assert [cell.action for cell in calls.cells(scene, former, functions["public.bad(uuid)"]) if cell.is_leak] == [
            FOREIGN
        ]
        assert all(cell.agrees for cell in calls.cells(scene, former, functions["public.good(uuid)"]))


def test_who_may_not_execute_it_has_no_cell(server: Server) -> None:
    schema = twins("() returns int", "begin return 1; end", "begin return 1; end")
    schema += "revoke all on function public.bad(), public.good() from public, anon, authenticated;"
    schema += "grant execute on function public.good() to authenticated;"
    with functions_of(server, "doubts_closed", schema) as (scene, functions):
        assert "public.bad()" not in functions
        assert functions["public.good()"].roles == {"authenticated"}
        assert {cell.kind for cell in all_cells(scene, functions, "public.good")} == {
            "admin", "viewer", "user of no organization"
        }  # fmt: skip


def test_the_functions_of_the_platform_of_extensions_and_of_triggers_are_left_alone(server: Server) -> None:
    schema = """create extension if not exists pg_trgm with schema public;
      create function public.t() returns trigger language plpgsql security definer as 'begin return new; end';"""
    with functions_of(server, "doubts_left_alone", schema) as (_, functions):
        assert set(functions) == {"private.organizations_of_caller(text)"}


def test_another_identity_with_keys_of_their_own_rows(server: Server) -> None:
    head = "(p_user_id uuid, p_note_id uuid) returns text"
    wanted = "select n.body from public.notes n where n.id = p_note_id and n.organization_id in"
    schema = twins(
        head, f"begin return ({wanted} (select organization_id from public.members where user_id = p_user_id)); end",
        f"begin return ({wanted} (select organization_id from public.members where user_id = auth.uid())); end",
    )  # fmt: skip
    with functions_of(server, "doubts_identity", schema) as (scene, functions):
        assert IDENTITY in {cell.action for cell in all_cells(scene, functions, "public.bad") if cell.is_leak}
        assert all(cell.agrees for cell in all_cells(scene, functions, "public.good"))


def test_arguments_of_every_sort_are_given_something_that_works(server: Server) -> None:
    schema = """create type public.mood as enum ('fine', 'bad');
      create domain public.short as text check (length(value) < 50);
      create function public."Quoted"("user" text, "limit" int default 3) returns text language sql security definer
        as $$ select $1 || $2 $$;
      create function public.sorts(a public.mood, b public.short, c numeric(5, 2), d date, e interval, f boolean,
        g bytea, h inet, i jsonb, j text[], k timestamptz, l double precision, m int4range, n anyelement,
        variadic o int[])
        returns text language sql security definer as $$ select concat(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o) $$;
      create function public.twice(a int, b int default 2) returns int language sql security definer as 'select a + b';
      create function public.twice(a int) returns int language sql security definer as 'select a';
      create function public.unnamed(int, text default 'x') returns text language sql security definer as
        $$ select $1 || $2 $$;
      create function public.columns(a int) returns record language sql security definer as 'select a, a + 1';
      create procedure public.put(a int, out b int) language plpgsql security definer as 'begin b := a; end';"""
    with functions_of(server, "doubts_sorts", schema) as (scene, functions):
        for name in ("Quoted", "sorts", "unnamed", "columns", "put"):
            [one] = [one for one in functions.values() if one.bare == name]
            assert control_of(scene, one).worked, (name, control_of(scene, one).errors)
        assert control_of(scene, functions["public.twice(integer, integer)"]).worked


def test_the_shipped_release_keeps_every_tenant_apart(repository: Path) -> None:
    from seatrial.attack.functions import injection, shadowing
    from seatrial.attack.functions.triggers import cells_of_triggers
    from seatrial.attack.session import Session
    from seatrial.attack.surface import read_relations
    from seatrial.scratch.server import DATABASE
    from seatrial.tenants.seeding.seed import seed

    folder = read_folder(repository)
    tenancy = folder.release.tenancy
    assert tenancy
    with (
        rehearsal(folder, narrator=Silent()) as rehearsed,
        rehearsed.stage.server.superuser(DATABASE) as connection,
    ):
        world = seed(connection, tenancy)
        session = Session(connection, "authenticator")
        scene = Scene(tenancy=tenancy, world=world, relations=read_relations(connection, tenancy), session=session)
        functions = read_functions(connection, tenancy).values()
        probes = (calls.cells, injection.cells, shadowing.cells)
        cells = [
            cell for one in functions for kind in world.kinds for probe in probes for cell in probe(scene, kind, one)
        ]
        cells += [
            cell for one in scene.relations.values() for kind in world.kinds
            for cell in cells_of_triggers(scene, kind, one)
        ]  # fmt: skip
        session.close()
    assert {"public.search_contacts(uuid, text, integer)", "public.integrations"} <= {cell.subject for cell in cells}
    assert [cell for cell in cells if not cell.agrees] == []
