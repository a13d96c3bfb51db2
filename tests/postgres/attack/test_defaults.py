"""A table made tomorrow: what a release's default privileges give away is found, what the platform's do is not said."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import BASE, KINDS, B, scene_of, tenancy_of

from seatrial.attack.roles.defaults import cells_of_defaults
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import TableRule
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

ADMIN, ANONYMOUS = KINDS[0], KINDS[-1]
TABLE = f"""
create schema app;
create table app.notes (id integer primary key, organization_id uuid not null);
insert into app.notes values (1, '{B}');
"""
CLOSED = "alter default privileges in schema public revoke all on tables from anon, authenticated;"
TENANCY = tenancy_of(TableRule(table="app.notes", tenant="organization_id"))
USED = "grant usage on schema app to authenticated; "
SET, CALL = "set a sequence made tomorrow", "call a function made tomorrow"
READ, INSERT, EMPTY = "read a table made tomorrow", "insert into a table made tomorrow", "empty a table made tomorrow"


@contextmanager
def attacked(server: Server, release: str, past: str = "") -> Iterator[list[Cell]]:
    """Cells of two kinds, with the database as it was before the release."""
    server.clone("defaults_before")
    try:
        after = scene_of(server, "defaults", past + TABLE + release, TENANCY)
        with server.superuser("defaults_before") as before, after as scene:
            execute_script(before, f"SET ROLE postgres; {BASE}; {past}; RESET ROLE")
            yield [cell for kind in (ADMIN, ANONYMOUS) for cell in cells_of_defaults(scene, kind, before)]
    finally:
        server.drop("defaults_before")


def leaks(cells: list[Cell]) -> set[tuple[str, str, str]]:
    assert [cell for cell in cells if cell.observed is Observed.UNDECIDED] == []
    return {(cell.kind, cell.subject, cell.action) for cell in cells if cell.is_leak}


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("alter default privileges in schema app grant select on tables to anon; grant usage on schema app to anon",
         {("anonymous", "schema app", READ)}),
        (USED + "alter default privileges grant insert, truncate on tables to public",
         {("admin", "schema app", INSERT), ("admin", "schema app", EMPTY)}),
        (USED + "alter default privileges grant all on sequences to public", {("admin", "schema app", SET)}),
        # Everybody may call a function, unless somebody takes that back; here it is as it was before.
        (USED + "alter default privileges grant execute on functions to authenticated", set()),
        # Nobody comes into the schema.
        ("alter default privileges in schema app grant select on tables to anon", set()),
        ("", set()),
    ],
)  # fmt: skip
def test_what_a_release_adds_is_found(server: Server, release: str, expected: set[tuple[str, str, str]]) -> None:
    with attacked(server, release) as cells:
        assert leaks(cells) == expected
        assert {cell.subject for cell in cells} == {"schema app"}


def test_of_what_the_platform_gives_nothing_is_said(server: Server) -> None:
    """On `public` the API's roles get everything on a new table, before the release and after it."""
    with attacked(server, "") as cells:
        assert not [cell for cell in cells if cell.subject == "schema public"]


def test_what_a_release_takes_back_is_closed(server: Server) -> None:
    with attacked(server, CLOSED) as cells:
        public = [cell for cell in cells if cell.subject == "schema public"]
        assert len(public) == 10
        assert all(cell.observed is Observed.BLOCKED for cell in public)


def test_what_a_release_opens_again_is_found(server: Server) -> None:
    release = "alter default privileges in schema public grant select on tables to anon"
    with attacked(server, release, past=CLOSED) as cells:
        assert leaks(cells) == {("anonymous", "schema public", READ)}


def test_functions_that_were_closed_and_are_open_again_are_found(server: Server) -> None:
    closed = """
    alter default privileges revoke execute on functions from public;
    alter default privileges in schema public revoke execute on functions from anon, authenticated;
    """
    with attacked(server, "alter default privileges grant execute on functions to anon", past=closed) as cells:
        assert ("anonymous", "schema public", CALL) in leaks(cells)
        assert ("admin", "schema public", CALL) not in leaks(cells)


def test_an_event_trigger_that_switches_row_security_on_is_heard(server: Server) -> None:
    """A session that prepares something without triggers would not see it."""
    release = """
    alter default privileges in schema app grant select on tables to anon; grant usage on schema app to anon;
    reset role;
    create function public.secure() returns event_trigger language plpgsql as $$
    declare made record;
    begin
      for made in select * from pg_event_trigger_ddl_commands() where object_type = 'table' loop
        execute format('alter table %s enable row level security', made.object_identity);
      end loop;
    end $$;
    create event trigger secure on ddl_command_end when tag in ('CREATE TABLE') execute function public.secure();
    """
    with attacked(server, release) as cells:
        assert leaks(cells) == set()
        assert ("anonymous", READ) in {(cell.kind, cell.action) for cell in cells}


def test_without_a_past_nothing_is_said_of_what_is_open(server: Server) -> None:
    release = "alter default privileges in schema app grant select on tables to anon; grant usage on schema app to anon"
    with scene_of(server, "defaults", TABLE + release, TENANCY) as scene:
        cells = list(cells_of_defaults(scene, ANONYMOUS, None))
    assert all(cell.observed is Observed.BLOCKED for cell in cells)
    assert (READ, "schema app") not in {(cell.action, cell.subject) for cell in cells}
