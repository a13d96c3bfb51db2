"""What a rollback has put away comes back when its migration is deployed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.postgres.archive.deeds import archive, listed, run, value, values
from tests.postgres.deployment.batches import deploy

from seatrial.archive import columns, tables
from seatrial.archive.read import read_archive
from seatrial.archive.returning import returning
from seatrial.model.archive import Cause, KeptColumns, KeptTable
from seatrial.model.execution import Ending
from seatrial.standin.state import read_state

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SPACE = "seatrial_archive_back_1_public"
#: A migration: a table that refers to itself, one that refers to it, a column that it fills, rows of its own.
OLD = "CREATE TABLE orgs (id int PRIMARY KEY, name text); INSERT INTO orgs VALUES (1, 'one'), (2, 'two');"
MADE = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org int REFERENCES orgs, parent bigint REFERENCES notes,
  body text UNIQUE, mood mood, size int GENERATED ALWAYS AS (length(body)) STORED, meta json);
CREATE TABLE marks (id serial PRIMARY KEY, note bigint NOT NULL REFERENCES notes);
INSERT INTO notes (org, body) VALUES (1, 'seed'), (1, 'second seed');
ALTER TABLE orgs ADD COLUMN rank int;
UPDATE orgs SET rank = id;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END';
CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE notes DISABLE TRIGGER refuse;
"""
ON = "ALTER TABLE notes ENABLE ALWAYS TRIGGER refuse;"
USED = """
UPDATE notes SET body = 'changed seed', meta = '{"a":  1}' WHERE id = 1;
INSERT INTO notes (org, parent, body, mood) VALUES (2, 1, 'child', 'bad');
INSERT INTO notes (org, parent, body) VALUES (2, 3, 'grandchild');
UPDATE notes SET parent = 4 WHERE id = 2;
INSERT INTO marks (note) VALUES (4), (1);
UPDATE orgs SET rank = 20 WHERE id = 2;
"""
UNDONE = """
ALTER TYPE mood SET SCHEMA seatrial_archive_back_1_public; DROP FUNCTION refuse() CASCADE;
ALTER TABLE orgs DROP COLUMN rank;
"""
RANK = KeptColumns(table="public.orgs", place=f'{SPACE}."orgs columns"', key=("id",), columns=("rank",))
TABLES = [KeptTable(table=f"public.{name}", place=f"{SPACE}.{name}") for name in ("marks", "notes")]
ROWS = (
    "SELECT id, org, parent, body, mood::text, size, meta::text FROM notes ORDER BY id",
    "SELECT id, note FROM marks ORDER BY id",
    "SELECT * FROM orgs ORDER BY id",
)


def rolled_back(connection: Connection, used: str = USED) -> list[list[tuple[Any, ...]]]:
    """Deployed, used, and taken back; what was there."""
    archive(connection, OLD, MADE, used)
    rows = [values(connection, question) for question in ROWS]
    away = columns.put_away(RANK, version="1", cause=Cause.ROLLBACK)
    run(connection, [*away.prepare, away.copy, *away.finish])
    for table in TABLES:
        run(connection, tables.put_away(table, version="1", cause=Cause.ROLLBACK, cascade=True))
    run(connection, [UNDONE])
    return rows


def again(connection: Connection, *, made: str = MADE + ON, rows: int = 10, between: str = "SELECT") -> None:
    """Deploy it once more, with what comes back."""
    with connection.transaction(force_rollback=True):
        run(connection, [made])
        after = read_state(connection)
    entries = read_archive(connection)
    ending, behind = returning(entries, after, sizes={one.place: rows for one in entries})
    run(connection, [made, *ending])
    run(connection, [between])
    if behind:
        assert deploy(connection, behind).ending is Ending.COMPLETE


