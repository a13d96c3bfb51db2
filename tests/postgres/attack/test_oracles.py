"""Constraints that tell whether another tenant has a row: the bad ones do, the good ones answer the same either way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import ADMIN_A, ADMIN_B, VIEWER_A, A, B, scene_of, tenancy_of

from seatrial.attack.tables import oracles
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

RULE = TableRule(
    table="public.contacts", tenant="organization_id", select="viewer", insert="admin", update="admin"
)  # fmt: skip
PARENTS = TableRule(table="public.parents", tenant="organization_id", select="viewer")
ADMINS = "(select private.organizations_of_caller('admin'))::uuid[]"
POLICIES = f"""
alter table public.contacts enable row level security;
create policy r on public.contacts for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
create policy i on public.contacts for insert to authenticated with check (organization_id = any ({ADMINS}));
create policy u on public.contacts for update to authenticated using (organization_id = any ({ADMINS}));
"""
TABLE_OF_PARENTS = f"""
create table public.parents (
  id int primary key, organization_id uuid, token uuid unique default gen_random_uuid(), unique (organization_id, id));
alter table public.parents enable row level security;
insert into public.parents values (1, '{A}'), (2, '{B}'), (3, '{A}');
"""
BY_ADDING, BY_CHANGING = oracles.BY_ADDING, oracles.BY_CHANGING
ID = "id uuid primary key default gen_random_uuid(), organization_id uuid not null"


def attacked(
    server: Server, columns: str, rows: list[dict[str, object]], more: str = "", rule: TableRule = RULE
) -> list[Cell]:
    """Every cell of a table of contacts.

    Args:
        server: a scratch.
        columns: of the table, with its constraints.
        rows: of A, of B, and one of A that could be added.
        more: further statements, before it is filled.
        rule: of the table.
    """
    content = [
        {"id": f"c0000000-0000-4000-8000-00000000000{n}", "organization_id": key, **row}
        for n, (key, row) in enumerate(zip((A, B, A), rows, strict=True))
    ]
    seeded = "".join(
        f"insert into public.contacts ({', '.join(row)}) "
        f"select {', '.join(row)} from json_populate_record(null::public.contacts, '{json.dumps(row)}');"
        for row in content[:2]
    )
    schema = f"create table public.contacts ({columns}); {POLICIES}{more}"
    schema = f"{TABLE_OF_PARENTS} {schema}"
    spares = {"public.contacts": {"A": json.dumps(content[2])}}
    with scene_of(server, "oracles", schema + seeded, tenancy_of(rule, PARENTS), spares) as scene:
        relation = scene.relations["public.contacts"]
        return [cell for kind in scene.world.kinds for cell in oracles.cells(scene, kind, relation)]


def leaks(cells: list[Cell]) -> set[tuple[str, str]]:
    return {(cell.kind, cell.action) for cell in cells if cell.is_leak}


def all_agree(cells: list[Cell]) -> bool:
    assert cells
    assert [cell for cell in cells if not cell.agrees] == []
    return True


def named(*values: object) -> list[dict[str, object]]:
    return [{"name": value} for value in values]


NAMES = named("a", "b", "c")


@pytest.mark.parametrize(
    ("bad", "constraint"),
    [
        pytest.param(f"{ID}, name text unique", "contacts_name_key", id="unique"),
        pytest.param("id uuid, organization_id uuid, name text primary key", "contacts_pkey", id="natural primary key"),
        pytest.param(f"{ID}, name text, exclude (name with =)", "contacts_name_excl", id="exclusion"),
        pytest.param(
            f"{ID}, name text, low text generated always as (lower(name)) stored unique",
            "contacts_low_key", id="unique over a generated column",
        ),
    ],
)  # fmt: skip
def test_a_key_that_spans_tenants_tells_of_a_row_of_another(server: Server, bad: str, constraint: str) -> None:
    cells = attacked(server, bad, NAMES)
    assert leaks(cells) == {("admin", BY_ADDING), ("admin", BY_CHANGING)}
    found = next(cell for cell in cells if cell.action == BY_ADDING)
    code = "23P01" if "exclude" in bad else "23505"
    assert found.detail == f"{constraint}: {code} where the row is there, success where it is not"
    assert found.request
    assert found.request.sql.startswith("INSERT INTO public.contacts (")
    assert found.request.rest.startswith("POST /rest/v1/contacts {")


@pytest.mark.parametrize(
    "index",
    [
        pytest.param("create unique index on public.contacts (lower(name));", id="over an expression"),
        pytest.param("create unique index on public.contacts (name) where kept;", id="over some rows"),
    ],
)
def test_an_index_that_spans_tenants_tells_of_a_row_of_another(server: Server, index: str) -> None:
    kept = [{"name": "a", "kept": False}, {"name": "b", "kept": True}, {"name": "c", "kept": False}]
    cells = attacked(server, f"{ID}, name text, kept boolean", kept, index)
    assert leaks(cells) == {("admin", BY_ADDING), ("admin", BY_CHANGING)}


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(f"{ID}, name text, unique (organization_id, name)", id="unique within a tenant"),
        pytest.param(f"{ID}, name text, exclude (organization_id with =, name with =)", id="exclusion within a tenant"),
        pytest.param("id uuid, organization_id uuid, name text, primary key (organization_id, name)", id="natural key"),
        pytest.param("id uuid primary key, organization_id uuid, name text", id="a key that nobody can guess"),
        pytest.param(f"{ID}, name text, number int generated always as identity unique", id="a number dealt out"),
    ],
)
def test_a_key_within_a_tenant_tells_nothing(server: Server, good: str) -> None:
    assert leaks(attacked(server, good, NAMES)) == set()


def test_a_surrogate_key_that_is_dealt_out_tells_nothing(server: Server) -> None:
    rows: list[dict[str, object]] = [{"number": 1}, {"number": 2}, {"number": 3}]
    assert attacked(server, "number serial primary key, id uuid, organization_id uuid", rows) == []


def test_a_user_who_may_belong_to_one_tenant_only_is_known_to_belong_to_another(server: Server) -> None:
    users: list[dict[str, object]] = [{"person": VIEWER_A}, {"person": ADMIN_B}, {"person": ADMIN_A}]
    bad = f"{ID}, person uuid unique references auth.users"
    added = "".join(f"insert into auth.users (id) values ('{user['person']}');" for user in users)
    assert ("admin", BY_ADDING) in leaks(attacked(server, bad, users, added))
    good = f"{ID}, person uuid references auth.users, unique (organization_id, person)"
    assert leaks(attacked(server, good, users, added)) == set()


def test_a_key_that_others_may_see_tells_nothing_new(server: Server) -> None:
    open_rule = TableRule(table="public.contacts", tenant="organization_id", select="signed_in", insert="admin")
    assert attacked(server, f"{ID}, name text unique", NAMES, rule=open_rule) == []


def test_those_who_may_not_write_have_nothing_to_ask_with(server: Server) -> None:
    cells = attacked(server, f"{ID}, name text unique", NAMES)
    assert {cell.kind for cell in cells} == {"admin"}
    assert attacked(server, f"{ID}, name text unique", NAMES, "revoke all on public.contacts from authenticated;") == []


PARENT: list[dict[str, object]] = [{"parent_id": 1}, {"parent_id": 2}, {"parent_id": 3}]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("parent_id int references public.parents", id="by number"),
        pytest.param("parent_id int references public.parents deferrable initially deferred", id="checked at the end"),
    ],
)
def test_a_foreign_key_tells_whether_a_row_of_another_tenant_exists(server: Server, bad: str) -> None:
    cells = attacked(server, f"{ID}, {bad}", PARENT)
    assert leaks(cells) == {("admin", oracles.BY_POINTING)}
    [found] = [cell for cell in cells if cell.is_leak]
    expected = "contacts_parent_id_fkey: success where the row is there, 23503 where it is not"
    assert found.detail == expected


KEY_OF_BOTH = "parent_id int, foreign key (organization_id, parent_id) references public.parents (organization_id, id)"
LOOKS_AT_THE_PARENT = f"""
drop policy i on public.contacts;
drop policy u on public.contacts;
create policy w on public.contacts to authenticated using (organization_id = any ({ADMINS}))
  with check (organization_id = any ({ADMINS}) and exists (select from public.parents p where p.id = parent_id));
