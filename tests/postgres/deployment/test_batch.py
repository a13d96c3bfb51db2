"""An UPDATE in batches changes every row once, whatever comes between its batches."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.postgres.deployment.batches import IMPATIENT, VERSION, Told, counted, deploy, filled

from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

COUNT_UP = "-- seatrial: batch key=id size=100\nUPDATE notes SET n = n + 1;\n"


def test_every_row_is_changed_once_and_counted(database: Connection) -> None:
    filled(database, 950)
    told = Told()
    assert deploy(database, COUNT_UP, told=told).ending is Ending.COMPLETE
    assert counted(database) == {1: 950}
    assert told.lines[-1].startswith("    950 rows in 10 batches in ")


def test_it_says_how_fast_it_goes_and_how_long_it_will_take(database: Connection) -> None:
    filled(database, 950)
    database.execute("ANALYZE notes")
    told = Told()
    deploy(database, COUNT_UP, told=told, throttle=replace(IMPATIENT, report=0))
    first, *_ = told.lines
    assert re.fullmatch(r"    100 rows in 1 batch, [\d,]+ rows a second, about .+ left", first)


def test_each_batch_is_a_transaction_of_its_own(database: Connection) -> None:
    filled(database, 250)
    deploy(database, COUNT_UP)
    sizes = database.execute("SELECT count(*) FROM notes GROUP BY xmin::text::bigint ORDER BY xmin::text::bigint")
    assert [size for (size,) in sizes.fetchall()] == [100, 100, 50]


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 200])
def test_the_end_of_the_table_is_found_wherever_it_is(database: Connection, rows: int) -> None:
    filled(database, rows)
    deploy(database, COUNT_UP)
    assert counted(database) == ({1: rows} if rows else {})
    assert VERSION in {one.version for one in read_history(database).applied}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id uuid", "gen_random_uuid()"),
        ("id text", "chr(97 + i % 26) || E'\\'\\\\é' || i"),
        ("id varchar(20)", "CASE i WHEN 1 THEN '' ELSE 'x' || i END"),
        ("id timestamptz", "'2026-01-01 10:00+02'::timestamptz + i * interval '1.000001 seconds'"),
        ("id timestamptz", "CASE i WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity' ELSE now() + i * interval '1 h' END"),
        ("id date", "'2026-01-01'::date + i"),
        ("id numeric", "i / 7.0"),
        ("id integer", "-i"),
        ("id bytea", "decode(lpad(to_hex(i), 6, '0'), 'hex')"),
        ("id inet", "'10.0.0.0'::inet + i"),
    ],
)  # fmt: skip
def test_keys_of_many_types_are_kept_and_read_back(database: Connection, key: str, value: str) -> None:
    filled(database, 333, key, value)
    # What a session prefers must not change what a key means.
    text = "SET datestyle = 'German'; SET timezone = 'Asia/Kathmandu';\n" + COUNT_UP.replace("size=100", "size=50")
    assert deploy(database, text).ending is Ending.COMPLETE
    assert counted(database) == {1: 333}


@pytest.mark.second_server
def test_a_key_is_compared_in_its_own_collation(second_db: str) -> None:
    with connect(second_db) as connection:
        filled(connection, 333, 'id text COLLATE "und-x-icu"', "(ARRAY['ä', 'a', 'Z', 'z', 'B'])[1 + i % 5] || i")
        assert deploy(connection, COUNT_UP.replace("100", "20")).ending is Ending.COMPLETE
        assert counted(connection) == {1: 333}


def test_a_key_that_is_the_first_of_several_columns_takes_equal_ones_together(database: Connection) -> None:
    database.execute(
        "CREATE TABLE notes (id int, line int, n int NOT NULL DEFAULT 0, PRIMARY KEY (id, line));"
        "INSERT INTO notes SELECT i / 30, i FROM generate_series(0, 999) AS g (i)"
    )
    assert deploy(database, COUNT_UP).ending is Ending.COMPLETE
    assert counted(database) == {1: 1000}


def test_partitions_are_gone_through_together(database: Connection) -> None:
    database.execute(
        "CREATE TABLE notes (id bigint PRIMARY KEY, n int NOT NULL DEFAULT 0) PARTITION BY HASH (id);"
        "CREATE TABLE p0 PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
        "CREATE TABLE p1 PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
        "INSERT INTO notes SELECT i FROM generate_series(1, 500) AS g (i)"
    )
    assert deploy(database, COUNT_UP).ending is Ending.COMPLETE
    assert counted(database) == {1: 500}


def test_names_aliases_comments_and_other_tables_survive(database: Connection) -> None:
    database.execute(
        'CREATE SCHEMA "My"; CREATE TABLE "My"."No""tes" ("Id" bigint PRIMARY KEY, n int NOT NULL DEFAULT 0, k int);'
        'INSERT INTO "My"."No""tes" SELECT i, 0, i % 3 FROM generate_series(1, 300) AS g (i);'
        "CREATE TABLE other (k int, adds int); INSERT INTO other VALUES (0, 5), (1, 7)"
    )
    text = """
    SET search_path = "My";
    -- seatrial: batch key="Id" size=40
    WITH o AS (SELECT * FROM public.other -- all of them
    )
    UPDATE ONLY "No""tes" AS t SET n = t.n + o.adds /* where */ FROM o
    WHERE o.k = t.k OR false -- the end
    RETURNING t.n -- nobody reads it
    """
    assert deploy(database, text).ending is Ending.COMPLETE
    assert counted(database, '"My"."No""tes"') == {0: 100, 5: 100, 7: 100}


def test_a_condition_is_kept_whole(database: Connection) -> None:
    filled(database, 300)
    told = Told()
    deploy(database, COUNT_UP.replace(";", " WHERE id < 51 OR id > 250;"), told=told)
    assert counted(database) == {0: 200, 1: 100}
    assert told.lines[-1].startswith("    100 rows in 4 batches in ")


@pytest.mark.parametrize("at", range(1, 8))
def test_a_backend_that_is_ended_before_any_commit_is_gone_on_from(
    server: Server, supabase_db: str, at: int
) -> None:  # fmt: skip
    calls = 0
    with connect(supabase_db) as connection, server.superuser(connection.info.dbname) as killer:
        filled(connection, 600)

        def hook() -> None:
            nonlocal calls
            calls += 1
            if calls == at:
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])

        execution = deploy(connection, COUNT_UP, hook=hook)
        assert execution.ending is Ending.LOST
    with connect(supabase_db) as again:
        # The batch whose COMMIT did not come is taken back as a whole.
        assert counted(again).get(1, 0) == 100 * (at - 1)
        told = Told()
        assert deploy(again, COUNT_UP, told=told).ending is Ending.COMPLETE
        assert counted(again) == {1: 600}
        assert told.lines[-1].startswith("    600 rows in ")
        assert again.execute("SELECT * FROM seatrial.steps").fetchall() == []


def test_a_backend_that_is_ended_inside_of_a_batch_is_gone_on_from(server: Server, supabase_db: str) -> None:
    with connect(supabase_db) as connection, server.superuser(connection.info.dbname) as killer:
        filled(connection, 500)
        slow = (
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF new.id = 250 AND current_setting('seatrial.slow', true) = 'on' THEN PERFORM pg_sleep(60); END IF;"
            " RETURN new; END $$;"
            "CREATE TRIGGER slow BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        connection.execute(slow)
        connection.execute("SET seatrial.slow = on")
        pid = connection.info.backend_pid
        kill = partial(killer.execute, "SELECT pg_terminate_backend(%s)", [pid])
        end = threading.Thread(target=_when_asleep, args=(killer, pid, kill))
        end.start()
        assert deploy(connection, "SET seatrial.slow = on;\n" + COUNT_UP).ending is Ending.LOST
        end.join()
    with connect(supabase_db) as again:
        assert counted(again) == {0: 300, 1: 200}
        again.execute("DROP TRIGGER slow ON notes")
        assert deploy(again, "SET seatrial.slow = on;\n" + COUNT_UP).ending is Ending.COMPLETE
        assert counted(again) == {1: 500}


def _when_asleep(looking: Connection, pid: int, then: Callable[[], object]) -> None:
    asleep = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
    while not looking.execute(asleep, [pid]).fetchall():
        threading.Event().wait(0.01)
    then()


def test_a_deployer_that_comes_while_an_orphan_still_commits_changes_nothing_twice(supabase_db: str) -> None:
    """The orphan's batch is done and not committed yet; whoever comes waits for it, and then sees how far it came."""
    with connect(supabase_db) as orphan, connect(supabase_db) as new:
        filled(orphan, 300)
        result: list[Ending] = []
        patient = replace(IMPATIENT, tries=1000, pause=0.01, longest=0.01)
        comes = threading.Thread(target=lambda: result.append(deploy(new, COUNT_UP, throttle=patient).ending))
        begun = threading.Event()

        def hook() -> None:
            if not begun.is_set():
                begun.set()
                comes.start()
                waits = "SELECT FROM pg_locks WHERE pid = %s AND NOT granted"
                with connect(supabase_db) as looking:
                    while not looking.execute(waits, [new.info.backend_pid]).fetchall():
                        threading.Event().wait(0.005)

        deploy(orphan, COUNT_UP, hook=hook, throttle=patient)
        comes.join()
        # Batches of the two may take turns; whoever comes last finds that it is complete.
        assert counted(new) == {1: 300}


