"""Others write while a migration does: nothing of theirs is lost, and nothing is changed without its old image."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from psycopg import errors
from tests.postgres.archive.kept import asked, release

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

NOTES = """
CREATE TABLE public.notes (id bigint PRIMARY KEY, n integer, body text);
INSERT INTO public.notes SELECT i, i, 'note ' || i FROM generate_series(1, 2000) i;
ANALYZE notes;
"""


def _meanwhile(database: Connection, dsn: str, theirs: str, deploy: threading.Thread) -> None:
    """Somebody has changed rows when the statement comes to them, and commits while it waits."""
    with connect(dsn) as other, connect(dsn) as watching:
        other.execute("BEGIN")
        other.execute(theirs)
        deploy.start()
        pid = database.info.backend_pid
        until = time.monotonic() + 30
        while not asked(watching, f"SELECT FROM pg_locks WHERE pid = {pid} AND NOT granted"):
            assert time.monotonic() < until
        other.execute("COMMIT")
        deploy.join()


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE notes SET n = n * 10 WHERE n < 1000",
        "UPDATE notes SET n = notes.n * 10 FROM (VALUES (1), (2)) v (i) WHERE notes.n < 1000 AND v.i = 1",
        "DELETE FROM notes WHERE n < 1000",
    ],
)
def test_an_old_image_is_what_somebody_has_just_committed(database: Connection, supabase_db: str, text: str) -> None:
    file = release(database, NOTES, text)
    deploy = threading.Thread(target=file.deploy, args=[database])
    theirs = (
        "UPDATE notes SET body = 'theirs', n = CASE WHEN id = 2 THEN 5000 ELSE n + 1 END WHERE id IN (1, 2, 3);"
        "DELETE FROM notes WHERE id = 4; UPDATE notes SET n = 7 WHERE id = 1500"
    )
    _meanwhile(database, supabase_db, theirs, deploy)
    [kept] = file.keeping.rows
    # What was not met as it is now is not changed either; as without Seatrial.
    assert asked(database, f"SELECT id, n, body FROM {kept.was} WHERE id IN (1, 2, 3, 4, 1500) ORDER BY id") == [
        (1, 2, "theirs"), (3, 4, "theirs"),
    ]  # fmt: skip
    assert asked(database, f"SELECT count(*) FROM {kept.was}") == [997]
    file.back(database)
    assert asked(database, "SELECT id, n, body FROM notes WHERE id IN (1, 2, 3, 4, 1500) ORDER BY id") == [
        (1, 2, "theirs"), (2, 5000, "theirs"), (3, 4, "theirs"), (1500, 7, "note 1500"),
    ]  # fmt: skip
    assert asked(database, "SELECT count(*), sum(n) FROM notes") == [(1999, 2001000 + 1 + 4998 + 1 - 4 - 1500 + 7)]


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE notes SET n = -n WHERE n > 10",
        "UPDATE notes SET n = -n FROM (VALUES (true)) v (yes) WHERE v.yes AND n > 10",
    ],
)
def test_batches_keep_their_rows_one_after_the_other_and_count_them(
    database: Connection, supabase_db: str, text: str
) -> None:
    file = release(database, NOTES, f"-- seatrial: batch key=id size=100\n{text}")
    [step] = file.migration.steps
    assert file.keeping.batches
    stop = threading.Event()

    def write() -> None:
        with connect(supabase_db) as other:
            while not stop.is_set():
                # Of two who each have what the other one waits for, one tries again, with Seatrial or without it.
                with suppress(errors.DeadlockDetected):
                    other.execute("UPDATE notes SET body = body || '+' WHERE id % 50 = (random() * 50)::int")

    writing = threading.Thread(target=write)
    writing.start()
    nothing = replace(file.migration, steps=())
    replace(file, migration=nothing).deploy(database)
    assert file.step(database, step) == 1990
    stop.set()
    writing.join()
    [kept] = file.keeping.rows
    assert asked(database, f"SELECT count(*), min(n) FROM {kept.was}") == [(1990, 11)]
    bodies = asked(database, "SELECT body FROM notes ORDER BY id")
    file.back(database)
    assert asked(database, "SELECT n FROM notes ORDER BY id") == list(range(1, 2001))
    assert asked(database, "SELECT body FROM notes ORDER BY id") == bodies
    assert asked(database, "SELECT count(*) FROM seatrial.archive") == [0]


def test_rows_that_are_inserted_in_batches_go_again(database: Connection) -> None:
    schema = NOTES + "CREATE TABLE public.copies (LIKE notes INCLUDING ALL); INSERT INTO copies VALUES (1), (-1)"
    text = "-- seatrial: batch key=id size=300\nINSERT INTO copies SELECT * FROM notes ON CONFLICT DO NOTHING"
    file = release(database, schema, text)
    replace(file, migration=replace(file.migration, steps=())).deploy(database)
    assert file.step(database, file.migration.steps[0]) == 1999
    file.back(database)
    assert asked(database, "SELECT id FROM copies ORDER BY id") == [-1, 1]
