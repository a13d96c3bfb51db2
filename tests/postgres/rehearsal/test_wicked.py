"""Migrations that do what nobody would: the evidence stays right, or the failure is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rehearsal.plain import locks, objects, scans, written

from seatrial.model.evidence import LockMode
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect, rows
from seatrial.rehearsal.replay import Manner

if TYPE_CHECKING:
    from tests.postgres.rehearsal.scene import Scene

PAST = "CREATE TABLE boats (id integer PRIMARY KEY, name text); INSERT INTO boats SELECT generate_series(1, 200);"
DROP_EVENT_TRIGGERS = """DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT evtname FROM pg_event_trigger LOOP
    BEGIN EXECUTE format('DROP EVENT TRIGGER %I', name); EXCEPTION WHEN insufficient_privilege THEN NULL; END;
  END LOOP;
END $$"""
REVOKE_EVERYTHING = """DO $$ DECLARE place text; BEGIN
  FOR place IN SELECT nspname FROM pg_namespace LOOP
    BEGIN
      EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC, anon, authenticated, service_role', place);
      EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC, anon, authenticated, service_role', place);
      EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA %I FROM PUBLIC, anon, authenticated, service_role', place);
    EXCEPTION WHEN insufficient_privilege THEN NULL; END;
  END LOOP;
END $$"""


@pytest.mark.parametrize(
    "before",
    [
        "DISCARD ALL",
        "DISCARD TEMP",
        "DEALLOCATE ALL",
        "RESET ALL",
        "RESET ROLE",
        "SET search_path = ''",
        "SET search_path = nowhere",
        "SET client_min_messages = error",
        "SET timezone = 'Asia/Tokyo'; SET datestyle = 'German'; SET intervalstyle = 'sql_standard'",
        "SET standard_conforming_strings = off; SET escape_string_warning = off",
        "SET bytea_output = 'escape'; SET extra_float_digits = -15; SET array_nulls = off",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0",
        "SET enable_seqscan = off; SET jit = on; SET plan_cache_mode = force_generic_plan",
        "CREATE TEMPORARY TABLE pg_class (oid oid); CREATE TEMPORARY TABLE pg_locks (pid integer)",
        "GRANT anon TO postgres; SET ROLE anon; SELECT 1; RESET ROLE",
        "LISTEN news; NOTIFY news",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, anon",
        REVOKE_EVERYTHING,
        DROP_EVENT_TRIGGERS,
    ],
)
def test_whatever_was_done_to_the_session_before_the_next_statement_is_seen(scene: Scene, before: str) -> None:
    scene.given(PAST)
    *_, changed, filled = scene.trials(
        f"{before}; ALTER TABLE public.boats ADD COLUMN more text; UPDATE public.boats SET more = 'x' RETURNING id;"
    )
    assert locks(changed.evidence) == {"boats": LockMode.ACCESS_EXCLUSIVE}
    assert objects(changed.evidence) == {("altered", "table", "boats")}
    assert (written(filled.evidence), scans(filled.evidence)) == ({"boats": (0, 200, 0)}, {"boats"})
    assert filled.evidence.notices == changed.evidence.notices == ()


def test_what_a_file_does_to_its_session_does_not_reach_the_next(scene: Scene) -> None:
    scene.given(PAST)
    execution = scene.rehearse(
        "SET search_path = ''; SET client_min_messages = error; SET ROLE anon;",
        "DO $$ BEGIN RAISE NOTICE 'heard'; END $$; ALTER TABLE boats ADD COLUMN more text;",
    )
    said, changed = (one.evidence for one in execution.runs[1].statements if one.evidence)
    assert [one.message for one in said.notices] == ["heard"]
    assert locks(changed) == {"boats": LockMode.ACCESS_EXCLUSIVE}


@pytest.mark.parametrize(
    "text",
    [
        "DO $$ BEGIN LOOP END LOOP; END $$",
        "SET statement_timeout = 0; DO $$ BEGIN LOOP END LOOP; END $$",
        "SET LOCAL statement_timeout = 0; SELECT pg_sleep(1000)",
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i FROM n) SELECT count(*) FROM n",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN LOOP END LOOP; END'; SELECT f()",
    ],
)
def test_a_statement_that_never_ends_is_ended_and_named(scene: Scene, text: str) -> None:
    """LCK-31."""
    scene.given(PAST)
    execution = scene.rehearse(f"SELECT 1;\n{text}", "SELECT 2", manner=Manner(time_limit=0.3))
    found = execution.failure
    assert found is not None
    assert (execution.ending, found.sqlstate, found.place.line) == (Ending.FAILED, "57014", 2)
    assert found.message == "the statement did not end within 300 ms"
    assert "--time-limit" in found.hint
    assert rows(scene.connection, "SELECT 1 AS still") == [{"still": 1}]


def test_a_time_limit_that_the_author_has_set_is_not_called_ours(scene: Scene) -> None:
    """LCK-31, mended."""
    found = scene.rehearse("SET statement_timeout = '50ms'; SELECT pg_sleep(1000)").failure
    assert found is not None
    assert (found.sqlstate, found.message) == ("57014", "canceling statement due to statement timeout")


def test_a_statement_that_stands_alone_is_ended_too(scene: Scene) -> None:
    """It waits for a session that looks at the table."""
    scene.given(PAST)
    info = scene.connection.info
    with connect(f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}") as reader:
        reader.execute("BEGIN; SELECT FROM boats")
        found = scene.rehearse("SELECT 1;\nVACUUM FULL boats;", manner=Manner(time_limit=0.3)).failure
    assert found is not None
    assert (found.sqlstate, found.place.line) == ("57014", 2)
    assert found.message == "the statement did not end within 300 ms"


def test_nobody_drops_the_database_that_they_are_in(scene: Scene) -> None:
    name = scene.connection.info.dbname
    execution = scene.rehearse(f"SELECT 1;\nDROP DATABASE {name} WITH (FORCE);")
    assert execution.failure is not None
    assert (execution.failure.sqlstate, execution.failure.place.line) == ("55006", 2)
    hidden = scene.rehearse(f"SELECT 1;\nDO $$ BEGIN EXECUTE 'DROP DATABASE {name}'; END $$;")
    assert hidden.failure is not None
    assert (hidden.failure.sqlstate, hidden.failure.place.line) == ("25001", 2)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "DO $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); END $$",
        "SET idle_in_transaction_session_timeout = '1ms'; SELECT pg_terminate_backend(pg_backend_pid())",
    ],
)
def test_a_migration_that_ends_its_own_session_is_named(scene: Scene, text: str) -> None:
    execution = scene.rehearse("CREATE TABLE boats (id integer);", text)
    assert (execution.ending, execution.stopped_in, len(execution.runs)) == (Ending.LOST, "2_x", 1)
    assert execution.reason == "the connection to the server was lost"


def test_a_copy_from_the_client_does_not_hang(scene: Scene) -> None:
    scene.given(PAST)
    found = scene.rehearse("COPY boats FROM STDIN;").failure
    assert found is not None
    assert (found.sqlstate, found.message) == ("0A000", "COPY to or from the client has nobody to speak to here")
