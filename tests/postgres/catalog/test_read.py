"""Reading leaves a session as it was, and depends neither on its settings nor on who reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.read import read
from seatrial.pg.connection import connect, rows
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.catalog import Catalog
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

#: Settings that change how the server spells names and values.
UNUSUAL = {
    "search_path": "app, public",
    "quote_all_identifiers": "on",
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Asia/Tokyo",
    "extra_float_digits": "0",
    "bytea_output": "escape",
}


@pytest.fixture
def session(either: Server) -> Iterator[Connection]:
    """A connection outside any transaction."""
    with either.superuser("catalog_release") as connection:
        yield connection


def test_unusual_settings_change_nothing_and_stay(session: Connection) -> None:
    usual = read(session)
    for name, value in UNUSUAL.items():
        session.execute("SELECT set_config(%s, %s, false)", (name, value))

    assert read(session) == usual
    assert {name: _setting(session, name) for name in UNUSUAL} == UNUSUAL
    assert session.info.transaction_status.name == "IDLE"


def test_a_transaction_of_the_caller_goes_on_with_its_own_settings(release: Connection) -> None:
    release.execute("SET LOCAL search_path = app")
    release.execute("CREATE TABLE app.uncommitted (id integer)")

    found = read(release)
    release.execute("INSERT INTO uncommitted VALUES (1)")

    assert ("table", "app.uncommitted") in found.objects
    assert _setting(release, "search_path") == "app"


def test_a_read_only_session_is_enough(either: Server, recorded: Catalog) -> None:
    with connect(either.dsn("catalog_release", "supabase_admin"), read_only=True) as connection:
        assert read(connection).objects == recorded.objects


def test_a_role_without_rights_reads_the_same_but_the_jobs(either: Server, recorded: Catalog) -> None:
    with connect(either.dsn("catalog_release", "authenticator")) as connection:
        found = read(connection)

    assert found.objects == {i: one for i, one in recorded.objects.items() if one.kind != "cron job"}


def test_only_the_schemas_that_are_asked_for(session: Connection) -> None:
    objects = read(session, schemas=["Odd Names"]).objects

    assert sorted(name for kind, name in objects if kind == "table") == ['"Odd Names"."a.b ""c"']
    assert ("publication", "everything_odd") in objects
    assert not [name for _, name in objects if name.startswith("app.")]


def test_what_an_extension_brought_along_is_left_out(session: Connection) -> None:
    objects = read(session).objects

    assert objects["extension", "citext"].facts == {"schema": "public"}
    assert ("extension", "pg_stat_statements") in objects
    brought = [i for i in objects if ("citext" in i[1] or "pg_stat" in i[1]) and i[0] != "extension"]
    assert brought == []


def test_what_belongs_to_a_type_is_left_out(session: Connection) -> None:
    """A range type has functions, an array type and a multirange; a table has a row type."""
    objects = read(session).objects

    assert [i for i in objects if "office_hours" in i[1]] == [("type", "app.office_hours")]
    assert ("type", "app.contacts") not in objects


def test_temporary_tables_are_left_out(release: Connection) -> None:
    before = read(release)
    release.execute("CREATE TEMPORARY TABLE passing (id integer)")

    assert read(release) == before


def test_a_secret_option_leaves_the_database_as_a_digest_only(release: Connection) -> None:
    execute_script(
        release,
        "CREATE FOREIGN DATA WRAPPER shop;"
        "CREATE SERVER shop FOREIGN DATA WRAPPER shop OPTIONS (api_key 'sk_live_1', region 'eu')",
    )

    facts = read(release).objects["foreign server", "shop"].facts

    assert facts["option region"] == "eu"
    assert facts["option api_key"].startswith("sha256:")
    assert "sk_live_1" not in str(facts)


def test_user_mappings_are_not_read(recorded: Catalog) -> None:
    assert "not to be read" not in str(recorded)


def test_states_that_only_newer_servers_know(newer: Server) -> None:
    """A NOT NULL that was not validated, a constraint that is not enforced, a virtual column."""
    with newer.superuser("catalog_release") as connection:
        if connection.info.server_version < 180000:
            pytest.skip("needs PostgreSQL 18")
        connection.execute("BEGIN")
        execute_script(
            connection,
            "ALTER TABLE app.contacts ADD CONSTRAINT has_age NOT NULL age NOT VALID;"
            "ALTER TABLE app.contacts ADD CONSTRAINT soft CHECK (age > 0) NOT ENFORCED;"
            "ALTER TABLE app.contacts ADD COLUMN older integer GENERATED ALWAYS AS (age + 1) VIRTUAL",
        )
        objects = read(connection, schemas=["app"]).objects
        connection.execute("ROLLBACK")

    assert objects["column", "app.contacts.age"].facts["not null"] == "not validated"
    assert ("constraint", "app.contacts.has_age") not in objects
    assert objects["constraint", "app.contacts.soft"].facts["definition"] == "CHECK ((age > 0)) NOT ENFORCED"
    assert objects["column", "app.contacts.older"].facts["generated"] == "virtual"
    assert objects["column", "app.contacts.older"].facts["expression"] == "(age + 1)"


def _setting(connection: Connection, name: str) -> str:
    (row,) = rows(connection, "SELECT current_setting(%s) AS value", (name,))
    return str(row["value"])


def test_line_ends_of_another_system_make_no_difference(release: Connection) -> None:
    release.execute("CREATE FUNCTION app.lines() RETURNS integer LANGUAGE sql AS $$\nSELECT 1\n$$")
    release.execute("COMMENT ON FUNCTION app.lines() IS 'One\nline'")
    before = read(release)
    release.execute("CREATE OR REPLACE FUNCTION app.lines() RETURNS integer LANGUAGE sql AS $$\r\nSELECT 1\r\n$$")
    release.execute("COMMENT ON FUNCTION app.lines() IS 'One\r\nline'")

    assert read(release) == before
