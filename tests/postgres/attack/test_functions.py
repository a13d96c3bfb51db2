"""Functions that let a user reach rows of others, each beside one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.calling import all_cells, functions_of, twins

from seatrial.attack.functions.choices import FOREIGN, IDENTITY, PLAIN

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

SQL = "language sql security definer set search_path = ''"
MINE = "any (private.organizations_of_caller())"

#: What each is about: arguments and result, the bad body, the good body, and the action that finds the bad one.
PAIRS = {
    "a tenant's key that nobody checks": (
        "(p_organization_id uuid) returns setof public.notes",
        "begin return query select * from public.notes where organization_id = p_organization_id; end",
        f"""begin if not p_organization_id = {MINE} then raise exception 'not yours' using errcode = '42501'; end if;
        return query select * from public.notes where organization_id = p_organization_id; end""",
        FOREIGN,
    ),
    "a row's key that nobody checks": (
        "(note uuid) returns text",
        "begin return (select body from public.notes where id = note); end",
        f"begin return (select body from public.notes where id = note and organization_id = {MINE}); end",
        FOREIGN,
    ),
    "a number as a key": (
        "(p_task_id bigint) returns text",
        "begin return (select title from public.tasks where id = p_task_id); end",
        f"begin return (select title from public.tasks where id = p_task_id and organization_id = {MINE}); end",
        FOREIGN,
    ),
    "a list of keys": (
        "(ids uuid[]) returns setof text",
        "begin return query select title from public.notes where id = any (ids); end",
        f"begin return query select title from public.notes where id = any (ids) and organization_id = {MINE}; end",
        FOREIGN,
    ),
    "variadic keys": (
        "(variadic note_ids uuid[]) returns setof text",
        "begin return query select title from public.notes where id = any (note_ids); end",
        f"""begin return query select title from public.notes
                           where id = any (note_ids) and organization_id = {MINE}; end""",
        FOREIGN,
    ),
    "a key in a document": (
        "(payload jsonb) returns text",
        "begin return (select title from public.notes where id = (payload ->> 'note_id')::uuid); end",
        f"""begin return (select title from public.notes
                          where id = (payload ->> 'note_id')::uuid and organization_id = {MINE}); end""",
        FOREIGN,
    ),
    "a whole row": (
        "(note public.notes) returns text",
        "begin return (select t.title from public.tasks t where t.note_id = note.id limit 1); end",
        f"""begin return (select t.title from public.tasks t
                          where t.note_id = note.id and t.organization_id = {MINE}); end""",
        FOREIGN,
    ),
    "a word to search for, in a tenant": (
        "(organization uuid, query text) returns setof text",
        "begin return query select body from public.notes where organization_id = organization and title = query; end",
        f"""begin return query select body from public.notes
                           where organization_id = organization and title = query and organization_id = {MINE}; end""",
        FOREIGN,
    ),
    "a key that reads well": (
        "(slug text) returns text",
        "begin return (select n.body from public.notes n where n.slug = $1); end",
        f"begin return (select n.body from public.notes n where n.slug = $1 and n.organization_id = {MINE}); end",
        FOREIGN,
    ),
    "an update of a row in a certain state": (
        "(note uuid) returns void",
        "begin update public.notes set body = 'x' where id = note and state = 'open'; end",
        f"""begin update public.notes set body = 'x' where id = note and state = 'open' and organization_id = {MINE};
        if not found then raise exception 'there is no open note'; end if; end""",
        FOREIGN,
    ),
    "a deletion": (
        "(organization_id uuid) returns bigint",
        "begin delete from public.tasks t where t.organization_id = $1; return 1; end",
        f"begin delete from public.tasks t where t.organization_id = $1 and t.organization_id = {MINE}; return 1; end",
        FOREIGN,
    ),
    "a new row for another tenant": (
        "(p_organization_id uuid, title text) returns void",
        "begin insert into public.notes (organization_id, title) values ($1, $2); end",
        f"begin insert into public.notes (organization_id, title) select $1, $2 where $1 = {MINE}; end",
        FOREIGN,
    ),
    "an own row below another tenant's": (
        "(p_organization_id uuid, p_note_id uuid) returns void",
        f"""begin if not $1 = {MINE} then raise exception 'no'; end if;
        insert into public.tasks (organization_id, note_id, title) values ($1, $2, 'x'); end""",
        f"""begin if not $1 = {MINE} or not exists (select from public.notes where id = $2 and organization_id = $1)
        then raise exception 'no'; end if;
        insert into public.tasks (organization_id, note_id, title) values ($1, $2, 'x'); end""",
        FOREIGN,
    ),
    "words that tell whether a row is there": (
        "(p_note_id uuid) returns text",
        f"""begin if not exists (select from public.notes where id = $1) then raise exception 'no such note'; end if;
        return (select title from public.notes where id = $1 and organization_id = {MINE}); end""",
        f"""declare found text := (select title from public.notes where id = $1 and organization_id = {MINE});
        begin if found is null then raise exception 'no such note'; end if; return found; end""",
        FOREIGN,
    ),
    "rows of everybody": (
        "() returns bigint",
        "begin return (select count(*) from public.notes); end",
        f"begin return (select count(*) from public.notes where organization_id = {MINE}); end",
        PLAIN,
    ),
    "somebody else's name": (
        "(p_user_id uuid) returns text",
        "begin return (select name from public.profiles where id = $1); end",
        "begin return (select name from public.profiles where id = $1 and id = auth.uid()); end",
        IDENTITY,
    ),
    "a change in somebody else's name": (
        "(p_user_id uuid) returns text",
        "begin update public.profiles set name = 'x' where id = $1; return 'done'; end",
        "begin update public.profiles set name = 'x' where id = $1 and id = auth.uid(); return 'done'; end",
        IDENTITY,
    ),
    "a role that users give themselves": (
        "() returns void",
        "begin update public.members set role = 'admin' where user_id = auth.uid(); end",
        "begin update public.members set role = role where user_id = auth.uid(); end",
        PLAIN,
    ),
    "TRUNCATE": (
        "() returns void",
        "begin truncate public.tasks; end",
        f"begin delete from public.tasks where organization_id = {MINE}; end",
        PLAIN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("about", PAIRS)
def test_the_bad_one_is_found_with_its_request_and_the_good_one_is_not(server: Server, about: str) -> None:
    head, bad, good, action = PAIRS[about]
    with functions_of(server, f"functions_{[*PAIRS].index(about)}", twins(head, bad, good)) as (scene, functions):
        found = [cell for cell in all_cells(scene, functions, "public.bad") if cell.is_leak]
        assert "viewer" in {cell.kind for cell in found}
        assert action in {cell.action for cell in found if cell.kind == "viewer"}
        for cell in found:
            assert cell.request
            assert "public.bad(" in cell.request.sql
            assert (
                cell.request.rest.startswith("POST /rest/v1/rpc/bad {") or "jsonb_populate_record" in cell.request.sql
            )
        harmless = all_cells(scene, functions, "public.good")
        assert harmless
        assert [cell for cell in harmless if not cell.agrees] == []


def test_a_request_that_was_reported_does_it_again(server: Server) -> None:
    schema = (
        f"create function public.bad(note uuid) returns text {SQL} as 'select body from public.notes where id = note';"
    )
    with functions_of(server, "functions_again", schema) as (scene, functions):
        cell = next(cell for cell in all_cells(scene, functions, "public.bad") if cell.is_leak)
        assert cell.request
        kind = next(one for one in scene.world.kinds if one.name == cell.kind)
        assert scene.session.attempt(kind, cell.request.sql).rows in {(("ice",),), (("snow",),)}


def test_a_procedure_is_called_like_one(server: Server) -> None:
    schema = (
        f"create procedure public.bad(note uuid) {SQL} as $$ update public.notes set body = 'x' where id = note $$;"
    )
    with functions_of(server, "functions_procedure", schema) as (scene, functions):
        leaks = [cell for cell in all_cells(scene, functions, "public.bad") if cell.is_leak]
        assert leaks
        assert all(cell.request and cell.request.sql.startswith("CALL public.bad(") for cell in leaks)
        assert all(cell.request and not cell.request.rest for cell in leaks)


def test_a_function_with_the_rights_of_its_caller_is_called_by_one_of_each_sort(server: Server) -> None:
    schema = """create function public.f(note uuid) returns text language sql as
      'select body from public.notes where id = note';"""
    with functions_of(server, "functions_invoker", schema) as (scene, functions):
        cells = all_cells(scene, functions, "public.f")
        assert {cell.kind for cell in cells} == {"admin", "user of no organization", "anonymous"}
        assert [cell for cell in cells if not cell.agrees] == []


def test_a_member_adds_themselves_to_another_tenant(server: Server) -> None:
    schema = f"""create function public.f(org uuid) returns void {SQL} as
      $$ insert into public.members values (org, auth.uid(), 'viewer') on conflict do nothing $$;"""
    with functions_of(server, "functions_join", schema) as (scene, functions):
        leaks = {(cell.kind, cell.action) for cell in all_cells(scene, functions, "public.f") if cell.is_leak}
        assert {("viewer", FOREIGN), ("user of no organization", FOREIGN)} <= leaks


def test_an_answer_that_is_new_each_time_is_no_leak(server: Server) -> None:
    schema = f"""create function public.f() returns table (id uuid, at timestamptz, notes bigint) {SQL} as $$
      select gen_random_uuid(), clock_timestamp(), count(*) from public.notes where organization_id = {MINE} $$;"""
    with functions_of(server, "functions_new", schema) as (scene, functions):
        assert [cell for cell in all_cells(scene, functions, "public.f") if not cell.agrees] == []


def test_a_leak_in_an_answer_that_is_new_each_time_is_found(server: Server) -> None:
    schema = f"""create function public.f() returns table (id uuid, title text) {SQL} as $$
      select gen_random_uuid(), title from public.notes $$;"""
    with functions_of(server, "functions_new_leak", schema) as (scene, functions):
        assert [cell for cell in all_cells(scene, functions, "public.f") if cell.is_leak]
