"""Functions that a certain value opens, that keep what they read of others, or that take a key by another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.calling import all_cells, functions_of, twins

from seatrial.attack.functions.choices import FOREIGN, PLAIN

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

MINE = "any (private.organizations_of_caller())"
NOTES = "begin return query select n.body from public.notes n where"
BY_ID = "begin return (select t.title from public.tasks t where t.id ="
REFUSE = "raise exception 'no' using errcode = '42501'; end if;"
CHECKED = f"begin if not dst_org = {MINE} then {REFUSE}"
COPIED = "insert into public.notes (organization_id, title, body) select dst_org, n.title, n.body from public.notes n"
MOVED = f"""begin if not exists (select from public.notes n where n.id = p_note and n.organization_id = {MINE})
  then {REFUSE} delete from public.tasks t where t.note_id = p_note;"""
ADDED = "insert into public.notes (organization_id, title, body)"
FIRST = "(private.organizations_of_caller())[1]"

#: What each is about: arguments and result, the bad body, the good body, and the action that finds the bad one.
PAIRS = {
    "a label of an enum": (
        "(scope public.scope) returns setof text",
        f"{NOTES} scope = 'everything' or n.organization_id = {MINE}; end",
        f"{NOTES} scope in ('mine', 'everything') and n.organization_id = {MINE}; end",
        PLAIN,
    ),
    "a word that the body compares with": (
        "(scope text default 'mine') returns setof text",
        f"{NOTES} lower(scope) = 'everything' or n.organization_id = {MINE}; end",
        f"{NOTES} scope in ('mine', 'everything') and n.organization_id = {MINE}; end",
        PLAIN,
    ),
    "a number beyond a limit": (
        "(n int) returns setof text",
        f"begin return query select o.body from public.notes o where n > 100 or o.organization_id = {MINE}; end",
        f"""begin if n > 100 then raise exception 'too many'; end if;
        return query select o.body from public.notes o where o.organization_id = {MINE} limit n; end""",
        PLAIN,
    ),
    "a certain number": (
        "(n int) returns setof text",
        f"begin return query select o.body from public.notes o where n = 7 or o.organization_id = {MINE}; end",
        f"begin return query select o.body from public.notes o where n <> 7 and o.organization_id = {MINE}; end",
        PLAIN,
    ),
    "a switch with a default": (
        "(p_id uuid default null, p_all boolean default false) returns setof text",
        f"{NOTES} p_all or (n.id = p_id and n.organization_id = {MINE}); end",
        f"{NOTES} (p_all or n.id = p_id) and n.organization_id = {MINE}; end",
        PLAIN,
    ),
    "a copy in an own tenant that is named": (
        "(src uuid, dst_org uuid) returns void",
        f"{CHECKED} {COPIED} where n.id = src; end",
        f"{CHECKED} {COPIED} where n.id = src and n.organization_id = dst_org; end",
        FOREIGN,
    ),
    "a copy in the own tenant": (
        "(note_id uuid) returns void",
        f"""begin {ADDED} select {FIRST}, n.title, n.body from public.notes n
        where n.id = $1 and {FIRST} is not null; end""",
        f"""begin {ADDED} select {FIRST}, n.title, n.body from public.notes n
        where n.id = $1 and n.organization_id = {MINE}; end""",
        FOREIGN,
    ),
    "a move to whom it may concern": (
        "(p_note uuid, p_to uuid) returns void",
        f"{MOVED} update public.notes set organization_id = p_to where id = p_note; end",
        f"{MOVED} update public.notes set organization_id = p_to where id = p_note and p_to = {MINE}; end",
        FOREIGN,
    ),
    "a number that is not called a key": (
        "(n bigint) returns text", f"{BY_ID} n); end", f"{BY_ID} n and t.organization_id = {MINE}); end", FOREIGN,
    ),
    "a number in a text": (
        "(n text) returns text",
        f"{BY_ID} n::bigint); end", f"{BY_ID} n::bigint and t.organization_id = {MINE}); end", FOREIGN,
    ),
    "a name that is not unique": (
        "(p_note_title text) returns text",
        "begin return (select max(n.body) from public.notes n where n.title = p_note_title); end",
        f"""begin return (select max(n.body) from public.notes n
        where n.title = p_note_title and n.organization_id = {MINE}); end""",
        FOREIGN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("about", PAIRS)
def test_the_bad_one_is_found_and_nobody_blames_the_good_one(server: Server, about: str) -> None:
    head, bad, good, action = PAIRS[about]
    schema = f"create type public.scope as enum ('mine', 'everything'); {twins(head, bad, good)}"
    with functions_of(server, f"guesses_{[*PAIRS].index(about)}", schema) as (scene, functions):
        found = [cell for cell in all_cells(scene, functions, "public.bad") if cell.is_leak and cell.action == action]
        assert "admin" in {cell.kind for cell in found}
        again = next(cell for cell in found if cell.kind == "admin")
        assert again.request
        kind = next(one for one in scene.world.kinds if one.name == "admin")
        assert scene.session.attempt(kind, again.request.sql).worked
        assert [cell for cell in all_cells(scene, functions, "public.good") if not cell.agrees] == []


def test_a_token_that_is_a_key_is_guessed(server: Server) -> None:
    wanted = "begin return (select n.body from public.notes n where n.id = p_token"
    schema = twins("(p_token uuid) returns text", f"{wanted}); end", f"{wanted} and n.organization_id = {MINE}); end")
    with functions_of(server, "guesses_token", schema) as (scene, functions):
        leaks = [cell for cell in all_cells(scene, functions, "public.bad") if cell.is_leak]
        assert ("admin", FOREIGN) in {(cell.kind, cell.action) for cell in leaks}
        assert [cell for cell in all_cells(scene, functions, "public.good") if cell.is_leak] == []


def test_a_secret_of_somebody_else_is_not_guessed(server: Server) -> None:
    schema = """alter table public.tasks add token text; update public.tasks set token = 'open ' || id;
      create function public.f(p_token text) returns text language sql security definer set search_path = '' as
      $$ select t.title from public.tasks t where t.token = p_token $$;"""
    with functions_of(server, "guesses_secret", schema) as (scene, functions):
        cells = all_cells(scene, functions, "public.f")
        assert {cell.action for cell in cells} >= {PLAIN, FOREIGN}
        assert [cell for cell in cells if cell.is_leak and cell.kind == "admin"] == []


def test_a_value_with_which_a_function_does_not_end_spoils_nothing(server: Server) -> None:
    schema = f"""create function public.f(n int) returns bigint language plpgsql security definer set search_path = ''
      as $$ begin if n > 1000 then perform pg_sleep(60); end if;
      return (select count(*) from public.notes where organization_id = {MINE}); end $$;"""
    with functions_of(server, "guesses_endless", schema) as (scene, functions):
        cells = all_cells(scene, functions, "public.f")
        assert cells
        assert all(cell.agrees for cell in cells)
