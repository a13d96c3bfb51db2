"""Reading, changing, moving, adding: what is declared agrees with what happens, and what is open is found."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import ADMIN_A, OUTSIDER, A, B, scene_of, tenancy_of

from seatrial.attack.tables import adding, reading, rising, writing
from seatrial.errors import CannotRun
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import ACTIONS, TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

NOTES = f"""
create table public.notes (
  id int primary key, organization_id uuid references public.organizations, body text, state text default 'draft');
grant select, insert, update, delete on public.notes to authenticated;
alter table public.notes enable row level security;
insert into public.notes values (1, '{A}', 'a'), (2, '{A}', 'b'), (3, '{B}', 'c'), (4, null, 'd');
"""
MINE = "organization_id = any ((select private.organizations_of_caller({}))::uuid[])"
READ = f"create policy s on public.notes for select to authenticated using ({MINE.format('')});"
ADMINS = MINE.format("'admin'")
ADD = f"create policy i on public.notes for insert to authenticated with check ({ADMINS});"
CHANGE = f"create policy u on public.notes for update to authenticated using ({ADMINS});"
REMOVE = f"create policy d on public.notes for delete to authenticated using ({ADMINS});"
OPEN = "create policy o on public.notes for {} to authenticated {} (true);"
FOREIGN = ("another tenant", "no tenant")
GOOD = READ + ADD + CHANGE + REMOVE
RULE = TableRule(
    table="public.notes", tenant="organization_id", select="viewer", insert="admin", update="admin", delete="admin"
)
SPARES = {
    "public.notes": {
        label: json.dumps({"id": 100 + at, "organization_id": key, "body": "new", "state": "draft"})
        for at, (label, key) in enumerate((("A", A), ("B", B)))
    }
}
PROBES = (reading.cells, writing.cells, adding.cells, rising.cells)


def _attacked(server: Server, name: str, schema: str, *rules: TableRule) -> list[Cell]:
    with scene_of(server, name, NOTES + schema, tenancy_of(*(rules or (RULE,))), SPARES) as scene:
        return [
            cell
            for kind in scene.world.kinds
            for relation in scene.relations.values()
            for probe in PROBES
            for cell in probe(scene, kind, relation)
        ]


def _wrong(cells: list[Cell]) -> set[tuple[str, str, Observed]]:
    return {(cell.kind, cell.action, cell.observed) for cell in cells if not cell.agrees}


def test_what_is_as_declared_agrees(server: Server) -> None:
    cells = _attacked(server, "tables_good", GOOD)
    assert not _wrong(cells)
    tried = {cell.action for cell in cells if cell.subject == "public.notes"}
    assert tried >= {
        "read rows of own tenant", "read rows of another tenant", "read rows of no tenant",
        "update rows of own tenant", "update rows of another tenant", "delete rows of own tenant",
        "delete rows of another tenant", "move own rows to another tenant", "move rows of another tenant to own",
        "add a row to own tenant", "add a row to another tenant", "add a row to no tenant",
    }  # fmt: skip
    both = {(cell.kind, cell.observed) for cell in cells if cell.action == "add a row to own tenant"}
    assert both == {("admin", Observed.ALLOWED), ("viewer", Observed.BLOCKED)}


ALLOWED, BLOCKED = Observed.ALLOWED, Observed.BLOCKED
EVERYBODY = ("admin", "viewer", "user of no organization")


@pytest.mark.parametrize(
    ("name", "schema", "found"),
    [
        (
            "every_row_is_read", ADD + CHANGE + REMOVE + OPEN.format("select", "using"),
            {(kind, f"read rows of {whose}", ALLOWED) for kind in EVERYBODY for whose in FOREIGN},
        ),
        (
            "rows_of_nobody", READ + ADD + CHANGE + REMOVE
            + "create policy n on public.notes for select to authenticated using (organization_id is null)",
            {(kind, "read rows of no tenant", ALLOWED) for kind in EVERYBODY},
        ),
        (
            "moved_out", READ + ADD + REMOVE + CHANGE.replace("));", ")) with check (true);"),
            {("admin", "move own rows to another tenant", ALLOWED)},
        ),
        (
            "moved_in", READ + ADD + REMOVE
            + f"create policy u on public.notes for update to authenticated using (true) "
            f"with check ({ADMINS})",
            {("admin", "move rows of another tenant to own", ALLOWED)},
        ),
        (
            "added_elsewhere", READ + CHANGE + REMOVE + OPEN.format("insert", "with check"),
            {(kind, f"add a row to {whose}", ALLOWED) for kind in EVERYBODY for whose in FOREIGN}
            | {("viewer", "add a row to own tenant", ALLOWED)},
        ),
        (
            "deleted_by_all", READ + ADD + CHANGE + OPEN.format("delete", "using"),
            {(kind, f"delete rows of {whose}", ALLOWED) for kind in EVERYBODY for whose in FOREIGN}
            | {("viewer", "delete rows of own tenant", ALLOWED)},
        ),
        (
            "nobody_may_change", READ + ADD + REMOVE,
            {("admin", "update rows of own tenant", BLOCKED)},
        ),
        (
            "recursion", ADD + CHANGE + REMOVE + "create policy s on public.notes for select to authenticated "
            "using (organization_id in (select n.organization_id from public.notes n))",
            {(kind, "read rows of own tenant", BLOCKED) for kind in ("admin", "viewer")}
            | {("admin", f"{verb} rows of own tenant", BLOCKED) for verb in ("update", "delete")}
            | {
                (kind, f"{verb} rows of {whose}", Observed.UNDECIDED)
                for kind in EVERYBODY for verb in ("read",) for whose in FOREIGN
            },
        ),
    ],
)  # fmt: skip
def test_what_is_open_or_shut_is_found(
    server: Server, name: str, schema: str, found: set[tuple[str, str, Observed]]
) -> None:
    cells = _attacked(server, f"tables_{name}", schema)
    assert _wrong(cells) == found
    assert all(cell.request and cell.request.sql for cell in cells if not cell.agrees)


DRAFTS = ADD + CHANGE + REMOVE + READ.replace("using (", "using (state = 'draft' and ")
ARCHIVED = "update public.notes set state = 'archived' where id in (2, 3);"


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ({}, {(kind, "read rows of own tenant", BLOCKED) for kind in ("admin", "viewer")} | {
            ("admin", f"{verb} rows of own tenant", BLOCKED) for verb in ("update", "delete")
        }),
        ({"select": "t.state = 'draft' -- what is archived is hidden"}, set()),
        # A statement without a condition reaches what its author cannot see.
        (
            dict.fromkeys(ACTIONS, "state = 'draft'"),
            {("admin", f"{verb} rows of own tenant", ALLOWED) for verb in ("update", "delete")},
        ),
    ],
)  # fmt: skip
def test_own_rows_that_are_hidden_on_purpose_are_no_fault(
    server: Server, only: dict[str, str], found: set[tuple[str, str, Observed]]
) -> None:
    cells = _attacked(server, "tables_only", ARCHIVED + DRAFTS, replace(RULE, only=only))
    assert _wrong(cells) == found


def test_a_condition_on_own_rows_leaves_those_of_others_closed(server: Server) -> None:
    drafts: dict[str, str] = dict.fromkeys(map(str, ACTIONS), "state = 'draft'")
    shown = "create policy o on public.notes for select to authenticated using (state = 'archived');"
    cells = _attacked(server, "tables_only", ARCHIVED + GOOD + shown, replace(RULE, only=drafts))
    assert {(kind, action) for kind, action, _ in _wrong(cells)} >= {
        (kind, "read rows of another tenant") for kind in EVERYBODY
    }


@pytest.mark.parametrize("condition", ["stat = 'draft'", "state ="])
def test_a_condition_that_the_server_does_not_understand_is_named(server: Server, condition: str) -> None:
    with pytest.raises(CannotRun, match="the server cannot say") as error:
        _attacked(server, "tables_only", GOOD, replace(RULE, only={"update": condition}))
    assert (error.value.code, error.value.where) == (
        "tenancy.only", 'seatrial.toml: tenancy.tables."public.notes".only (update)',
    )  # fmt: skip


PROFILES = f"""
create table public.profiles (id uuid primary key, role text not null default 'user', name text);
alter table public.profiles enable row level security;
insert into public.profiles (id) values ('{ADMIN_A}'), ('{OUTSIDER}');
create policy p on public.profiles for select to authenticated using (id = (select auth.uid()));
create policy u on public.profiles for update to authenticated using (id = (select auth.uid()));
revoke all on public.profiles from anon, authenticated;
grant select on public.profiles to authenticated;
create policy support on public.notes for select to authenticated
  using (exists (select from public.profiles p where p.id = (select auth.uid()) and p.role = 'support'));
