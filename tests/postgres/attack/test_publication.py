"""Changes that are sent to clients: tables whose row security cannot be asked are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import A, B, scene_of, tenancy_of

from seatrial.attack.roles import publication
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.model.tenancy import Tenancy
    from seatrial.scratch.server import Server

NOTES = TableRule(table="public.notes", tenant="organization_id", select="viewer")
TENANCY = tenancy_of(NOTES)
CHANGES, OLD = "receive changes of hidden rows", "receive what hidden rows held"
TABLE = f"""
create table public.notes (id integer primary key, organization_id uuid not null);
insert into public.notes values (1, '{A}'), (2, '{B}');
revoke all on public.notes from anon;
"""
SECURED = "alter table public.notes enable row level security;"
SENT = "alter publication supabase_realtime add table public.notes;"
FULL = "alter table public.notes replica identity full;"
EVERYTHING = "reset role; drop publication supabase_realtime; create publication supabase_realtime for all tables"


def attacked(server: Server, more: str, tenancy: Tenancy = TENANCY) -> list[Cell]:
    with scene_of(server, "publication", TABLE + more, tenancy) as scene:
        return [cell for kind in scene.world.kinds for cell in publication.cells(scene, kind)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (SENT, {CHANGES}),
        (SENT + SECURED, set()),
        (SENT + SECURED + FULL, {OLD}),
        (SENT + FULL, {CHANGES, OLD}),
        # All of them, those of tomorrow too.
        (SECURED + FULL + EVERYTHING, {OLD}),
    ],
)  # fmt: skip
def test_what_is_sent_past_row_security_is_found(server: Server, more: str, expected: set[str]) -> None:
    cells = attacked(server, more)
    notes = [cell for cell in cells if cell.subject == "public.notes"]
    assert {cell.action for cell in notes if cell.is_leak} == expected
    assert {cell.kind for cell in notes if cell.is_leak} <= {"admin", "viewer", "user of no organization"}
    # Without the privilege to read, nothing is sent.
    assert {cell.observed for cell in notes if cell.kind == "anonymous"} == {Observed.BLOCKED}
    assert all(cell.detail.startswith("by the catalog: ") for cell in notes)


def test_a_table_that_is_not_published_is_sent_to_nobody(server: Server) -> None:
    assert attacked(server, FULL) == []
    assert attacked(server, "create publication warehouse for table public.notes") == []


def test_nothing_is_hidden_in_a_table_that_all_may_read(server: Server) -> None:
    everybody = TableRule(table="public.notes", tenant="organization_id", select="signed_in")
    cells = attacked(server, SENT + FULL, tenancy_of(everybody))
    assert {cell.kind for cell in cells} == {"anonymous"}
    assert all(cell.agrees for cell in cells)
