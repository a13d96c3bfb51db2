"""Batches that cannot be, are refused before the first; those that fail keep what is done, and say where it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.deployment.batches import VERSION, Told, counted, deploy, filled
from tests.postgres.ledger.folder import apply, migration

from seatrial.errors import StatementFailed
from seatrial.ledger import write
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

COUNT_UP = "-- seatrial: batch key=id size=100\nUPDATE notes SET n = n + 1;\n"


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("id bigint NULL UNIQUE", "it may be NULL"),
        ("id bigint NOT NULL", "no valid unique index"),
        ("other bigint, id bigint NOT NULL, UNIQUE (other, id)", "no valid unique index"),
        ("nothing int", "has no such column"),
        ("id bigint NOT NULL, EXCLUDE (id WITH =)", "no valid unique index"),
    ],
)
def test_a_key_that_does_not_tell_rows_apart(database: Connection, key: str, why: str) -> None:
    database.execute(f"CREATE TABLE notes ({key}, n int NOT NULL DEFAULT 0); INSERT INTO notes (n) SELECT 0 LIMIT 0")
    execution = deploy(database, COUNT_UP)
    assert execution.failure
    assert (execution.failure.sqlstate, execution.failure.place.line) == ("ST005", 2)
    assert why in execution.failure.message
    assert read_history(database).progress == {}


@pytest.mark.parametrize("index", ["(id) WHERE n = 0", "((id + 0))", "(id text_pattern_ops)", '(id COLLATE "POSIX")'])
def test_an_index_of_another_kind_does_not_count(database: Connection, index: str) -> None:
    kind = "text" if "ops" in index or "POSIX" in index else "bigint"
    database.execute(f"CREATE TABLE notes (id {kind} NOT NULL, n int); CREATE UNIQUE INDEX ON notes {index}")
    execution = deploy(database, COUNT_UP)
    assert execution.failure
    assert execution.failure.sqlstate == "ST005"


def test_a_view_is_no_table(database: Connection) -> None:
    filled(database, 10)
    database.execute("ALTER TABLE notes RENAME TO real; CREATE VIEW notes AS SELECT * FROM real")
    execution = deploy(database, COUNT_UP)
    assert execution.failure
    assert "notes is no table" in execution.failure.message


def test_not_null_that_is_not_valid_does_not_count(database: Connection) -> None:
    database.execute(
        "CREATE TABLE notes (id bigint UNIQUE, n int NOT NULL DEFAULT 0); INSERT INTO notes VALUES (NULL);"
        "ALTER TABLE notes ADD CONSTRAINT there NOT NULL id NOT VALID"
    )
    assert deploy(database, COUNT_UP).failure
    assert counted(database) == {0: 1}


def test_an_update_that_cannot_be_cut(database: Connection) -> None:
    filled(database, 10)
    execution = deploy(database, COUNT_UP.replace("n = n + 1", "id = id + 100"))
    assert execution.failure
    assert execution.failure.message.startswith("this statement cannot be cut into batches: it changes")


@pytest.mark.parametrize(
    "update",
    [
        "UPDATE notes SET n = (SELECT max(seen.n) FROM seen) + 1",
        "UPDATE notes AS seen SET n = 1 WHERE id > (SELECT count(*) FROM seen WHERE n = 1)",
        "UPDATE notes SET n = others.n + 1 FROM others WHERE others.id = notes.id",
        "WITH most AS MATERIALIZED (SELECT max(n) AS n FROM seen) UPDATE notes SET n = most.n + 1 FROM most",
        "UPDATE logged SET n = (SELECT max(all_logged.n) FROM all_logged) + 1",
        "UPDATE logged_1 SET n = (SELECT max(logged.n) FROM logged) + 1",
    ],
)
def test_what_reads_its_own_table_out_of_sight_is_refused(database: Connection, update: str) -> None:
    filled(database, 300)
    database.execute(
        "CREATE VIEW seen AS SELECT * FROM notes; CREATE VIEW others AS SELECT * FROM seen WHERE id < 10;"
        "CREATE TABLE logged (id bigint PRIMARY KEY, n int NOT NULL DEFAULT 0) PARTITION BY RANGE (id);"
        "CREATE TABLE logged_1 PARTITION OF logged FOR VALUES FROM (0) TO (100);"
        "CREATE TABLE logged_2 PARTITION OF logged FOR VALUES FROM (100) TO (400);"
        "INSERT INTO logged SELECT id FROM notes; CREATE VIEW all_logged AS SELECT * FROM logged"
    )
    execution = deploy(database, f"-- seatrial: batch key=id size=100\n{update};\n")
    assert execution.failure
    assert (execution.failure.sqlstate, execution.failure.place.line) == ("ST005", 2)
    assert "it reads the table that it changes, through a view or a policy" in execution.failure.message
    assert (counted(database), counted(database, "logged")) == ({0: 300}, {0: 300})
    assert read_history(database).progress == {}


def test_another_table_behind_a_view_and_partitions_of_its_own_are_none_of_it(database: Connection) -> None:
    filled(database, 300)
    database.execute(
        "CREATE TABLE logged (id bigint PRIMARY KEY, n int NOT NULL DEFAULT 0) PARTITION BY RANGE (id);"
        "CREATE TABLE logged_1 PARTITION OF logged FOR VALUES FROM (0) TO (100);"
        "CREATE TABLE logged_2 PARTITION OF logged FOR VALUES FROM (100) TO (400);"
        "INSERT INTO logged SELECT id FROM notes; CREATE VIEW seen AS SELECT * FROM notes"
    )
    update = "UPDATE logged AS seen SET n = seen.n + 1 FROM public.seen AS other WHERE other.id = seen.id"
    assert deploy(database, f"-- seatrial: batch key=id size=100\n{update};\n").ending is Ending.COMPLETE
    assert counted(database, "logged") == {1: 300}


def test_a_batch_that_fails_is_taken_back_and_those_before_it_are_kept(database: Connection) -> None:
    filled(database, 400)
    database.execute("UPDATE notes SET kind = 'x' WHERE id = 250")
    text = (
        "-- seatrial: batch key=id size=100\nUPDATE notes\n"
        "SET n = n + length(kind) / (length(kind) - ascii(kind) + 119)\nWHERE n = 0 AND kindd = kind;"
    )
    broken = deploy(database, text)
    assert broken.failure
    assert (broken.failure.place.line, broken.failure.place.column) == (4, 17)
    assert broken.half_made == ()
    text = text.replace("kindd = kind", "true")
    failed = deploy(database, text)
    assert failed.failure
    assert failed.failure.sqlstate == "22012"
    assert failed.half_made == ("200 rows of step 1 kept, up to id 200",)
    assert counted(database)[0] == 400
    assert dict(read_history(database).progress[VERSION].rows) == {1: 200}


def test_what_was_begun_by_one_key_is_not_gone_on_by_another(database: Connection) -> None:
    filled(database, 300)
    database.execute("ALTER TABLE notes ADD COLUMN key2 bigint GENERATED BY DEFAULT AS IDENTITY UNIQUE")

    def hook() -> None:
        [[done]] = database.execute("SELECT count(*) FROM notes WHERE n = 1").fetchall()
        if done == 200:
            raise StatementFailed("enough", sqlstate="ST009")

    assert deploy(database, COUNT_UP, hook=hook).failure
    execution = deploy(database, COUNT_UP.replace("key=id", "key=key2"))
    assert execution.failure
    assert 'was begun in another form, by the key "id"' in execution.failure.message
    assert counted(database) == {0: 200, 1: 100}
    assert deploy(database, COUNT_UP).ending is Ending.COMPLETE
    assert counted(database) == {1: 300}


def test_a_gate_that_refuses_at_the_end_takes_the_last_batch_back(database: Connection) -> None:
    filled(database, 250)
    told = Told()
    last = "INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('" + VERSION + "')"
    write.create(database)
    database.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'")
    trigger = "CREATE TRIGGER refuse BEFORE INSERT ON supabase_migrations.schema_migrations EXECUTE FUNCTION refuse()"
    database.execute(trigger)
    assert deploy(database, COUNT_UP, told=told).failure
    assert counted(database) == {0: 50, 1: 200}
    database.execute("DROP TRIGGER refuse ON supabase_migrations.schema_migrations")
    assert deploy(database, COUNT_UP, told=told).ending is Ending.COMPLETE
    assert counted(database) == {1: 250}
    assert "250 rows in 1 batch in " in told.lines[-1]
    assert told.lines[-1].endswith("(200 of them by an earlier run)")
    with pytest.raises(Exception, match="duplicate key"):
        database.execute(last)


def test_where_nobody_is_at_work_it_is_one_transaction(database: Connection) -> None:
    """A rehearsal runs the UPDATE as it is written."""
    filled(database, 250)
    write.create(database)
    assert apply(database, migration(VERSION, COUNT_UP)).ending is Ending.COMPLETE
    [[transactions]] = database.execute("SELECT count(DISTINCT xmin::text) FROM notes").fetchall()
    assert (counted(database), transactions) == ({1: 250}, 1)


def test_a_ledger_from_before_there_were_batches_is_brought_up_to_date(database: Connection) -> None:
    write.create(database)
    database.execute("ALTER TABLE seatrial.steps DROP COLUMN position, DROP COLUMN rows")
    database.execute("INSERT INTO seatrial.steps (version, step, content_digest, done) VALUES ('1', 1, 'x', false)")
    assert read_history(database).progress["1"].positions == {}
    filled(database, 250)
    assert deploy(database, COUNT_UP).ending is Ending.COMPLETE
    assert counted(database) == {1: 250}
