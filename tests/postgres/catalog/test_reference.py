"""The schema reference: what it has, what it leaves out, and that it is the same on every server version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.reference import read_reference
from seatrial.flows.folder import read_folder
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.model.narrator import Silent
from seatrial.model.reference import ColumnPrivilege
from seatrial.pg.connection import connect, rows
from seatrial.pg.statement import execute_script
from seatrial.report.schema_page.page import schema_page

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.reference import Reference, ReferenceTable
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

SCHEMA = """
create schema app;
create table app.tenants (id integer primary key);
comment on table app.tenants is 'Who pays.';
create table app.notes (
  id bigint generated always as identity primary key, tenant integer not null references app.tenants,
  title text default 'none', shout text generated always as (upper(title)) stored, "Odd name" text,
  constraint notes_title_check check (length(title) > 1)
) partition by hash (id);
create table app.notes_0 partition of app.notes for values with (modulus 1, remainder 0);
create index notes_tenant on app.notes (tenant);
comment on column app.notes.title is 'At the top.';
alter table app.notes enable row level security;
create policy own on app.notes for select to authenticated using (tenant = (auth.jwt() ->> 'tenant')::integer);
comment on policy own on app.notes is 'Those of the tenant.';
grant select, update (title, tenant) on app.notes to authenticated;
create view app.titles with (security_invoker = true) as select title from app.notes;
create function app.f(a integer, b text default 'x') returns integer language sql security definer set search_path = ''
  as 'select 1';
revoke all on function app.f from public;
grant execute on function app.f to service_role, authenticated;
create function app.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger touch before insert on app.notes for each row execute function app.touch();
create extension if not exists hstore schema app;
"""


@pytest.fixture
def found(database: Connection) -> Reference:
    execute_script(database, SCHEMA)
    return read_reference(database)


def table(found: Reference, name: str) -> ReferenceTable:
    [one] = [one for one in found.tables if one.full_name == name]
    return one


def test_tables_of_the_project_and_nothing_of_the_platform_or_of_extensions(found: Reference) -> None:
    assert [(one.full_name, one.kind) for one in found.tables] == [
        ("app.notes", "partitioned table"),
        ("app.notes_0", "partition"),
        ("app.tenants", "table"),
        ("app.titles", "view"),
    ]
    assert [one.full_name for one in found.functions] == [
        "app.f(a integer, b text DEFAULT 'x'::text)",
        "app.touch()",
    ]


def test_columns_come_in_their_order_with_all_that_a_person_asks_for(found: Reference) -> None:
    notes = table(found, "app.notes")
    assert [one.name for one in notes.columns] == ["id", "tenant", "title", "shout", '"Odd name"']
    title, shout = notes.columns[2:4]
    assert (title.type, title.nullable, title.default, title.comment) == ("text", True, "'none'::text", "At the top.")
    assert (shout.generated, shout.default) == (True, "upper(title)")
    assert notes.columns[0].default == "always as identity"
    assert notes.primary_key == ("id",)
    [key] = notes.foreign_keys
    assert (key.columns, key.parent, key.parent_columns) == (("tenant",), "app.tenants", ("id",))
    assert [one.name for one in notes.constraints] == ["notes_title_check"]


def test_who_may_do_what(found: Reference) -> None:
    notes = table(found, "app.notes")
    assert notes.row_security
    assert dict(notes.privileges)["authenticated"] == ("SELECT",)
    assert notes.column_privileges == (
        ColumnPrivilege(role="authenticated", privilege="UPDATE", columns=("tenant", "title")),
    )
    [policy] = notes.policies
    assert (policy.command, policy.roles, policy.comment) == ("SELECT", ("authenticated",), "Those of the tenant.")
    assert "auth.jwt()" in policy.using
    assert table(found, "app.titles").invoker
    function = found.functions[0]
    assert (function.security_definer, function.callers) == (True, ("authenticated", "service_role"))


def test_parts_of_a_partition_that_its_table_made_are_left_out(found: Reference) -> None:
    part = table(found, "app.notes_0")
    assert part.parent == "app.notes"
    assert [one.name for one in table(found, "app.notes").indexes] == ["notes_pkey", "notes_tenant"]
    assert (part.indexes, part.triggers, part.foreign_keys) == ((), (), ())


def test_the_session_keeps_its_settings(database: Connection) -> None:
    database.execute("set search_path = public, auth")
    read_reference(database)
    [row] = rows(database, "select current_setting('search_path') as path")
    assert row["path"] == "public, auth"


@pytest.mark.second_server
def test_the_page_of_the_shipped_release_is_the_same_on_an_older_server(
    server: Server, second_server: Server, repository: Path
) -> None:
    folder = read_folder(repository)

    def page(on: Server) -> str:
        dsn = on.clone("reference_of_shipped")
        with connect(dsn) as connection:
            write.create(connection)
            assert apply_all(connection, folder.migrations, {}, Silent()).failure is None
            found = schema_page(read_reference(connection), name="shipped")
        on.drop("reference_of_shipped")
        return found

    assert page(server) == page(second_server)