create policy p on public.parents to authenticated using (organization_id = any ({ADMINS}));
"""


@pytest.mark.parametrize(
    ("columns", "more"),
    [
        pytest.param(KEY_OF_BOTH, "", id="key of tenant and row"),
        pytest.param("parent_id int references public.parents", LOOKS_AT_THE_PARENT, id="a policy that looks"),
    ],
)
def test_a_foreign_key_within_a_tenant_tells_nothing(server: Server, columns: str, more: str) -> None:
    cells = attacked(server, f"{ID}, {columns}", PARENT, more)
    assert all_agree([cell for cell in cells if cell.action == oracles.BY_POINTING])


def test_a_refusal_that_the_own_row_meets_as_well_decides_nothing(server: Server) -> None:
    """The probe is broken: nobody knows whether the door is closed."""
    closed = "drop policy i on public.contacts; drop policy u on public.contacts;"
    cells = attacked(server, f"{ID}, name text unique", NAMES, closed)
    [found] = [cell for cell in cells if cell.action == BY_ADDING]
    assert found.observed is Observed.UNDECIDED
    assert found.detail.startswith("the user's own row is refused, too: 42501")


@pytest.mark.second_server
def test_an_older_server_is_asked_the_same_way(second_server: Server) -> None:
    cells = attacked(second_server, f"{ID}, name text, low text generated always as (lower(name)) stored unique", NAMES)
    assert leaks(cells) == {("admin", BY_ADDING), ("admin", BY_CHANGING)}
