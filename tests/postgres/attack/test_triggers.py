"""Triggers with the rights of their owner: one that brings rows of others along, and its good twin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.calling import RULES, TABLES
from tests.postgres.attack.stage import A, scene_of, tenancy_of

from seatrial.attack.functions.triggers import ADDED, CHANGED, cells_of_triggers
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

DRAFTS = f"""
create table public.drafts (
  id uuid primary key default gen_random_uuid(), organization_id uuid not null references public.organizations,
  copy_of uuid, title text, body text);
create table public.drafts_seen (draft uuid, what text);
alter table public.drafts enable row level security;
create policy d on public.drafts for all to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
grant select, insert, update on public.drafts to authenticated;
insert into public.drafts (organization_id, title) values ('{A}', 'mine');
"""
TRIGGER = """create function private.fill() returns trigger language plpgsql {rights} set search_path = '' as
  $$ begin {body} return new; end $$;
  create trigger fill before insert or update on public.drafts for each row execute function private.fill();"""
MINE = "and n.organization_id = new.organization_id"
COPY = """if new.copy_of is not null then
  new.body := (select n.body from public.notes n where n.id = new.copy_of {mine}); end if;"""
NOTE = """insert into public.drafts_seen (draft, what)
  select new.id, n.body from public.notes n where n.id = new.copy_of {mine};"""
LATEST = "new.body := (select string_agg(n.body, ',' order by n.body) from public.notes n where true {mine});"
REFUSE = "if not exists (select from public.notes n where n.id = new.copy_of {mine}) then raise exception 'no'; end if;"

RULE = TableRule(
    table="public.drafts", tenant="organization_id", select="viewer", insert="viewer", update="viewer"
)  # fmt: skip
SPARES = {"public.drafts": {"A": json.dumps({"organization_id": A, "copy_of": None, "title": "new"})}}


def _cells(server: Server, name: str, body: str, rights: str = "security definer") -> dict[tuple[str, str], Cell]:
    schema = TABLES + DRAFTS + TRIGGER.format(rights=rights, body=body)
    with scene_of(server, name, schema, tenancy_of(*RULES, RULE), SPARES) as scene:
        relation = scene.relations["public.drafts"]
        found = [cell for kind in scene.world.kinds for cell in cells_of_triggers(scene, kind, relation)]
        return {(cell.kind, cell.action): cell for cell in found}


@pytest.mark.parametrize("body", [COPY, NOTE, LATEST], ids=["into the row", "into another table", "of all rows"])
def test_what_a_trigger_copies_is_found_in_the_bad_one_alone(server: Server, body: str) -> None:
    name = f"triggers_{[COPY, NOTE, LATEST].index(body)}"
    bad = _cells(server, name, body.format(mine=""))
    assert {key for key, cell in bad.items() if cell.is_leak} == {
        (kind, action) for kind in ("admin", "viewer") for action in (ADDED, CHANGED)
    }
    request = bad["viewer", ADDED].request
    assert request
    assert request.sql.startswith("INSERT INTO public.drafts ")
    assert request.rest.startswith("POST /rest/v1/drafts ")
    good = _cells(server, name, body.format(mine=MINE))
    assert len(good) == len(bad)
    assert {cell.observed for cell in good.values()} == {Observed.BLOCKED}


def test_a_trigger_whose_refusal_tells_nothing_is_no_leak(server: Server) -> None:
    body = "if new.copy_of is not null then " + REFUSE.format(mine=MINE) + " end if;"
    assert {cell.observed for cell in _cells(server, "triggers_refuse", body).values()} == {Observed.BLOCKED}


def test_a_trigger_whose_refusal_tells_of_a_row_is_a_leak(server: Server) -> None:
    body = "if new.copy_of is not null then " + REFUSE.format(mine="") + " end if;"
    assert _cells(server, "triggers_tell", body)["viewer", ADDED].is_leak


def test_a_trigger_with_the_rights_of_the_caller_is_left_to_the_policies(server: Server) -> None:
    assert _cells(server, "triggers_invoker", COPY.format(mine=""), rights="") == {}
