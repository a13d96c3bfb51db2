"""A partition that is reached by its own name: what it holds of others is found, and nobody has to reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.postgres.attack.stage import KINDS, A, B, scene_of, tenancy_of

from seatrial.attack.run import attack
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.isolation import Cell, Kind
    from seatrial.scratch.server import Server

WHOLE, OF_A, OF_B = "public.notes", "public.notes_a", "public.notes_b"
SCHEMA = f"""
create table public.notes (id integer, organization_id uuid not null, body text, primary key (id, organization_id))
  partition by list (organization_id);
create table public.notes_a partition of public.notes for values in ('{A}');
create table public.notes_b partition of public.notes for values in ('{B}');
revoke all on public.notes, public.notes_a, public.notes_b from anon, authenticated;
grant select, insert, update, delete on public.notes to authenticated;
alter table public.notes enable row level security;
create policy n on public.notes to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
insert into public.notes values (1, '{A}', 'ours'), (2, '{B}', 'theirs');
"""
RULE = TableRule(
    table=WHOLE, tenant="organization_id", select="viewer", insert="viewer", update="viewer", delete="viewer"
)
TENANCY = tenancy_of(RULE)


def attacked(server: Server, more: str = "", kinds: tuple[Kind, ...] = KINDS[:1]) -> Iterator[Cell]:
    with scene_of(server, "partitions", SCHEMA + more, TENANCY) as scene:
        yield from attack(scene, kinds, frozenset({WHOLE, OF_A, OF_B}))


def test_one_that_nobody_reaches_is_closed_and_that_is_no_fault(server: Server) -> None:
    found = list(attacked(server))
    assert not [cell for cell in found if not cell.agrees or cell.observed is Observed.UNDECIDED]
    assert "delete rows of another tenant" in {cell.action for cell in found if cell.subject == OF_B}


def test_rights_on_one_alone_open_its_rows(server: Server) -> None:
    """Row security of the whole does not bind there; its rows stay where they are, as the partition demands."""
    found = list(
        attacked(server, "grant select, insert, update, delete on public.notes_a, public.notes_b to authenticated;")
    )
    leaks = {(cell.subject, cell.action) for cell in found if cell.is_leak}
    assert {subject for subject, _ in leaks} == {OF_B}
    assert {action for _, action in leaks} >= {
        "read rows of another tenant",
        "update rows of another tenant",
        "delete rows of another tenant",
        "add a row to another tenant",
    }
    assert not [cell for cell in found if cell.observed is Observed.UNDECIDED]


def test_somebody_of_no_tenant_adds_rows_to_one_that_holds_those_of_one_tenant(server: Server) -> None:
    anonymous = KINDS[-1:]
    found = list(attacked(server, "grant insert on public.notes_a to anon;", anonymous))
    assert {(cell.subject, cell.action) for cell in found if cell.is_leak} == {(OF_A, "add a row to another tenant")}
    closed = list(attacked(server, "", anonymous))
    assert not [cell for cell in closed if not cell.agrees or cell.observed is Observed.UNDECIDED]
    assert (OF_A, "add a row to another tenant") in {(cell.subject, cell.action) for cell in closed}
