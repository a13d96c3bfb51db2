"""Functions called LEAKPROOF that fail on hidden rows are found; those that tell nothing or are asked late are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.postgres.attack.stage import KINDS, A, B, scene_of, tenancy_of

from seatrial.attack.tables.leakproof import ACTION, cells
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

SCHEMA = f"""
create table public.notes (id integer primary key, organization_id uuid not null, body text not null);
revoke all on public.notes from anon, authenticated;
grant select on public.notes to authenticated;
alter table public.notes enable row level security;
create policy s on public.notes for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
insert into public.notes values (1, '{A}', 'ours'), (2, '{B}', 'theirs');
reset role;
"""
TENANCY = tenancy_of(TableRule(table="public.notes", tenant="organization_id", select="viewer"))
NUMBER = (
    "create function public.number(text) returns numeric language plpgsql immutable leakproof {} as $$ begin {} end $$;"
)
CAST = "return $1::numeric;"


def attacked(server: Server, function: str) -> list[Cell]:
    with scene_of(server, "leakproof", SCHEMA + function, TENANCY) as scene:
        return [cell for kind in KINDS for cell in cells(scene, kind, scene.relations["public.notes"])]


def test_one_that_fails_on_hidden_rows_is_found_and_quotes_none(server: Server) -> None:
    found = attacked(server, NUMBER.format("cost 0.01", CAST))
    # Whoever may not read the table may not name its columns in a condition.
    assert [cell.kind for cell in found] == ["admin", "viewer", "user of no organization"]
    assert {(cell.action, cell.observed) for cell in found} == {(ACTION, Observed.ALLOWED)}
    assert {cell.detail for cell in found} == {"22P02 invalid input syntax for type numeric on a row of others"}


def test_one_that_the_server_asks_behind_the_policy_is_closed(server: Server) -> None:
    found = attacked(server, NUMBER.format("cost 1000", CAST))
    assert {cell.observed for cell in found} == {Observed.BLOCKED}


def test_one_that_tells_nothing_and_one_that_nobody_may_call_are_no_doors(server: Server) -> None:
    assert attacked(server, NUMBER.format("cost 0.01", "return 1;")) == []
    closed = " revoke execute on function public.number from public, anon, authenticated;"
    assert attacked(server, NUMBER.format("cost 0.01", CAST) + closed) == []