"""
PERSONAL = TableRule(table="public.profiles", user="id", select="self", update="self")


@pytest.mark.parametrize(("column", "opens"), [("name", False), ("role, name", True)])
def test_a_column_that_decides_and_that_its_owner_may_set_is_a_way_up(
    server: Server, column: str, *, opens: bool
) -> None:
    schema = NOTES + GOOD + PROFILES + f"grant update ({column}) on public.profiles to authenticated;"
    with scene_of(server, f"rising_{opens}".lower(), schema, tenancy_of(RULE, PERSONAL), SPARES) as scene:
        scene.looked_at["public.profiles"] = {"role": ("support",)}  # type: ignore[index]
        relation = scene.relations["public.profiles"]
        cells = [cell for kind in scene.world.kinds for cell in rising.cells(scene, kind, relation)]
    assert {cell.observed for cell in cells if cell.is_leak} == ({ALLOWED} if opens else set())
    assert all("public.notes" in cell.detail for cell in cells if cell.is_leak)


def test_members_raise_themselves_and_join_others_where_nothing_keeps_them(server: Server) -> None:
    open_to_all = """
    grant insert, update on public.members to authenticated;
    create policy i on public.members for insert to authenticated with check (user_id = (select auth.uid()));
    create policy u on public.members for update to authenticated using (user_id = (select auth.uid()));
    """
    cells = [cell for cell in _attacked(server, "rising_members", GOOD + open_to_all) if cell.is_leak]
    assert {(cell.kind, cell.action) for cell in cells if cell.subject == "public.members"} >= {
        ("viewer", "raise the own role"),
        ("viewer", "join another tenant"),
        ("user of no organization", "join another tenant"),
    }