def test_rows_that_come_behind_the_position_are_changed_and_those_before_it_are_new(supabase_db: str) -> None:
    with connect(supabase_db) as connection, connect(supabase_db) as other:
        filled(connection, 300, value="i * 10")
        calls = 0

        def hook() -> None:
            nonlocal calls
            calls += 1
            if calls == 1:
                other.execute("INSERT INTO notes VALUES (5), (2995), (100000)")

        told = Told()
        deploy(connection, COUNT_UP, hook=hook, told=told)
        assert counted(connection) == {0: 1, 1: 302}
        assert told.lines[-1].startswith("    302 rows in ")


def test_a_lock_holder_is_waited_for_with_smaller_batches(supabase_db: str) -> None:
    with connect(supabase_db) as connection, connect(supabase_db) as holder:
        filled(connection, 400)
        holder.execute("BEGIN; SELECT FROM notes WHERE id = 180 FOR UPDATE")
        patient = replace(IMPATIENT, tries=200, pause=0.01, longest=0.02)
        done: list[int] = []

        def hook() -> None:
            done.extend(number for (number,) in connection.execute("SELECT count(*) FROM notes WHERE n = 1"))
            if done[-1] == 150:
                holder.execute("COMMIT")

        deploy(connection, COUNT_UP, hook=hook, throttle=patient)
        assert counted(connection) == {1: 400}
        # It came nearer to the row that was locked with a batch of half the size, which then grows back.
        assert done[:3] == [100, 150, 207]


def test_who_waits_for_a_batch_gets_a_pause_and_smaller_ones(supabase_db: str) -> None:
    with connect(supabase_db) as connection, connect(supabase_db) as other, connect(supabase_db) as looking:
        filled(connection, 400)
        done: list[int] = []
        waits = threading.Thread(target=lambda: other.execute("UPDATE notes SET kind = 'b' WHERE id = 150"))

        def hook() -> None:
            done.extend(number for (number,) in connection.execute("SELECT count(*) FROM notes WHERE n = 1"))

        connection.execute(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP PERFORM pg_sleep(0.005); END LOOP;"
            " RETURN NULL; END $$;"
            "CREATE TRIGGER wait AFTER UPDATE ON notes FOR EACH ROW WHEN (new.id = 200) EXECUTE FUNCTION wait()"
        )
        # It sleeps in the middle of a batch, whose rows are locked.
        go = threading.Thread(target=_when_asleep, args=(looking, connection.info.backend_pid, waits.start))
        go.start()
        deploy(connection, COUNT_UP, hook=hook)
        go.join()
        waits.join()
        assert counted(connection) == {1: 400}
        assert done[:3] == [100, 200, 250]