def test_every_row_is_back_and_the_rows_of_the_file_itself_give_way(database: Connection) -> None:
    before = rolled_back(database)
    again(database)
    assert [values(database, question) for question in ROWS] == before
    assert not listed(database)
    assert value(database, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'refuse'") == "A"
    database.execute("ALTER TABLE notes DISABLE TRIGGER refuse")
    assert value(database, "INSERT INTO notes (org, body) VALUES (1, 'next') RETURNING id") == "5"
    assert value(database, "INSERT INTO marks (note) VALUES (1) RETURNING id") == "3"


def test_many_rows_come_back_behind_the_file(database: Connection) -> None:
    more = USED + "INSERT INTO marks (note) SELECT 1 + n % 4 FROM generate_series(1, 12000) n;"
    before = rolled_back(database, more)
    again(database, made=MADE.replace("INSERT INTO notes", "-- INSERT INTO notes") + ON, rows=20_000)
    assert [values(database, question) for question in ROWS[:2]] == before[:2]
    assert [entry["object"] for entry in listed(database)] == ["public.orgs"]


def test_a_row_whose_place_is_taken_stays_and_is_counted(database: Connection) -> None:
    rolled_back(database)
    between = "ALTER TABLE notes DISABLE TRIGGER refuse; INSERT INTO notes (org, body) VALUES (1, 'child')"
    again(database, made=MADE.replace("INSERT INTO notes", "-- INSERT INTO notes") + ON, rows=20_000, between=between)
    found = {entry["object"]: entry["conflicts"] for entry in listed(database)}
    assert value(database, "SELECT count(*) FROM notes WHERE body = 'child'") == "1"
    assert found["public.notes"] >= 1
    kept = int(value(database, f"SELECT count(*) FROM {SPACE}.notes"))
    assert kept == found["public.notes"]
    assert kept + int(value(database, "SELECT count(*) FROM notes")) == 5


def test_rows_whose_parents_are_gone_stay_and_do_not_fail_it(database: Connection) -> None:
    rolled_back(database)
    database.execute("DELETE FROM orgs WHERE id = 2")
    again(database)
    # The child, its grandchild and what hangs on that: all of them refer to what is gone.
    assert [row[0] for row in values(database, "SELECT id FROM notes ORDER BY id")] == [1, 2]
    assert values(database, f"SELECT id FROM {SPACE}.notes ORDER BY id") == [(2,), (3,), (4,)]
    assert values(database, f"SELECT id, note FROM {SPACE}.marks") == [(1, 4)]
    # The columns of the organization that is gone stay as well.
    found = {entry["object"]: entry["conflicts"] for entry in listed(database)}
    assert found == {"public.notes": 3, "public.marks": 1, "public.orgs": 1}


@pytest.mark.parametrize("rows", [10, 20_000])
def test_a_file_that_was_changed_meanwhile_gets_what_fits(database: Connection, rows: int) -> None:
    rolled_back(database)
    made = (
        MADE.replace("org int", "org bigint")
        .replace("meta json", "meta int")
        .replace("INSERT INTO notes", "-- INSERT INTO")
    )
    again(database, made=made + ON, rows=rows)
    assert value(database, "SELECT count(*) FROM notes") == "4"
    # What is no number stays where it is.
    assert values(database, f"SELECT id, meta::text FROM {SPACE}.notes") == [(1, '{"a":  1}')]


def test_a_required_column_that_the_archive_does_not_have_keeps_all_of_it_there(database: Connection) -> None:
    rolled_back(database)
    again(database, made=MADE.replace("id serial", "needed text NOT NULL, id serial") + ON)
    assert value(database, "SELECT count(*) FROM marks") == "0"
    assert [entry["conflicts"] for entry in listed(database)] == [2]


def test_circles_of_rows_come_back(database: Connection) -> None:
    rolled_back(database, USED + "UPDATE notes SET parent = 2 WHERE id = 1; UPDATE notes SET parent = id WHERE id = 3;")
    again(database)
    assert values(database, "SELECT id, parent FROM notes ORDER BY id") == [(1, 2), (2, 4), (3, 3), (4, 3)]
    assert not listed(database)
