"""Deleting an own row that others may point to: their rows must not go or change with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import ADMIN_A, ADMIN_B, KINDS, A, B, scene_of, tenancy_of

from seatrial.attack.tables.cascades import ACTION, cells
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

ADMIN, VIEWER = KINDS[:2]
SCHEMA = f"""
create table public.tags (id integer primary key, made_by uuid not null, unique (id, made_by));
create table public.notes (
  id integer primary key, organization_id uuid not null, tag integer, made_by uuid, constraint tag {{key}});
revoke all on public.tags, public.notes from anon, authenticated;
grant select, delete on public.tags to authenticated;
alter table public.tags enable row level security;
create policy s on public.tags for select to authenticated using (true);
create policy d on public.tags for delete to authenticated using (made_by = auth.uid() and {{more}});
insert into public.tags values (1, '{ADMIN_A}'), (2, '{ADMIN_B}');
insert into public.notes values (1, '{A}', 1), (2, '{B}', 2);
"""
NOTES = TableRule(table="public.notes", tenant="organization_id", select="viewer")


def attacked(server: Server, key: str, select: str = "signed_in", more: str = "true") -> list[Cell]:
    tags = TableRule(table="public.tags", user="made_by", select=select, delete="self")
    schema = SCHEMA.format(key=f"foreign key {key}", more=more)
    with scene_of(server, "cascades", schema, tenancy_of(tags, NOTES)) as scene:
        return [cell for kind in (ADMIN, VIEWER) for cell in cells(scene, kind, scene.relations["public.tags"])]


@pytest.mark.parametrize("on_delete", ["cascade", "set null", "set default"])
def test_what_crosses_over_is_found_with_its_request(server: Server, on_delete: str) -> None:
    [cell] = attacked(server, f"(tag) references public.tags on delete {on_delete}")
    assert (cell.kind, cell.action, cell.observed) == ("admin", ACTION, Observed.ALLOWED)
    assert cell.detail == "tag: a row of another tenant in public.notes"
    assert cell.request
    assert cell.request.sql == "DELETE FROM public.tags WHERE id = '1'"
    assert cell.request.rest == "DELETE /rest/v1/tags?id=eq.1"


@pytest.mark.parametrize("on_delete", ["restrict", "no action"])
def test_a_key_that_holds_the_row_has_nothing_to_be_tried(server: Server, on_delete: str) -> None:
    assert attacked(server, f"(tag) references public.tags on delete {on_delete}") == []


def test_a_policy_that_refuses_is_a_closed_door(server: Server) -> None:
    [cell] = attacked(server, "(tag) references public.tags on delete cascade", more="false")
    assert cell.observed is Observed.BLOCKED


def test_where_nobody_else_sees_the_row_the_pointing_is_what_is_wrong(server: Server) -> None:
    assert attacked(server, "(tag) references public.tags on delete cascade", select="self") == []
