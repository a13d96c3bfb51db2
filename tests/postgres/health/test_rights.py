"""Whom it looks for, what it leaves alone, and what it says where it may not look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.health.looking import answer

from seatrial.errors import StatementFailed
from seatrial.model.health import Soundness
from seatrial.monitoring.health import run
from seatrial.monitoring.health.registry import CHECKS
from seatrial.monitoring.health.run import examine
from seatrial.pg.connection import connect, database_of, execute, rows
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

CLEAN = (
    "CREATE TABLE organizations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL); "
    "CREATE TABLE contacts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    "organization_id bigint NOT NULL REFERENCES organizations, email text UNIQUE); "
    "CREATE INDEX ON contacts (organization_id); "
    "INSERT INTO organizations (name) SELECT 'o' || n FROM generate_series(1, 100) n; "
    "INSERT INTO contacts (organization_id, email) SELECT n % 100 + 1, n::text FROM generate_series(1, 9000) n; "
    "UPDATE organizations SET name = name || '!'; ANALYZE"
)
COLUMNS = [("public.contacts", "organization_id")]


def _sound(connection: Connection) -> None:
    execute_script(connection, CLEAN)
    said = examine(connection, COLUMNS)
    ailing = {ailment.object for one in said for ailment in one.ailments}
    unknown = {one.check for one in said if one.soundness is Soundness.NOT_RUN}
    # Scratches have no autovacuum, and are young.
    assert ailing == {"the server"}
    assert unknown <= {"unused-indexes", "cache-hits", "held-back"}


def test_a_clean_schema_has_nothing(database: Connection) -> None:
    _sound(database)


@pytest.mark.second_server
def test_a_clean_schema_has_nothing_on_15(second_db: str) -> None:
    with connect(second_db) as connection:
        _sound(connection)


@pytest.mark.second_server
def test_an_older_server_is_asked_the_same(second_db: str) -> None:
    with connect(second_db) as connection:
        execute_script(connection, "CREATE TABLE t (x int); CREATE INDEX a ON t (x); CREATE INDEX b ON t (x)")
        said = {one.check: one for one in examine(connection, COLUMNS)}
    assert [one.object for one in said["duplicate-indexes"].ailments] == ["public.b"]
    assert [one.object for one in said["primary-keys"].ailments] == ["public.t"]


def test_nobody_is_told_to_touch_the_platform_or_us(server: Server, supabase_db: str) -> None:
    with server.superuser(database_of(supabase_db)) as boss:
        for schema in ("auth", "storage", "realtime", "vault", "extensions", "seatrial", "seatrial_archive_x", "mine"):
            execute_script(
                boss,
                f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION postgres; "
                f"CREATE TABLE {schema}.bad (x int) WITH (autovacuum_enabled = off); "
                f"CREATE INDEX ON {schema}.bad (x); CREATE INDEX ON {schema}.bad (x); "
                f"CREATE SEQUENCE {schema}.short MAXVALUE 3; SELECT setval('{schema}.short', 3); "
                f"ALTER TABLE {schema}.bad ADD CONSTRAINT c CHECK (x > 0) NOT VALID",
            )
        objects = {ailment.object for one in examine(boss, None) for ailment in one.ailments}
    assert {name for name in objects if "bad" in name or "short" in name} == {
        "mine.bad", "mine.bad_x_idx1", "mine.short", "c on mine.bad",
    }  # fmt: skip


def _as_stranger(server: Server, dsn: str) -> str:
    with server.superuser(database_of(dsn)) as boss:
        if not rows(boss, "SELECT FROM pg_roles WHERE rolname = 'stranger'"):
            execute(boss, "CREATE ROLE stranger LOGIN")
    return server.own_dsn(database_of(dsn), "stranger")


def test_a_role_without_rights_says_what_it_cannot_see(server: Server, supabase_db: str) -> None:
    stranger = _as_stranger(server, supabase_db)
    with connect(supabase_db) as owner, connect(stranger) as connection:
        execute_script(owner, "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")
        sequences, sessions = (answer(connection, name) for name in ("sequences", "held-back"))
        names = {ailment.object for one in examine(connection, None) for ailment in one.ailments}
    assert sequences.soundness is Soundness.NOT_RUN
    assert "may not be read by this role" in sequences.remark
    assert sessions.soundness is Soundness.NOT_RUN
    assert "pg_read_all_stats" in sessions.remark
    assert names == {"the server"}


def test_nothing_is_written_and_no_setting_stays(database: Connection) -> None:
    before = rows(database, "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name")
    examine(database, COLUMNS)
    assert rows(database, "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name") == before


def test_a_check_that_fails_is_not_known_and_the_others_are(
    database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(connection: Connection, query: str, *parameters: object) -> object:
        if "seqrelid" in query:
            raise StatementFailed("canceling statement due to statement timeout", sqlstate="57014")
        return rows(connection, query, *parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "rows", slow)
    said = {one.check: one for one in examine(database, None)}
    assert said["sequences"].remark == "Not looked at: it took longer than 30 seconds."
    assert said["sequences"].sentence == "Sequences near their end: not known"
    assert said["unvalidated"].soundness is Soundness.SOUND


def test_a_check_may_not_write(database: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "query_of", lambda _: "CREATE TABLE made (x int)")
    said = examine(database, None)
    assert {one.soundness for one in said} == {Soundness.NOT_RUN}
    assert "read-only transaction" in said[0].remark
    assert rows(database, "SELECT to_regclass('public.made') AS made") == [{"made": None}]


def test_every_check_says_why_and_has_a_name_of_its_own() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert check.why.endswith(".")
        assert check.why.count(". ") == 0
