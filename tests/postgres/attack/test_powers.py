"""What a role may do beside reading and writing rows: what is open is found, and a closed database gives no alarm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.bent import bent
from tests.postgres.attack.stage import KINDS, A, B, scene_of, tenancy_of

from seatrial.attack.roles import powers
from seatrial.attack.session import Session
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

ADMIN, ANONYMOUS = KINDS[0], KINDS[-1]
TENANCY = tenancy_of(
    TableRule(table="public.notes", tenant="organization_id", select="viewer", insert="admin"),
    TableRule(table="public.counted", tenant="organization_id", select="viewer"),
)
#: Everything that the platform gives away by default is taken back.
GOOD = f"""
create table public.notes (id serial primary key, organization_id uuid references public.organizations, body text);
create table public.counted (id serial primary key, organization_id uuid references public.organizations);
create table public.children (note integer references public.notes);
revoke all on all tables in schema public from anon, authenticated;
revoke all on all sequences in schema public from anon, authenticated;
grant select, insert on public.notes to authenticated;
grant usage on public.notes_id_seq to authenticated;
grant select on public.counted to authenticated;
alter table public.notes enable row level security;
alter table public.counted enable row level security;
insert into public.notes (organization_id, body) values ('{A}', 'x'), ('{B}', 'y');
insert into public.counted (organization_id) values ('{A}'), ('{B}');
"""


def found(scene: Scene, kind_name: str = "admin") -> set[tuple[str, str]]:
    """What a kind can do, and in front of that: nothing is left open."""
    kind = next(one for one in scene.world.kinds if one.name == kind_name)
    cells = list(powers.cells(scene, kind))
    assert [cell for cell in cells if cell.observed is Observed.UNDECIDED] == []
    for cell in cells:
        assert not cell.is_leak or _works(scene, cell)
    return {(cell.subject, cell.action) for cell in cells if cell.is_leak}


def _works(scene: Scene, cell: Cell) -> bool:
    """Whether the request of a cell does it, sent once more; a role that logs in by itself has no gateway."""
    assert cell.request
    kind = next(one for one in scene.world.kinds if one.name == cell.kind)
    scene.session.renew()
    session = Session(scene.session.connection, "", inside=True)
    answer = session.attempt(kind, cell.request.sql)
    session.close()
    return answer.worked or answer.sqlstate == "0A000"


@pytest.fixture(scope="module")
def scene(server: Server) -> Iterator[Scene]:
    with scene_of(server, "powers", GOOD, TENANCY) as built:
        yield built


def test_a_closed_database_gives_no_alarm(scene: Scene) -> None:
    for kind in scene.world.kinds:
        cells = list(powers.cells(scene, kind))
        assert [cell for cell in cells if not cell.agrees] == []
        assert {cell.kind for cell in cells} == {kind.name}


@pytest.mark.second_server
def test_an_older_server_is_attacked_in_the_same_way(second_server: Server, scene: Scene) -> None:
    with scene_of(second_server, "powers", GOOD, TENANCY) as older:
        cells = list(powers.cells(older, ADMIN))
        assert [cell for cell in cells if not cell.agrees] == []
        tried = {(cell.subject, cell.action) for cell in cells}
    assert tried == {(cell.subject, cell.action) for cell in powers.cells(scene, ADMIN)}


def test_every_table_schema_and_sequence_is_tried(scene: Scene) -> None:
    tried = {(cell.subject, cell.action) for cell in powers.cells(scene, ANONYMOUS)}
    for table in ("public.notes", "public.counted", "public.children", "public.organizations", "public.members"):
        for action in ("empty the table", "attach a trigger", "switch row security off", "pass rights on"):
            assert (table, action) in tried
    assert ("public.notes", "refer to the table") in tried
    assert ("public.notes_id_seq", "draw from the sequence") in tried
    assert ("schema public", "create objects in the schema") in tried
    assert ("role service_role", "become another role") in tried


@pytest.mark.parametrize(
    ("bad", "subject", "action"),
    [
        ("grant truncate on public.notes to authenticated", "public.notes", "empty the table"),
        ("grant truncate on public.counted to authenticated", "public.counted", "empty the table"),
        ("grant trigger on public.notes to public", "public.notes", "attach a trigger"),
        ("grant select on public.notes to authenticated with grant option", "public.notes", "pass rights on"),
        ("grant update (body) on public.notes to authenticated with grant option", "public.notes",
         "pass rights to columns on"),
        ("grant update on sequence public.notes_id_seq to authenticated", "public.notes_id_seq", "set the sequence"),
        ("grant usage on sequence public.counted_id_seq to authenticated", "public.counted_id_seq",
         "draw from the sequence"),
        ("grant select on sequence public.counted_id_seq to authenticated", "public.counted_id_seq",
         "read the sequence"),
        ("grant create on schema public to authenticated", "schema public", "create objects in the schema"),
        ("grant service_role to authenticated", "role service_role", "become another role"),
        ("create role between_them; grant supabase_read_only_user to between_them; grant between_them to authenticated",
         "role supabase_read_only_user", "become another role"),
        ("select lo_from_bytea(4711, 'x'); grant select on large object 4711 to public", "large object 4711",
         "read the large object"),
        ("grant execute on function pg_read_file(text) to authenticated; grant pg_read_server_files to authenticated",
         "the server's files", "read a file of the server"),
        ("grant pg_execute_server_program to authenticated", "the server's files", "run a program on the server"),
    ],
)  # fmt: skip
def test_what_is_open_is_found_with_its_request(scene: Scene, bad: str, subject: str, action: str) -> None:
    with bent(scene, bad) as worse:
        assert (subject, action) in found(worse)


def test_a_role_without_power_is_only_a_way_to_others(scene: Scene) -> None:
    bad = "create role between_them; grant supabase_read_only_user to between_them; grant between_them to authenticated"
    with bent(scene, bad) as worse:
        roles = {subject for subject, _ in found(worse) if subject.startswith("role ")}
    # What that one may become is within reach as well.
    assert roles == {"role supabase_read_only_user", "role pg_read_all_data", "role pg_monitor"} | {
        f"role pg_{power}" for power in ("read_all_settings", "read_all_stats", "stat_scan_tables")
    }


def test_an_anonymous_user_must_not_become_a_signed_in_one(scene: Scene) -> None:
    with bent(scene, "grant authenticated to anon") as worse:
        assert ("role authenticated", "become another role") in found(worse, "anonymous")
    with bent(scene, "grant anon to authenticated") as as_good:
        assert found(as_good) == set()


def test_who_owns_a_table_switches_its_row_security_off(scene: Scene) -> None:
    with bent(scene, "alter table public.counted owner to authenticated") as worse:
        assert ("public.counted", "switch row security off") in found(worse)
        # Not the anonymous one, for whom the same table has to stay closed.
        assert found(worse, "anonymous") == set()


def test_a_table_can_only_be_referred_to_from_somewhere(scene: Scene) -> None:
    """Without a schema to make a table in, the privilege alone opens nothing."""
    with bent(scene, "grant references on public.notes to authenticated") as as_good:
        assert found(as_good) == set()
    place = "create schema own; grant usage, create on schema own to authenticated"
    with bent(scene, place) as worse:
        assert found(worse) == {("schema own", "create objects in the schema")}
    with bent(scene, f"{place}; grant references on public.notes to public") as worse:
        assert ("public.notes", "refer to the table") in found(worse)


def test_what_another_role_holds_is_not_said_of_this_one(scene: Scene) -> None:
    with bent(scene, "grant truncate, trigger on public.notes to authenticated") as worse:
        assert found(worse, "viewer") == {("public.notes", "empty the table"), ("public.notes", "attach a trigger")}
        assert found(worse, "anonymous") == set()


def test_a_trigger_that_keeps_everybody_from_emptying_a_table_is_a_closed_door(scene: Scene) -> None:
    guard = """
    create function public.keep() returns trigger language plpgsql as $$ begin raise exception 'kept'; end $$;
    create trigger keep before truncate on public.counted execute function public.keep();
    grant truncate on public.counted to authenticated;
    """
    with bent(scene, guard) as as_good:
        cells = {(cell.subject, cell.action): cell for cell in powers.cells(as_good, ADMIN)}
    cell = cells["public.counted", "empty the table"]
    assert (cell.observed, cell.detail) == (Observed.BLOCKED, "P0001 kept")


def test_what_not_even_a_superuser_can_do_is_not_called_closed(scene: Scene) -> None:
    """Otherwise a broken probe would look like a closed door."""
    nobody = """
    create function public.no() returns event_trigger language plpgsql as $$
      begin raise exception using errcode = '42501', message = 'no more tables'; end $$;
    create event trigger no on ddl_command_start when tag in ('CREATE TABLE') execute function public.no();
    """
    with bent(scene, nobody) as strange:
        [cell] = [cell for cell in powers.cells(strange, ADMIN) if cell.subject == "schema public"]
    # A superuser can, without event triggers.
    assert (cell.observed, cell.detail) == (Observed.BLOCKED, "42501 no more tables")
    with bent(scene, nobody + "alter event trigger no enable always") as strange:
        [cell] = [cell for cell in powers.cells(strange, ADMIN) if cell.subject == "schema public"]
    assert (cell.observed, cell.detail) == (Observed.UNDECIDED, "not even a superuser can: 42501 no more tables")


def test_the_platforms_default_privileges_give_truncate_away(server: Server) -> None:
    """What Supabase grants on every new table of `public`, and no policy holds back."""
    schema = f"""
    create table public.notes (id serial primary key, organization_id uuid);
    create table public.counted (id serial primary key, organization_id uuid);
    alter table public.notes enable row level security; alter table public.notes force row level security;
    insert into public.notes (organization_id) values ('{B}');
    """
    with scene_of(server, "powers_by_default", schema, TENANCY) as open_wide:
        for kind in ("admin", "anonymous"):
            leaks = found(open_wide, kind)
            assert {("public.notes", "empty the table"), ("public.notes_id_seq", "set the sequence")} <= leaks
            assert not any(action == "switch row security off" for _, action in leaks)


def test_the_service_is_not_attacked(scene: Scene) -> None:
    assert list(powers.cells(scene, replace(ADMIN, role="service_role"))) == []


def test_a_role_is_attempted_once_even_if_somebody_stopped_at_the_first_cell(scene: Scene) -> None:
    with bent(scene, "grant truncate on public.notes to authenticated") as worse:
        next(powers.cells(worse, ADMIN))
        whole = list(powers.cells(worse, ADMIN))
        assert [replace(cell, kind=KINDS[1].name) for cell in whole] == list(powers.cells(worse, KINDS[1]))


def test_a_sequence_never_goes_back(scene: Scene) -> None:
    """No rollback undoes what was done to one, so it is set to where it stands."""
    with bent(scene, "grant update on sequence public.counted_id_seq to authenticated") as worse:
        worse.session.renew()
        [[before]] = worse.session.look("select last_value from public.counted_id_seq")
        assert ("public.counted_id_seq", "set the sequence") in found(worse)
        worse.session.renew()
        [[after]] = worse.session.look("select last_value from public.counted_id_seq where is_called")
        assert int(after or 0) >= int(before or 0)
