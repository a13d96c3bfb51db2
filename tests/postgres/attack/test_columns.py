"""Columns not to be read, given or changed: what is open is found, what is closed gives no alarm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import ADMIN_A, ADMIN_B, VIEWER_A, A, B, scene_of, tenancy_of

from seatrial.attack.tables import columns, fixed
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule, Unreadable

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

ACCOUNTS = TableRule(
    table="public.accounts", tenant="organization_id", select="viewer", insert="admin", update="admin",
    insert_columns=("id", "organization_id", "name"), update_columns=("name",),
)  # fmt: skip
PROFILES = TableRule(
    table="public.profiles", user="id", select="self", insert="self", update="self", insert_columns=("id", "name"),
    update_columns=("name",),
)  # fmt: skip
TENANCY = tenancy_of(
    ACCOUNTS, PROFILES, unreadable=(Unreadable(table="public.accounts", columns=("token", "extra"), why="secret"),)
)
SCHEMA = f"""
create table public.accounts (
  id integer primary key, organization_id uuid not null references public.organizations, name text, token text,
  extra jsonb, plan text not null default 'free');
create table public.profiles (id uuid primary key, name text, role text not null default 'user');
revoke all on public.accounts, public.profiles from anon, authenticated;
grant select (id, organization_id, name, plan), insert (id, organization_id, name), update (name), delete
  on public.accounts to authenticated;
grant select, insert (id, name), update (name) on public.profiles to authenticated;
alter table public.accounts enable row level security;
alter table public.profiles enable row level security;
create policy a on public.accounts for all to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]))
  with check (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
create policy p on public.profiles for all to authenticated using (id = (select auth.uid()));
insert into public.accounts values
  (1, '{A}', 'shared name', 'token of a', '{{"deep": ["hidden in a"]}}', 'free'),
  (2, '{B}', 'name', 'shared name', '{{"n": 12345678}}', 'paid');
insert into public.profiles values ('{ADMIN_A}', 'x', 'user'), ('{VIEWER_A}', 'y', 'user'), ('{ADMIN_B}', 'z', 'owner');
"""
SPARES = {
    "public.accounts": {
        label: json.dumps(
            {"id": 10 + n, "organization_id": key, "name": "n", "token": "new", "extra": {}, "plan": "paid"}
        )
        for n, (label, key) in enumerate((("A", A), ("B", B)))
    },
    "public.profiles": {"": json.dumps({"id": "30000000-0000-4000-8000-000000000009", "name": "n", "role": "owner"})},
}
GUARD = """
create function public.guard() returns trigger language plpgsql as $$
begin
  if new.role is distinct from old.role then {what} end if;
  return new;
end $$;
create trigger guard before update on public.profiles for each row execute function public.guard();
"""
GIVEN = """
create function public.given() returns trigger language plpgsql as $$
begin new.role := 'owner'; return new; end $$;
create trigger given before insert on public.profiles for each row execute function public.given();
"""
READ, CHANGE, GIVE = (
    "read a column that nobody may read", "change a column that is fixed", "give a column that is not to be given",
)  # fmt: skip


def attacked(server: Server, more: str = "") -> list[Cell]:
    with scene_of(server, "columns", SCHEMA + more, TENANCY, SPARES) as scene:
        cells = [
            cell for kind in scene.world.kinds for table in ("public.accounts", "public.profiles")
            for probe in (columns, fixed) for cell in probe.cells(scene, kind, scene.relations[table])
        ]  # fmt: skip
    assert [cell for cell in cells if cell.observed is Observed.UNDECIDED] == []
    assert len({(cell.kind, cell.subject, cell.action) for cell in cells}) == len(cells)
    return cells


def leaks(cells: list[Cell]) -> set[tuple[str, str, str]]:
    return {(cell.kind, cell.subject, cell.action) for cell in cells if cell.is_leak}


def test_closed_columns_give_no_alarm(server: Server) -> None:
    cells = attacked(server)
    assert leaks(cells) == set()
    tried = {(cell.kind, cell.action) for cell in cells}
    assert {("anonymous", READ), ("viewer", READ), ("admin", CHANGE), ("admin", GIVE)} <= tried
    # Whoever may change no account has no column of one to change.
    assert ("viewer", "public.accounts.id", CHANGE) not in {(cell.kind, cell.subject, cell.action) for cell in cells}


def test_a_secret_column_is_found_even_in_own_rows(server: Server) -> None:
    cells = attacked(server, "grant select (token) on public.accounts to authenticated")
    assert leaks(cells) == {(kind, "public.accounts.token", READ) for kind in ("admin", "viewer")}
    request = next(cell.request for cell in cells if cell.is_leak)
    assert request
    assert (request.sql, request.rest) == (
        "SELECT token FROM public.accounts", "GET /rest/v1/accounts?select=token",
    )  # fmt: skip


def test_a_column_that_is_fixed_but_granted_is_found(server: Server) -> None:
    cells = attacked(server, "grant update (plan) on public.accounts to authenticated")
    assert leaks(cells) == {("admin", "public.accounts.plan", CHANGE)}


def test_the_own_role_in_a_profile_is_found(server: Server) -> None:
    cells = attacked(server, "grant update (role), insert (role) on public.profiles to authenticated")
    kinds = {"admin", "viewer"}
    assert {(kind, "public.profiles.role", CHANGE) for kind in kinds} <= leaks(cells)
    assert {(kind, "public.profiles.role", GIVE) for kind in kinds} <= leaks(cells)
    assert {(subject, action) for _, subject, action in leaks(cells)} == {
        ("public.profiles.role", CHANGE), ("public.profiles.role", GIVE),
    }  # fmt: skip


@pytest.mark.parametrize("what", ["raise exception 'not yours to change';", "new.role := old.role;"])
def test_a_trigger_guards_a_column_as_well_as_a_privilege(server: Server, what: str) -> None:
    cells = attacked(server, GUARD.format(what=what) + "grant update on public.profiles to authenticated")
    assert not [cell for cell in cells if cell.is_leak and cell.subject == "public.profiles.role"]


def test_a_trigger_that_guards_nothing_is_seen_through(server: Server) -> None:
    cells = attacked(server, GUARD.format(what="null;") + "grant update (role) on public.profiles to authenticated")
    assert {cell.kind for cell in cells if cell.is_leak} == {"admin", "viewer"}


def test_a_trigger_that_gives_its_own_value_keeps_a_column(server: Server) -> None:
    cells = attacked(server, GIVEN + "grant insert (role) on public.profiles to authenticated")
    assert leaks(cells) == set()
    assert ("public.profiles.role", GIVE) in {(cell.subject, cell.action) for cell in cells}


def test_a_key_that_stands_in_the_way_is_no_closed_door(server: Server) -> None:
    """The value was refused, not the change: another value would have done."""
    cells = attacked(server, "grant update (id) on public.accounts to authenticated")
    assert leaks(cells) == {("admin", "public.accounts.id", CHANGE)}
    found = next(cell for cell in cells if cell.is_leak)
    assert found.request
    # What is shown works where it is pasted.
    assert found.request.sql.startswith("UPDATE public.accounts SET id = '10'")
    assert found.detail == "it was done"


def test_canaries_stand_in_unreadable_columns_and_nowhere_else(server: Server) -> None:
    with scene_of(server, "columns", SCHEMA, TENANCY) as scene:
        assert columns.canaries(scene) == {"token of a", "hidden in a", "12345678"}
