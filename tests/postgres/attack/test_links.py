"""Own rows tied to rows of another tenant: where a foreign key or an upsert lets them, it is found with its request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import A, B, scene_of, tenancy_of

from seatrial.attack.tables import links
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

TASKS = TableRule(
    table="public.tasks", tenant="organization_id", select="viewer", insert="viewer", update="admin", delete="admin"
)  # fmt: skip
NOTES = TableRule(table="public.notes", tenant="organization_id", select="viewer")
OWN = "organization_id = any ((select private.organizations_of_caller())::uuid[])"
NOTE = {label: f"{label.lower()}0000000-0000-4000-8000-000000000001" for label in "AB"}
SCHEMA = f"""
create table public.notes (
  id uuid primary key, organization_id uuid not null references public.organizations, unique (organization_id, id));
insert into public.notes values ('{NOTE["A"]}', '{A}'), ('{NOTE["B"]}', '{B}');
alter table public.notes enable row level security;
create policy n on public.notes for select to authenticated using ({OWN});
create table public.tasks (id int primary key, organization_id uuid not null, note_id uuid, title text, {{columns}});
insert into public.tasks values (1, '{A}', '{NOTE["A"]}', 'x'), (2, '{B}', '{NOTE["B"]}', 'y');
alter table public.tasks enable row level security;
create policy t on public.tasks to authenticated using ({OWN});
revoke truncate on public.tasks from authenticated;
"""
SPARE = {"id": 9, "organization_id": A, "note_id": NOTE["A"], "title": "new"}
SIMPLE = "foreign key (note_id) references public.notes"
COMPOSITE = "foreign key (organization_id, note_id) references public.notes (organization_id, id)"


def attacked(server: Server, columns: str, more: str = "") -> list[Cell]:
    """Every cell of a table of tasks, with a foreign key to notes."""
    schema = SCHEMA.replace("{columns}", columns) + more
    spares = {"public.tasks": {"A": json.dumps(SPARE)}}
    with scene_of(server, "links", schema, tenancy_of(NOTES, TASKS), spares) as scene:
        relation = scene.relations["public.tasks"]
        return [cell for kind in scene.world.kinds for cell in links.cells(scene, kind, relation)]


def leaks(cells: list[Cell]) -> set[tuple[str, str]]:
    return {(cell.kind, cell.action) for cell in cells if cell.is_leak}


def all_agree(cells: list[Cell]) -> bool:
    assert cells
    assert [cell for cell in cells if not cell.agrees] == []
    return True


ATTACHED = {("admin", links.BY_ADDING), ("viewer", links.BY_ADDING), ("admin", links.BY_CHANGING)}


def test_a_child_of_another_tenant_s_row_is_found(server: Server) -> None:
    cells = attacked(server, SIMPLE)
    assert leaks(cells) == ATTACHED
    by_changing = next(cell for cell in cells if cell.action == links.BY_CHANGING)
    assert by_changing.request
    assert by_changing.request.sql == (
        "UPDATE public.tasks SET (note_id) = (SELECT note_id FROM jsonb_populate_record(NULL::public.tasks, "
        f"'{{\"note_id\": \"{NOTE['B']}\"}}')) WHERE id = '1'"
    )
    assert by_changing.request.rest == f'PATCH /rest/v1/tasks?id=eq.1 {{"note_id": "{NOTE["B"]}"}}'
    assert by_changing.detail == "tasks_note_id_fkey: attached"


@pytest.mark.parametrize(
    ("action", "then"),
    [
        pytest.param("cascade", ", and when they delete theirs, this one goes with it", id="cascade"),
        pytest.param("set null", ", and when they delete theirs, this one is changed by it", id="set null"),
        pytest.param("restrict", "", id="restrict"),
    ],
)
def test_what_a_deletion_of_the_others_does_to_the_own_row_is_said(server: Server, action: str, then: str) -> None:
    cells = attacked(server, f"{SIMPLE} on delete {action}")
    assert leaks(cells) == ATTACHED
    assert {cell.detail for cell in cells if cell.is_leak} == {f"tasks_note_id_fkey: attached{then}"}


PUTS_RIGHT = """
create function public.put_right() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.notes n where n.id = new.note_id and n.organization_id = new.organization_id) then
    %s
  end if;
  return new;
end $$;
create trigger put_right before insert or update on public.tasks for each row execute function public.put_right();
"""


@pytest.mark.parametrize(
    ("columns", "more"),
    [
        pytest.param(COMPOSITE, "", id="key of tenant and row"),
        pytest.param(
            SIMPLE,
            f"drop policy t on public.tasks; create policy t on public.tasks to authenticated using ({OWN}) "
            f"with check ({OWN} and exists (select from public.notes n where n.id = note_id));",
            id="a policy that looks at the parent",
        ),
        pytest.param(SIMPLE, PUTS_RIGHT % "raise exception 'not your note';", id="a trigger that refuses"),
        pytest.param(SIMPLE, PUTS_RIGHT % "new.note_id := null;", id="a trigger that puts it right"),
    ],
)
def test_a_child_that_stays_with_its_tenant_gives_no_finding(server: Server, columns: str, more: str) -> None:
    cells = attacked(server, columns, more)
    assert all_agree(cells)
    assert {(cell.kind, cell.action) for cell in cells} >= ATTACHED


def test_a_place_that_is_taken_does_not_hide_that_it_could_be_had(server: Server) -> None:
    """One task for each note: the other tenant's own task stands in the way, today."""
    room = f"delete from public.tasks where id = 1; update public.tasks set note_id = '{NOTE['B']}';"
    assert ("viewer", links.BY_ADDING) in leaks(attacked(server, f"{SIMPLE}, unique (note_id)", room))


@pytest.mark.parametrize(
    ("bad", "kinds"),
    [
        pytest.param("alter table public.tasks disable row level security;", ["admin", "viewer"], id="no row security"),
        pytest.param(
            "create policy w on public.tasks for update to authenticated using (true) with check (true);"
            "create policy s on public.tasks for select to authenticated using (true);",
            ["admin", "viewer"], id="a policy for updates that is true",
        ),
    ],
)  # fmt: skip
def test_a_row_put_over_another_tenant_s_is_found(server: Server, bad: str, kinds: list[str]) -> None:
    cells = attacked(server, COMPOSITE, bad)
    over = [cell for cell in cells if cell.is_leak and cell.action == links.OVER]
    assert {cell.kind for cell in over} >= set(kinds)
    assert over[0].detail == "1 row of others"
    assert over[0].request
    assert "ON CONFLICT (id) DO UPDATE SET organization_id = excluded.organization_id" in over[0].request.sql
    assert over[0].request.rest.startswith("POST /rest/v1/tasks with Prefer: resolution=merge-duplicates {")


def test_a_row_put_over_another_tenant_s_is_refused_where_policies_hold(server: Server) -> None:
    over = [cell for cell in attacked(server, COMPOSITE) if cell.action == links.OVER]
    assert {cell.kind for cell in over} == {"admin", "viewer", "user of no organization", "anonymous"}
    assert all_agree(over)


def test_a_probe_that_nobody_gets_through_with_is_not_taken_for_a_closed_door(server: Server) -> None:
    broken = PUTS_RIGHT.replace("if not exists", "if true or not exists") % "raise exception 'never';"
    cells = attacked(server, SIMPLE, broken)
    assert {cell.observed for cell in cells if cell.kind == "viewer"} == {Observed.UNDECIDED}


def test_those_who_may_not_write_by_privilege_are_not_asked(server: Server) -> None:
    assert attacked(server, SIMPLE, "revoke all on public.tasks from anon, authenticated;") == []
