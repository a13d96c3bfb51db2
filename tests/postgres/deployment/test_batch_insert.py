"""An INSERT … SELECT in batches copies every row once, whatever comes between its batches."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.deployment.batches import IMPATIENT, Told, counted, deploy, filled

from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

COPY = "-- seatrial: batch key=id size=100\nINSERT INTO kept (id, n) SELECT notes.id, notes.n + 1 FROM notes;\n"


def beside(connection: Connection, rows: int) -> None:
    """Notes, and a table without a key of its own, so that a row that comes twice is there twice."""
    filled(connection, rows)
    connection.execute("CREATE TABLE kept (id bigint, n int)")


def copied(connection: Connection) -> tuple[int, int]:
    """How many rows there are in the copy, and how many different ones."""
    [found] = connection.execute("SELECT count(*), count(DISTINCT id) FROM kept").fetchall()
    return found[0], found[1]


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 950])
def test_every_row_is_copied_once_and_counted(database: Connection, rows: int) -> None:
    beside(database, rows)
    told = Told()
    assert deploy(database, COPY, told=told).ending is Ending.COMPLETE
    assert copied(database) == (rows, rows)
    assert told.lines[-1].startswith(f"    {rows} row")
    transactions = database.execute("SELECT count(DISTINCT xmin::text) FROM kept").fetchall()
    assert transactions == [(-(-rows // 100),)]


@pytest.mark.parametrize("at", [1, 2, 5, 6, 7])
def test_a_backend_that_is_ended_before_any_commit_is_gone_on_from(
    server: Server, supabase_db: str, at: int
) -> None:  # fmt: skip
    calls = 0
    with connect(supabase_db) as connection, server.superuser(connection.info.dbname) as killer:
        beside(connection, 600)

        def hook() -> None:
            nonlocal calls
            calls += 1
            if calls == at:
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])

        assert deploy(connection, COPY, hook=hook).ending is Ending.LOST
    with connect(supabase_db) as again:
        assert copied(again) == (100 * (at - 1),) * 2
        told = Told()
        assert deploy(again, COPY, told=told).ending is Ending.COMPLETE
        assert copied(again) == (600, 600)
        assert told.lines[-1].startswith("    600 rows in ")
        assert again.execute("SELECT * FROM seatrial.steps").fetchall() == []


def test_writers_beside_it_and_a_trigger_that_mirrors_them_lose_nothing(supabase_db: str) -> None:
    """As a column is put away: what changes meanwhile is mirrored, and the copy leaves what is there already."""
    with connect(supabase_db) as connection, connect(supabase_db) as writer:
        filled(connection, 2000)
        connection.execute(
            "CREATE TABLE kept (id bigint PRIMARY KEY, n int);"
            "CREATE FUNCTION mirror() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF tg_op = 'DELETE' THEN DELETE FROM kept WHERE id = old.id; RETURN NULL; END IF;"
            " INSERT INTO kept VALUES (new.id, new.n) ON CONFLICT (id) DO UPDATE SET n = excluded.n;"
            " RETURN NULL; END $$;"
            "CREATE TRIGGER mirror AFTER INSERT OR UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE FUNCTION mirror()"
        )
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                writer.execute("UPDATE notes SET n = %s WHERE id = %s", [number, number * 7919 % 2000 + 1])
                writer.execute("INSERT INTO notes VALUES (%s, %s)", [2000 + number, number])
                writer.execute("DELETE FROM notes WHERE id = %s", [number * 6101 % 2000 + 1])

        writing = threading.Thread(target=write)
        writing.start()
        text = "INSERT INTO kept SELECT id, n FROM notes FOR SHARE ON CONFLICT (id) DO NOTHING;"
        patient = replace(IMPATIENT, tries=1000, pause=0.01, longest=0.01)
        execution = deploy(connection, f"-- seatrial: batch key=id size=100\n{text}", throttle=patient)
        stop.set()
        writing.join()
        assert execution.ending is Ending.COMPLETE
        differing = "(TABLE kept EXCEPT SELECT id, n FROM notes) UNION ALL (SELECT id, n FROM notes EXCEPT TABLE kept)"
        assert connection.execute(differing).fetchall() == []


def test_other_tables_conditions_and_what_stands_behind_them_survive(database: Connection) -> None:
    filled(database, 300)
    database.execute(
        "CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);"
        "CREATE TABLE other (k bigint, adds int); INSERT INTO other VALUES (1, 5), (150, 7), (299, 1)"
    )
    text = """
    -- seatrial: batch key="id" size=40
    WITH o AS (SELECT * FROM other -- all of them
    )
    INSERT INTO kept AS k (id, n) OVERRIDING SYSTEM VALUE
    SELECT t.id, coalesce(o.adds, 0) FROM ONLY notes AS t LEFT JOIN o ON o.k = t.id
    WHERE t.id < 2 OR o.adds IS NOT NULL -- the end
    ORDER BY t.id DESC
    ON CONFLICT (id) WHERE true DO UPDATE SET n = excluded.n WHERE false RETURNING k.n -- nobody reads it
    """
    assert deploy(database, text).ending is Ending.COMPLETE
    assert counted(database, "kept") == {1: 1, 5: 1, 7: 1}


def test_an_update_from_another_table_goes_through_its_own(database: Connection) -> None:
    """As values come back from the archive: its table has no index that would order the batches."""
    beside(database, 350)
    database.execute("INSERT INTO kept SELECT id, 7 FROM notes WHERE id % 2 = 0")
    text = "-- seatrial: batch key=id size=100\nUPDATE notes SET n = kept.n FROM kept WHERE kept.id = notes.id;"
    assert deploy(database, text).ending is Ending.COMPLETE
    assert counted(database) == {0: 175, 7: 175}


@pytest.mark.parametrize(
    ("insert", "why"),
    [
        ("INSERT INTO kept SELECT count_up(id), 1 FROM notes", "of count_up(), an aggregate counts all rows at once"),
        ("INSERT INTO kept SELECT id, n FROM notes WHERE id NOT IN (SELECT id FROM seen)", "it reads the table that"),
        ("INSERT INTO parts SELECT id FROM notes WHERE id NOT IN (SELECT id FROM seen_parts)", "it reads the table"),
        ("INSERT INTO parts_1 SELECT id FROM notes WHERE id NOT IN (SELECT id FROM parts)", "it reads the table"),
        ("INSERT INTO kept SELECT notes.id, 1 FROM kept_2 AS notes", 'the INSERT cannot be cut by "id": no valid'),
        ("INSERT INTO kept SELECT id, n FROM all_notes", "all_notes is no table"),
    ],
)  # fmt: skip
def test_what_only_the_target_knows_is_refused_before_the_first_batch(
    database: Connection, insert: str, why: str
) -> None:  # fmt: skip
    beside(database, 300)
    database.execute(
        "CREATE AGGREGATE count_up(bigint) (SFUNC = int8larger, STYPE = bigint);"
        "CREATE VIEW seen AS SELECT * FROM kept; CREATE VIEW all_notes AS SELECT * FROM notes;"
        "CREATE TABLE kept_2 (id bigint NOT NULL);"
        "CREATE TABLE parts (id bigint) PARTITION BY RANGE (id);"
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (1000);"
        "CREATE VIEW seen_parts AS SELECT * FROM parts_1"
    )
    execution = deploy(database, f"-- seatrial: batch key=id size=100\n{insert};\n")
    assert execution.failure
    assert (execution.failure.sqlstate, execution.failure.place.line) == ("ST005", 2)
    assert why in execution.failure.message
    assert copied(database) == (0, 0)
    assert read_history(database).progress == {}
