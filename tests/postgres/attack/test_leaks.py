"""A function that the attacker brings along sees what a view hides, unless the view is a barrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import A, B, scene_of, tenancy_of

from seatrial.attack.views import leaks
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import Shared, TableRule
from seatrial.pg.connection import on_notice

if TYPE_CHECKING:
    from seatrial.model.evidence import Notice
    from seatrial.model.isolation import Cell
    from seatrial.model.tenancy import Tenancy
    from seatrial.scratch.server import Server

TENANCY = tenancy_of(TableRule(table="public.notes", tenant="organization_id", select="viewer"))
NARROWED = "where organization_id = any ((select private.organizations_of_caller())::uuid[])"
TABLE = f"""
create table public.notes (id integer primary key, organization_id uuid not null, body text);
insert into public.notes values (1, '{A}', 'ours'), (2, '{B}', 'a secret of theirs');
alter table public.notes enable row level security;
create policy n on public.notes for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
"""


def attacked(server: Server, view: str, subject: str = "public.shown", tenancy: Tenancy = TENANCY) -> dict[str, Cell]:
    with scene_of(server, "leaks", TABLE + view, tenancy) as scene:
        cells = [cell for kind in scene.world.kinds for cell in leaks.cells(scene, kind, scene.relations[subject])]
        assert {cell.expected for cell in cells} <= {Observed.BLOCKED}
        return {cell.kind: cell for cell in cells}


@pytest.mark.parametrize(
    "view",
    [
        f"create view public.shown as select id, body from public.notes {NARROWED}",
        # The condition is in the view below.
        f"""create view private.below as select * from public.notes {NARROWED};
            create view public.shown as select id, body from private.below""",
        # Only what a row is grouped by can be asked for early.
        f"create view public.shown as select body, count(*) as how_many from public.notes {NARROWED} group by body",
        # A join narrows as well.
        """create view public.shown as select n.id, n.body from public.notes n
           join public.members m on m.organization_id = n.organization_id where m.user_id = auth.uid()""",
    ],
)
def test_a_view_that_is_no_barrier_is_caught(server: Server, view: str) -> None:
    cells = attacked(server, view)
    assert cells["admin"].is_leak
    assert cells["user of no organization"].is_leak


@pytest.mark.parametrize(
    "view",
    [
        f"create view public.shown with (security_barrier) as select id, body from public.notes {NARROWED}",
        # The table's row security comes first.
        f"create view public.shown with (security_invoker) as select id, body from public.notes {NARROWED}",
    ],
)
def test_a_barrier_holds(server: Server, view: str) -> None:
    cells = attacked(server, view)
    assert set(cells) == {"admin", "viewer", "user of no organization", "anonymous"}
    assert all(cell.agrees for cell in cells.values())


def test_row_security_holds(server: Server) -> None:
    """PostgreSQL sees to it; it shows that the probe tells a barrier when it meets one."""
    cells = attacked(server, "", "public.notes")
    assert [(cell.kind, cell.observed) for cell in cells.values()] == [("admin", Observed.BLOCKED)]
    assert "0 values" not in cells["admin"].detail


def test_nothing_is_said_of_a_view_that_nobody_may_read(server: Server) -> None:
    view = f"create view public.shown as select id, body from public.notes {NARROWED}; revoke all on public.shown from "
    assert attacked(server, view + "anon, authenticated") == {}
    assert set(attacked(server, view + "anon")) == {"admin", "viewer", "user of no organization"}


def test_nothing_is_said_of_what_is_shared_on_purpose(server: Server) -> None:
    shared = Shared(name="public.shown", select="signed_in", why="a test")
    tenancy = tenancy_of(TENANCY.tables["public.notes"], shared=(shared,))
    assert attacked(server, "create view public.shown as select id, body from public.notes", tenancy=tenancy) == {}


def test_the_request_shows_it_to_anybody(server: Server) -> None:
    """With a function of one's own in pg_temp, and nothing of ours."""
    view = f"create view public.shown as select id, body from public.notes {NARROWED}"
    cell = attacked(server, view)["user of no organization"]
    assert cell.request
    with scene_of(server, "leaks", TABLE + view, TENANCY) as scene:
        heard: list[Notice] = []
        on_notice(scene.session.connection, heard.append)
        answer = scene.session.attempt(scene.world.kinds[2], cell.request.sql)
    assert answer.rows == (("0",),)
    assert "a secret of theirs" in {notice.message for notice in heard}
