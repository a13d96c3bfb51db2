"""`triggers=off`: what a table does by itself does not happen in a batch, and is as it was behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.deployment.batches import VERSION, counted, deploy, filled
from tests.postgres.ledger.folder import apply, migration

from seatrial.errors import StatementFailed
from seatrial.ledger import write
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

AT_REST = "-- seatrial: batch key=id size=100 triggers=off\nUPDATE notes SET n = n + 1;\n"
FIRED = """
CREATE TABLE fired (what text);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO fired VALUES (tg_name); RETURN coalesce(new, old); END $$;
"""
TRIGGERS = """
CREATE TRIGGER usual BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER always AFTER UPDATE ON notes FOR EACH STATEMENT EXECUTE FUNCTION tell();
CREATE TRIGGER replica AFTER UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER "Of f" AFTER UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION tell();
ALTER TABLE notes ENABLE ALWAYS TRIGGER always, ENABLE REPLICA TRIGGER replica, DISABLE TRIGGER "Of f";
"""
STATES = (
    "SELECT tgrelid::regclass::text, tgname::text, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
)


def fired(connection: Connection) -> set[str]:
    """Names of the triggers that fired."""
    return {what for (what,) in connection.execute("SELECT what FROM fired")}


def test_triggers_rest_and_are_on_again_as_each_of_them_was(database: Connection) -> None:
    filled(database, 250)
    database.execute(FIRED + TRIGGERS)
    before = database.execute(STATES).fetchall()
    assert {state for _, _, state in before} == {"O", "A", "R", "D"}
    seen: list[list[tuple[str, ...]]] = []
    with connect(database.info.dsn) as other:
        execution = deploy(database, AT_REST, hook=lambda: seen.append(other.execute(STATES).fetchall()))
    assert execution.ending is Ending.COMPLETE
    assert (counted(database), fired(database)) == ({1: 250}, set())
    assert database.execute(STATES).fetchall() == before
    # Nobody else has ever seen them off.
    assert seen == [before] * 3
    database.execute("UPDATE notes SET n = 2 WHERE id = 1")
    assert fired(database) == {"usual", "always"}


@pytest.mark.second_server
def test_triggers_of_partitions_rest_too_and_keep_their_own_states(second_db: str) -> None:
    with connect(second_db) as connection:
        _of_partitions(connection)


def test_triggers_of_partitions_rest_on_the_newest_server(database: Connection) -> None:
    _of_partitions(database)


def _of_partitions(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE notes (id bigint PRIMARY KEY, n int NOT NULL DEFAULT 0) PARTITION BY RANGE (id);"
        "CREATE TABLE p0 PARTITION OF notes FOR VALUES FROM (0) TO (150) PARTITION BY RANGE (id);"
        "CREATE TABLE p00 PARTITION OF p0 FOR VALUES FROM (0) TO (50);"
        "CREATE TABLE p01 PARTITION OF p0 FOR VALUES FROM (50) TO (150);"
        "CREATE TABLE p1 PARTITION OF notes FOR VALUES FROM (150) TO (400);"
        "INSERT INTO notes SELECT i FROM generate_series(1, 300) AS g (i);" + FIRED + TRIGGERS +
        "CREATE TRIGGER own AFTER UPDATE ON p1 FOR EACH ROW EXECUTE FUNCTION tell();"
        "ALTER TABLE ONLY p1 ENABLE ALWAYS TRIGGER own, DISABLE TRIGGER usual"
    )  # fmt: skip
    before = connection.execute(STATES).fetchall()
    assert ("p1", "usual", "D") in before
    assert deploy(connection, AT_REST).ending is Ending.COMPLETE
    assert (counted(connection), fired(connection)) == ({1: 300}, set())
    assert connection.execute(STATES).fetchall() == before


def test_foreign_keys_are_kept_and_one_that_waits_for_the_commit_does_not_hinder(database: Connection) -> None:
    filled(database, 250)
    database.execute(
        FIRED + TRIGGERS + "CREATE TABLE numbers (n int PRIMARY KEY); INSERT INTO numbers VALUES (0), (1);"
        "ALTER TABLE notes ADD FOREIGN KEY (n) REFERENCES numbers DEFERRABLE INITIALLY DEFERRED"
    )
    before = database.execute(STATES).fetchall()
    assert deploy(database, AT_REST).ending is Ending.COMPLETE
    assert (counted(database), database.execute(STATES).fetchall()) == ({1: 250}, before)
    execution = deploy(database, AT_REST.replace("n + 1", "n + 2")) if _forget(database) else None
    assert execution
    assert execution.failure
    assert execution.failure.sqlstate == "23503"
    assert (counted(database), database.execute(STATES).fetchall()) == ({1: 250}, before)


def _forget(connection: Connection) -> bool:
    """The ledger no longer knows the version, so that it can be deployed once more."""
    connection.execute("DELETE FROM supabase_migrations.schema_migrations; DELETE FROM seatrial.migrations")
    return True


def test_whatever_ends_a_batch_leaves_the_triggers_on(server: Server, supabase_db: str) -> None:
    with connect(supabase_db) as connection, server.superuser(connection.info.dbname) as killer:
        filled(connection, 300)
        connection.execute(FIRED + TRIGGERS)
        before = connection.execute(STATES).fetchall()

        def refused() -> None:
            raise StatementFailed("enough", sqlstate="ST009")

        assert deploy(connection, AT_REST, hook=refused).failure
        assert connection.execute(STATES).fetchall() == before

        def killed() -> None:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])

        assert deploy(connection, AT_REST, hook=killed).ending is Ending.LOST
        assert killer.execute(STATES).fetchall() == before
    with connect(supabase_db) as again:
        assert deploy(again, AT_REST).ending is Ending.COMPLETE
        assert (counted(again), fired(again)) == ({1: 300}, set())


def test_in_one_piece_they_rest_as_well(database: Connection) -> None:
    """A rehearsal must see what the deployment does."""
    filled(database, 250)
    database.execute(FIRED + TRIGGERS)
    before = database.execute(STATES).fetchall()
    write.create(database)
    assert apply(database, migration(VERSION, AT_REST)).ending is Ending.COMPLETE
    assert (counted(database), fired(database)) == ({1: 250}, set())
    assert database.execute(STATES).fetchall() == before


def test_without_the_option_they_fire(database: Connection) -> None:
    filled(database, 250)
    database.execute(FIRED + TRIGGERS)
    assert deploy(database, AT_REST.replace(" triggers=off", "")).ending is Ending.COMPLETE
    assert fired(database) == {"usual", "always"}


@pytest.fixture
def owner(server: Server, supabase_db: str) -> str:
    """A role that row security holds, and which owns a table with 250 rows that it forces on everybody."""
    with connect(supabase_db) as connection, server.superuser(connection.info.dbname) as admin:
        name = f"owner_{connection.info.dbname}"
        filled(connection, 250)
        admin.execute(
            f"CREATE ROLE {name}; GRANT {name} TO postgres; GRANT CREATE, USAGE ON SCHEMA public TO {name};"
            f"ALTER TABLE notes OWNER TO {name}; ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
            f"CREATE TABLE kept (id bigint PRIMARY KEY, n int); ALTER TABLE kept OWNER TO {name};"
            "CREATE POLICY few ON notes USING (id < 10)"
        )
        return name


FORCED = "SELECT relname::text, relforcerowsecurity FROM pg_class WHERE relname IN ('notes', 'kept') ORDER BY 1"


@pytest.mark.parametrize(
    ("statement", "table", "usual"),
    [
        ("UPDATE notes SET n = n + 1", "notes", 9),
        ("INSERT INTO kept SELECT notes.id, 1 FROM notes", "kept", 9),
    ],
)
def test_a_forced_row_security_keeps_the_owner_from_no_row(
    server: Server, supabase_db: str, owner: str, statement: str, table: str, usual: int
) -> None:  # fmt: skip
    # As many rows as it has without the option.
    with connect(supabase_db) as connection, server.superuser(connection.info.dbname) as admin:
        before = admin.execute(FORCED).fetchall()
        text = f"SET ROLE {owner};\n-- seatrial: batch key=id size=100\n{statement};\n"
        assert deploy(connection, text).ending is Ending.COMPLETE
        assert admin.execute(f"SELECT count(*) FROM {table} WHERE n = 1").fetchall() == [(usual,)]
        admin.execute("UPDATE notes SET n = 0; TRUNCATE kept")
        _forget(connection)
        assert deploy(connection, text.replace("=100", "=100 triggers=off")).ending is Ending.COMPLETE
        assert admin.execute(f"SELECT count(*) FROM {table} WHERE n = 1").fetchall() == [(250,)]
        assert admin.execute(FORCED).fetchall() == before


def test_who_does_not_own_the_table_is_told_so(server: Server, supabase_db: str, owner: str) -> None:
    with connect(supabase_db) as connection, server.superuser(connection.info.dbname) as admin:
        admin.execute(f"CREATE ROLE not_{owner}; GRANT not_{owner} TO postgres; GRANT ALL ON notes TO not_{owner}")
        execution = deploy(connection, f"SET ROLE not_{owner};\n{AT_REST}")
        assert execution.failure
        assert execution.failure.sqlstate == "ST008"
        assert execution.failure.message == f"triggers and row security of notes cannot rest: it belongs to {owner}"
        assert (execution.failure.place.line, execution.failure.place.column) == (3, 1)
        assert counted(admin) == {0: 250}
