"""Plans that outlive a user: a function that is not as immutable as it says gives the first user's rows to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import A, B, scene_of, tenancy_of

from seatrial.attack.roles import plans
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

TENANCY = tenancy_of(TableRule(table="public.notes", tenant="organization_id", select="viewer"))
OTHERS = "read rows of others with a plan made for another user"
OWN = "read own rows with a plan made for another user"


def schema(volatility: str, of_table: str = "") -> str:
    return f"""
    create table public.notes (id integer primary key, organization_id uuid not null);
    insert into public.notes values (1, '{A}'), (2, '{B}');
    create function public.organizations() returns uuid[] language plpgsql {volatility} security definer as
      $$ begin return private.organizations_of_caller(); end $$;
    alter table public.notes enable row level security;
    create policy n on public.notes for select to authenticated using (organization_id = any (public.organizations()));
    {of_table}
    """


def attacked(server: Server, text: str) -> dict[tuple[str, str], Cell]:
    with scene_of(server, "plans", text, TENANCY) as scene:
        cells = {(cell.subject, cell.action): cell for cell in plans.cells(scene)}
        for cell in cells.values():
            # The request alone, sent once more by the same user, gives the same rows.
            kind = next(one for one in scene.world.kinds if one.name == cell.kind)
            assert cell.request
            answer = scene.session.attempt(kind, cell.request.sql, before=["DEALLOCATE ALL"])
            assert bool(answer.rows) == (cell.observed.value == "allowed")
        return cells


def test_a_plan_made_for_a_member_gives_nothing_to_an_outsider(server: Server) -> None:
    cells = attacked(server, schema("stable"))
    assert ("public.notes", OTHERS) in cells
    assert ("public.notes", OWN) in cells
    assert all(cell.agrees for cell in cells.values())


def test_a_function_that_only_says_that_it_is_immutable_is_caught(server: Server) -> None:
    cells = attacked(server, schema("immutable"))
    leak = cells["public.notes", OTHERS]
    assert leak.is_leak
    assert (leak.kind, leak.detail) == ("user of no organization", "1 rows that were shown to the user before")
    # And the other way round the member misses what is theirs.
    missing = cells["public.notes", OWN]
    assert (missing.agrees, missing.kind, missing.detail) == (False, "admin", "1 rows are missing")


@pytest.mark.parametrize(("volatility", "leaks"), [("stable", False), ("immutable", True)])
def test_a_view_keeps_its_conditions_in_a_plan_too(server: Server, volatility: str, leaks: bool) -> None:  # noqa: FBT001
    view = "create view public.shown as select * from public.notes where organization_id = any (public.organizations())"
    cells = attacked(server, schema(volatility, view))
    assert cells["public.shown", OTHERS].is_leak is leaks


def test_where_no_member_sees_a_row_a_plan_has_nothing_to_give(server: Server) -> None:
    cells = attacked(server, schema("immutable", "drop policy n on public.notes;"))
    assert "public.notes" not in {subject for subject, _ in cells}
