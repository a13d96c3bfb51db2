"""What a file takes away is kept by its deployment: tables are moved, columns are copied, and the rest is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.archive.deeds import archive, listed, run, value, values
from tests.postgres.deployment.batches import deploy
from tests.postgres.ledger.folder import migration

from seatrial.errors import StatementFailed
from seatrial.flows.undo.kept import kept
from seatrial.model.archive import Cause
from seatrial.model.execution import Ending
from seatrial.model.migration import StepKind
from seatrial.rollback.keep import keeping
from seatrial.standin.state import read_state

if TYPE_CHECKING:
    from seatrial.model.archive import Keeping
    from seatrial.pg.connection import Connection

VERSION = "20260101000000"
SPACE = f"seatrial_archive_kept_{VERSION}_public"
GIVEN = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION first() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SEQUENCE numbers;
CREATE TABLE orgs (id int PRIMARY KEY);
CREATE TABLE notes (
  id int PRIMARY KEY, org int REFERENCES orgs, owner int, mood mood DEFAULT 'good', n int DEFAULT first(),
  number bigint DEFAULT nextval('numbers'), price numeric(8, 2), body text);
CREATE TABLE marks (id int PRIMARY KEY, note int REFERENCES notes);
INSERT INTO orgs VALUES (1); INSERT INTO notes (id, org, price, body) VALUES (1, 1, 1.25, 'a long one');
INSERT INTO marks VALUES (1, 1);
"""


def kept_by(connection: Connection, text: str, given: str = GIVEN, **also: tuple[str, ...]) -> Keeping:
    """What the deployment of a file does beside it."""
    archive(connection, given)
    before = read_state(connection)
    with connection.transaction(force_rollback=True):
        run(connection, [text])
        after = read_state(connection)
    owners = {f"public.{table}": columns for table, columns in also.items()}
    return keeping(migration(VERSION, text), before, after, keep="48 hours", also=owners)


def deployed(connection: Connection, text: str, given: str = GIVEN, **also: tuple[str, ...]) -> Keeping:
    """Its steps, one after the other."""
    found = kept_by(connection, text, given, **also)
    for step in kept(migration(VERSION, text), found).steps:
        if step.kind is StepKind.BATCH:
            connection.execute("DELETE FROM supabase_migrations.schema_migrations; DELETE FROM seatrial.migrations")
            [copy] = step.statements
            directive = f"-- seatrial: batch key={copy.batch.key} size=5000\n"  # type: ignore[union-attr]
            assert deploy(connection, directive + copy.text).ending is Ending.COMPLETE
        else:
            run(connection, [one.text for one in step.statements])
    return found


def test_tables_are_moved_with_what_they_need(database: Connection) -> None:
    found = deployed(
        database,
        "DROP TABLE IF EXISTS marks, notes, absent; DROP TYPE mood; DROP FUNCTION first(); DROP SEQUENCE numbers;",
    )
    assert [one.table for one in found.tables] == ["public.marks", "public.notes"]
    assert not found.unkept
    assert values(database, f"SELECT id, mood::text, n, number, body FROM {SPACE}.notes") == [
        (1, "good", 1, 1, "a long one")
    ]
    assert (
        value(
            database,
            "SELECT to_regclass('notes') IS NULL AND to_regtype('mood') IS NULL AND to_regclass('numbers') IS NULL",
        )
        == "true"
    )
    assert {entry["cause"] for entry in listed(database)} == {Cause.DEPLOY}
    assert all(entry["keep_until"] for entry in listed(database))


def test_what_the_server_would_refuse_is_refused_and_nothing_is_moved(database: Connection) -> None:
    archive(database, GIVEN)
    before = read_state(database)
    text = "DROP TABLE notes;"
    with database.transaction(force_rollback=True):
        run(database, ["DROP TABLE notes CASCADE"])
        after = read_state(database)
    found = keeping(migration(VERSION, text), before, after, keep="", also={})
    with pytest.raises(StatementFailed, match="cannot drop table notes because other objects depend on it"):
        run(database, found.instead[0])
    assert not listed(database)


