"""Columns are kept beside their key while others write, and come back where nobody has written since."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tests.postgres.archive.deeds import archive, listed, run, value, values
from tests.postgres.deployment.batches import deploy

from seatrial.archive.altered import made_of, touched, untouched
from seatrial.archive.columns import bring_back, put_away
from seatrial.model.archive import Cause, KeptColumns
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SPACE = "seatrial_archive_kept_1_public"
KEPT = KeptColumns(
    table="public.people", place=f'{SPACE}."people columns"', key=("id",), columns=("email", "extra"), also=("org",)
)
PEOPLE = """
CREATE TABLE people (id bigint PRIMARY KEY, org int, email text, extra json, name text);
GRANT ALL ON people TO authenticated;
INSERT INTO people SELECT n, n % 3, 'm' || n, '{"a": 1}', 'n' FROM generate_series(1, 2000) n;
"""
GONE = "ALTER TABLE people DROP COLUMN email, DROP COLUMN extra"
BACK = "ALTER TABLE people ADD email text, ADD extra json"
AWAY = put_away(KEPT, version="1", cause=Cause.DEPLOY, keep="48 hours")


def dropped(connection: Connection) -> None:
    """As a deployment does it, without the steps."""
    archive(connection, PEOPLE)
    run(connection, AWAY.prepare)
    run(connection, [AWAY.copy])
    run(connection, [*AWAY.finish, GONE])


def returned(connection: Connection) -> None:
    back = bring_back(KEPT)
    run(connection, [back.fill])
    run(connection, back.finish)


def test_everything_comes_back_and_nothing_is_left(database: Connection) -> None:
    archive(database, PEOPLE)
    before = values(database, "SELECT id, email, extra::text FROM people ORDER BY id")
    run(database, AWAY.prepare)
    run(database, [AWAY.copy])
    run(database, [*AWAY.finish, GONE])
    [entry] = listed(database)
    assert entry["details"] == {"key": ["id"], "columns": ["email", "extra"], "also": ["org"]}
    assert (entry["keep_until"] - entry["archived_at"]).total_seconds() == pytest.approx(48 * 3600)
    assert value(database, f"SELECT count(*) FROM {KEPT.place} WHERE org = 1") == "667"
    database.execute(BACK)
    returned(database)
    assert values(database, "SELECT id, email, extra::text FROM people ORDER BY id") == before
    assert not listed(database)
    assert value(database, f"SELECT to_regnamespace('{SPACE}')") == ""


def test_no_value_of_a_writer_beside_the_copy_is_lost(supabase_db: str, database: Connection) -> None:
    archive(database, PEOPLE)
    run(database, AWAY.prepare)
    ended, failed = threading.Event(), []

    def write() -> None:
        with connect(supabase_db) as writer:
            writer.execute("SET ROLE authenticated")
            number = 0
            try:
                while not ended.is_set() or number < 300:
                    number += 1
                    at = number * 7 % 2000 + 1
                    writer.execute(f"UPDATE people SET email = 'w{number}' WHERE id = {at}".encode())
                    writer.execute(f"DELETE FROM people WHERE id = {at + 1} AND id % 5 = 0".encode())
                    writer.execute(f"INSERT INTO people VALUES ({10000 + number}, 1, 'new{number}')".encode())
                    writer.execute(f"UPDATE people SET id = id + 100000 WHERE id = {10000 + number - 50}".encode())
            except Exception as error:  # noqa: BLE001 - told to the test
                failed.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    copied = deploy(database, AWAY.copy.replace("size=5000", "size=50"))
    ended.set()
    thread.join()
    assert copied.ending is Ending.COMPLETE
    assert not failed
    run(database, AWAY.finish)
    question = "SELECT id, email, extra::text FROM {} ORDER BY id"
    assert values(database, question.format(KEPT.place)) == values(database, question.format("people"))


def test_keys_that_change_places_in_one_statement_keep_their_values(database: Connection) -> None:
    archive(database, PEOPLE, "ALTER TABLE people DROP CONSTRAINT people_pkey, ADD PRIMARY KEY (id) DEFERRABLE")
    run(database, AWAY.prepare)
    run(database, [AWAY.copy])
    database.execute("UPDATE people SET id = id + 1")
    run(database, AWAY.finish)
    question = "SELECT id, email FROM {} ORDER BY id"
    assert values(database, question.format(KEPT.place)) == values(database, question.format("people"))


def test_a_table_that_is_emptied_is_mirrored_and_so_is_a_session_without_triggers(
    server: object, database: Connection
) -> None:  # fmt: skip
    archive(database, PEOPLE)
    run(database, AWAY.prepare)
    run(database, [AWAY.copy])
    database.execute("TRUNCATE people")
    with server.superuser(database.info.dbname) as office:  # type: ignore[attr-defined]
        office.execute("SET session_replication_role = replica; INSERT INTO public.people VALUES (1, 1, 'copied')")
    run(database, AWAY.finish)
    assert values(database, f"SELECT id, email FROM {KEPT.place}") == [(1, "copied")]


def test_a_writer_has_no_right_on_what_mirrors_it(supabase_db: str, database: Connection) -> None:
    archive(database, PEOPLE)
    for kind in ("SCHEMAS", "TABLES", "FUNCTIONS"):
        database.execute(f"ALTER DEFAULT PRIVILEGES GRANT ALL ON {kind} TO PUBLIC, anon, authenticated".encode())
    run(database, AWAY.prepare)
    for role in ("public", "anon", "authenticated", "service_role"):
        assert value(database, f"SELECT has_function_privilege('{role}', '{KEPT.place}()', 'EXECUTE')") == "false"
        assert value(database, f"SELECT has_any_column_privilege('{role}', '{KEPT.place}', 'SELECT')") == "false"
        assert value(database, f"SELECT has_table_privilege('{role}', '{KEPT.place}', 'INSERT')") == "false"
        assert value(database, f"SELECT has_schema_privilege('{role}', '{SPACE}', 'USAGE')") == "false"
    made = value(database, f"SELECT proconfig::text FROM pg_proc WHERE oid = '{KEPT.place}()'::regprocedure")
    assert made == '{"search_path=pg_catalog, pg_temp"}'
    with connect(supabase_db) as writer:
        writer.execute("SET ROLE authenticated; UPDATE people SET email = 'mine' WHERE id = 1")
        with pytest.raises(Exception, match="permission denied for schema"):
            writer.execute(f"SELECT FROM {KEPT.place}".encode())
    assert value(database, f"SELECT email FROM {KEPT.place} WHERE id = 1") == "mine"


def test_what_somebody_has_written_since_stays_and_is_counted(database: Connection) -> None:
    dropped(database)
    database.execute("DELETE FROM people WHERE id = 4; INSERT INTO people VALUES (3000, 1, 'n')")
    database.execute(BACK)
    database.execute("UPDATE people SET email = 'hers' WHERE id = 3")
    returned(database)
    assert value(database, "SELECT email FROM people WHERE id = 3") == "hers"
    assert value(database, "SELECT email FROM people WHERE id = 5") == "m5"
    assert value(database, "SELECT extra FROM people WHERE id = 3") == "{'a': 1}"
    [entry] = listed(database)
    # Whoever deletes a row, and whoever changes its key, look alike.
    assert (entry["conflicts"], entry["returned_at"] is not None) == (2, True)
    assert values(database, f"SELECT id, email FROM {KEPT.place} ORDER BY id") == [(3, "m3"), (4, "m4")]


def test_the_default_that_it_is_added_with_counts_as_not_written(database: Connection) -> None:
    dropped(database)
    database.execute("ALTER TABLE people ADD email text NOT NULL DEFAULT '?', ADD extra json")
    database.execute("UPDATE people SET email = 'hers' WHERE id = 3")
    returned(database)
    assert value(database, "SELECT count(*) FROM people WHERE email = 'm' || id") == "1999"
    assert listed(database)[0]["conflicts"] == 1


def test_a_column_that_was_altered_is_filled_where_it_is_what_became_of_it(database: Connection) -> None:
    kept = KeptColumns(table="public.prices", place=f'{SPACE}."prices columns"', key=("id",), columns=("price",))
    away = put_away(kept, version="1", cause=Cause.DEPLOY)
    archive(
        database,
        "CREATE TABLE prices (id int PRIMARY KEY, price numeric(8, 2)); INSERT INTO prices VALUES (1, 1.25), (2, 2.75)",
    )
    run(database, away.prepare)
    run(database, [away.copy])
    run(database, [*away.finish, "ALTER TABLE prices ALTER price TYPE int", *made_of(kept, {"price": "integer"})])
    database.execute("UPDATE prices SET price = 9 WHERE id = 2")
    run(database, [*touched(kept, {"price": "integer"}), "ALTER TABLE prices ALTER price TYPE numeric(8, 2)"])
    is_same = untouched(kept, "price", now="integer", back=lambda value, _: f"{value}::numeric(8,2)")
    back = bring_back(kept, untouched={"price": is_same})
    run(database, [back.fill, *back.finish])
    assert [str(row[1]) for row in values(database, "SELECT * FROM prices ORDER BY id")] == ["1.25", "9.00"]
    assert listed(database)[0]["conflicts"] == 1


def test_a_deployment_that_was_given_up_does_not_stand_in_the_way(database: Connection) -> None:
    archive(database, PEOPLE)
    run(database, AWAY.prepare)
    run(database, AWAY.prepare)
    run(database, [AWAY.copy])
    run(database, [*AWAY.finish, GONE])
    first, second = listed(database)
    assert second["place"] == KEPT.place
    assert first["place"].startswith(f"{SPACE}_")
    assert value(database, f"SELECT count(*) FROM {KEPT.place}") == "2000"


def test_the_owner_of_a_table_with_forced_row_security_reads_all_of_it(server: object, database: Connection) -> None:
    archive(
        database, PEOPLE, "ALTER TABLE people ENABLE ROW LEVEL SECURITY; ALTER TABLE people FORCE ROW LEVEL SECURITY"
    )
    with server.superuser(database.info.dbname) as office:  # type: ignore[attr-defined]
        office.execute(
            "CREATE ROLE plain_owner LOGIN; GRANT CREATE ON DATABASE " + database.info.dbname + " TO plain_owner"
        )
        office.execute("ALTER TABLE people OWNER TO plain_owner; GRANT ALL ON SCHEMA public, seatrial TO plain_owner")
        office.execute(
            "GRANT ALL ON ALL TABLES IN SCHEMA seatrial, supabase_migrations TO plain_owner;"
            " GRANT ALL ON SCHEMA supabase_migrations TO plain_owner"
        )
        office.execute("SET SESSION AUTHORIZATION plain_owner")
        assert value(office, "SELECT count(*) FROM people") == "0"
        run(office, AWAY.prepare)
        assert deploy(office, AWAY.copy).ending is Ending.COMPLETE
        run(office, [*AWAY.finish, GONE, BACK])
        back = bring_back(KEPT)
        office.execute("DELETE FROM supabase_migrations.schema_migrations; DELETE FROM seatrial.migrations")
        assert deploy(office, back.fill).ending is Ending.COMPLETE
        run(office, back.finish)
        office.execute("RESET SESSION AUTHORIZATION")
        assert value(office, "SELECT count(email) FROM people") == "2000"
        assert value(office, "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'people'::regclass") == "true"
        office.execute("REASSIGN OWNED BY plain_owner TO postgres; DROP OWNED BY plain_owner; DROP ROLE plain_owner")