def test_with_cascade_what_depends_goes_too(database: Connection) -> None:
    found = deployed(database, "DROP TABLE notes CASCADE", GIVEN + "CREATE VIEW seen AS SELECT * FROM notes;")
    assert not found.unkept
    assert value(database, "SELECT to_regclass('seen') IS NULL") == "true"
    assert value(database, "SELECT count(*) FROM marks") == "1"
    assert value(database, f"SELECT count(*) FROM {SPACE}.notes") == "1"


def test_a_schema_goes_after_its_tables_have_been_moved(database: Connection) -> None:
    given = (
        "CREATE SCHEMA app; CREATE TYPE app.kind AS ENUM ('a');"
        "CREATE TABLE app.t (id int PRIMARY KEY, k app.kind); INSERT INTO app.t VALUES (1, 'a');"
    )
    found = deployed(database, "DROP SCHEMA app CASCADE", given)
    assert [one.table for one in found.tables] == ["app.t"]
    assert value(database, "SELECT to_regnamespace('app') IS NULL") == "true"
    assert value(database, f"SELECT k FROM seatrial_archive_kept_{VERSION}_app.t") == "a"


def test_a_table_of_the_file_itself_is_not_kept_and_one_that_is_made_again_is(database: Connection) -> None:
    text = "CREATE TABLE short (id int); DROP TABLE short; DROP TABLE marks; CREATE TABLE marks (id text);"
    found = deployed(database, text)
    assert [one.table for one in found.tables] == ["public.marks"]
    assert value(database, f"SELECT note FROM {SPACE}.marks") == "1"
    assert value(database, "SELECT count(*) FROM marks") == "0"


def test_columns_are_copied_before_and_values_that_a_new_type_cuts(database: Connection) -> None:
    text = """
        UPDATE orgs SET id = id; ALTER TABLE notes DROP COLUMN mood, ALTER COLUMN price TYPE int;
        DROP TYPE mood; ALTER TABLE public.notes ALTER COLUMN body TYPE varchar(3) USING left(body, 3);
        ALTER TABLE notes ALTER COLUMN n TYPE bigint;"""
    found = deployed(database, text, notes=("owner", "absent"))
    [columns] = found.columns
    assert (columns.key, columns.columns, columns.also) == (("id",), ("mood", "price", "body"), ("owner",))
    kept_values = values(database, f"SELECT id, mood::text, price::text, body, owner FROM {columns.place}")
    assert kept_values == [(1, "good", "1.25", "a long one", None)]
    assert values(database, "SELECT price, body FROM notes") == [(1, "a l")]
    assert (
        value(database, "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'notes'::regclass") == "0"
    )


@pytest.mark.parametrize(("text", "clause"), [
    ("DO $$ BEGIN DROP TABLE marks; END $$", "table public.marks is dropped where it cannot be moved"),
    ("DO $$ BEGIN ALTER TABLE notes DROP body; END $$",
     "column body of public.notes is dropped where it cannot be copied before"),
    ("ALTER TABLE notes DROP COLUMN id CASCADE",
     "columns id of public.notes are changed, and it has no key that stays"),
    ("DROP TABLE marks CASCADE", ""),
])  # fmt: skip
def test_what_cannot_be_kept_is_named(database: Connection, text: str, clause: str) -> None:
    found = kept_by(database, text)
    assert list(found.unkept) == [clause] * bool(clause)


def test_a_table_that_needs_an_extension_that_goes_is_named(database: Connection) -> None:
    given = "CREATE EXTENSION citext; CREATE TABLE t (id int, c citext);"
    found = kept_by(database, "DROP TABLE t; DROP EXTENSION citext;", given)
    assert found.unkept == ("table public.t is dropped, and needs extension citext, which is dropped as well",)
    assert not found.tables
