"""A table goes to the archive with everything that is its own, without what is attached to it, and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.archive.deeds import archive, listed, run, value, values

from seatrial.archive.tables import bring_back, put_away
from seatrial.errors import CannotRun, StatementFailed
from seatrial.model.archive import Cause, KeptTable
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SPACE = "seatrial_archive_back_1_public"
NOTES = KeptTable(table="public.notes", place=f"{SPACE}.notes")
TABLES = """
CREATE TABLE orgs (id int PRIMARY KEY);
CREATE TABLE notes (
  id bigserial PRIMARY KEY, org int REFERENCES orgs, parent bigint REFERENCES notes, body text CHECK (body <> ''));
CREATE INDEX notes_body ON notes (lower(body));
CREATE TABLE marks (id int PRIMARY KEY, note bigint REFERENCES notes);
INSERT INTO orgs VALUES (1);
INSERT INTO notes (org, body) SELECT 1, 'n' || n FROM generate_series(1, 5) n;
INSERT INTO marks VALUES (1, 3);
"""
ATTACHED = """
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON notes AS RESTRICTIVE FOR UPDATE TO authenticated USING (org = 1) WITH CHECK (org > 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER touched BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE notes DISABLE TRIGGER touched;
CREATE RULE kept AS ON DELETE TO notes WHERE old.id < 0 DO INSTEAD NOTHING;
ALTER PUBLICATION supabase_realtime ADD TABLE notes (id, body) WHERE (id > 0);
GRANT SELECT (body) ON notes TO anon;
GRANT UPDATE ON notes TO authenticated WITH GRANT OPTION;
"""
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def away(*, cascade: bool = False, keep: str = "", table: KeptTable = NOTES) -> tuple[str, ...]:
    return put_away(table, version="1", cause=Cause.ROLLBACK, keep=keep, cascade=cascade)


def test_indexes_constraints_and_sequences_of_its_own_go_along(database: Connection) -> None:
    archive(database, TABLES)
    run(database, away())
    assert value(database, "SELECT to_regclass('notes')") == ""
    found = values(database, f"SELECT relname FROM pg_class WHERE relnamespace = '{SPACE}'::regnamespace ORDER BY 1")
    assert found == [("notes",), ("notes_body",), ("notes_id_seq",), ("notes_pkey",)]
    own = values(
        database,
        f"SELECT conname FROM pg_constraint WHERE conrelid = '{NOTES.place}'::regclass AND contype IN ('c', 'f')"
        " ORDER BY 1",
    )
    assert own == [("notes_body_check",), ("notes_parent_fkey",)]


def test_a_large_table_is_moved_and_not_read_or_written(database: Connection) -> None:
    archive(database, TABLES, "INSERT INTO notes (body) SELECT repeat('x', 20) FROM generate_series(1, 100000)")
    sizes = "SELECT pg_relation_filenode(oid), pg_relation_size(oid) FROM pg_class"
    question = f"{sizes} WHERE relname LIKE 'notes%' ORDER BY relname"
    files = values(database, question)
    reads = "SELECT heap_blks_read + heap_blks_hit FROM pg_statio_user_tables WHERE relname = 'notes'"
    database.execute("SELECT pg_stat_force_next_flush()")
    before = value(database, reads)
    run(database, away())
    database.execute("SELECT pg_stat_force_next_flush()")
    assert value(database, reads) == before
    assert values(database, question) == files
    run(database, bring_back(NOTES))
    assert values(database, question) == files
    assert value(database, "SELECT count(*) FROM notes") == "100005"


def test_what_is_attached_from_outside_is_taken_off_and_can_be_made_again(database: Connection) -> None:
    archive(database, TABLES, ATTACHED)
    question = """
        SELECT polname::text, polcmd::text, polpermissive::text, pg_get_expr(polqual, polrelid) FROM pg_policy
        UNION ALL SELECT tgname::text, tgenabled::text, '', '' FROM pg_trigger WHERE NOT tgisinternal
          AND tgrelid = to_regclass('public.notes')
        UNION ALL SELECT rulename::text, '', '', '' FROM pg_rewrite WHERE ev_class = to_regclass('public.notes')
        UNION ALL SELECT conname::text, '', '', '' FROM pg_constraint
          WHERE contype = 'f' AND connamespace = 'public'::regnamespace
        UNION ALL SELECT prrelid::regclass::text, prattrs::text, '', pg_get_expr(prqual, prrelid)
          FROM pg_publication_rel
        UNION ALL SELECT grantee, privilege_type, is_grantable, 'table'
          FROM information_schema.table_privileges WHERE table_name = 'notes'
        UNION ALL SELECT grantee, privilege_type, is_grantable, column_name
          FROM information_schema.column_privileges WHERE table_name = 'notes'
        ORDER BY 1, 2, 3, 4"""
    before = values(database, question)
    run(database, away())
    left = values(database, question)
    assert {row[0] for row in left} == {"postgres"}
    [entry] = listed(database)
    run(database, bring_back(NOTES))
    run(database, entry["details"]["attached"])
    assert values(database, question) == before
    assert (
        value(database, "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'notes'") == "true"
    )


def test_row_security_stays_on(database: Connection) -> None:
    archive(database, TABLES, ATTACHED)
    run(database, away())
    assert (
        value(
            database,
            f"SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = '{NOTES.place}'::regclass",
        )
        == "true"
    )


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "public"])
def test_nobody_but_the_owner_gets_at_it_whatever_the_default_privileges_say(database: Connection, role: str) -> None:
    archive(database, TABLES, ATTACHED)
    for kind in ("SCHEMAS", "TABLES", "SEQUENCES", "FUNCTIONS", "TYPES"):
        database.execute(
            f"ALTER DEFAULT PRIVILEGES GRANT ALL ON {kind} TO PUBLIC, anon, authenticated, service_role".encode()
        )
    database.execute("ALTER TABLE notes ADD extra int; GRANT ALL ON notes TO PUBLIC")
    run(database, away())
    assert (
        value(
            database,
            f"SELECT bool_or(has_schema_privilege('{role}', '{SPACE}', p)) FROM unnest(ARRAY['USAGE', 'CREATE']) p",
        )
        == "false"
    )
    wanted = ", ".join(f"'{one}'" for one in PRIVILEGES)
    assert (
        value(
            database,
            f"SELECT bool_or(has_any_column_privilege('{role}', '{NOTES.place}', p))"
            " FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p",
        )
        == "false"
    )
    assert (
        value(
            database,
            f"SELECT bool_or(has_table_privilege('{role}', '{NOTES.place}', p)) FROM unnest(ARRAY[{wanted}]) p",
        )
        == "false"
    )
    assert (
        value(
            database,
            f"SELECT bool_or(has_sequence_privilege('{role}', '{SPACE}.notes_id_seq', p))"
            " FROM unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) p",
        )
        == "false"
    )


def test_a_reader_is_refused(supabase_db: str, database: Connection) -> None:
    archive(database, TABLES)
    run(database, away())
    with connect(supabase_db) as other:
        other.execute("SET ROLE authenticated")
        with pytest.raises(Exception, match="permission denied for schema"):
            other.execute(f"SELECT * FROM {NOTES.place}".encode())


def test_a_schema_that_somebody_else_has_made_before_is_not_used(server: object, database: Connection) -> None:
    archive(database, TABLES)
    with server.superuser(database.info.dbname) as office:  # type: ignore[attr-defined]
        office.execute(f"CREATE SCHEMA {SPACE} AUTHORIZATION authenticated".encode())
        office.execute(f"GRANT ALL ON SCHEMA {SPACE} TO postgres".encode())
    with pytest.raises(StatementFailed, match="belongs to authenticated"):
        run(database, away())


def test_a_view_keeps_it_from_going_in_the_words_of_the_server(database: Connection) -> None:
    archive(database, TABLES, "CREATE VIEW seen AS SELECT * FROM notes")
    with pytest.raises(StatementFailed, match="cannot drop table notes because other objects depend on it") as failed:
        run(database, away())
    assert failed.value.sqlstate == "2BP01"
    assert value(database, "SELECT count(*) FROM seen JOIN marks ON marks.note = seen.id") == "1"
    assert value(database, "SELECT count(*) FROM pg_constraint WHERE conname = 'marks_note_fkey'") == "1"


def test_with_cascade_what_needs_it_is_noted_and_dropped(database: Connection) -> None:
    archive(database, TABLES, """
        CREATE VIEW seen WITH (security_invoker = true) AS SELECT * FROM notes;
        CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM seen;
        CREATE UNIQUE INDEX counted_n ON counted (n);
        CREATE FUNCTION short(notes) RETURNS text LANGUAGE sql AS 'SELECT left($1.body, 3)';
        CREATE TABLE others (id bigint DEFAULT nextval('notes_id_seq'));
        CREATE POLICY through ON marks USING (EXISTS (SELECT FROM notes WHERE notes.id = marks.note));
        """)  # fmt: skip
    run(database, away(cascade=True))
    assert value(database, "SELECT to_regclass('seen') IS NULL AND to_regclass('counted') IS NULL") == "true"
    assert value(database, "SELECT count(*) FROM pg_proc WHERE proname = 'short'") == "0"
    [entry] = listed(database)
    run(database, bring_back(NOTES))
    run(database, entry["details"]["attached"])
    database.execute("REFRESH MATERIALIZED VIEW counted")
    assert value(database, "SELECT n FROM counted") == "5"
    assert value(database, "SELECT short(notes) FROM notes WHERE id = 1") == "n1"
    assert value(database, "INSERT INTO others DEFAULT VALUES RETURNING id") == "6"
    assert value(database, "SELECT reloptions::text FROM pg_class WHERE relname = 'seen'") == "{security_invoker=true}"
    assert value(database, "SELECT count(*) FROM pg_policy WHERE polname = 'through'") == "1"


def test_columns_of_its_row_type_are_not_dropped(database: Connection) -> None:
    archive(database, TABLES, "CREATE TABLE copies (n notes)")
    with pytest.raises(StatementFailed, match="whose values would be lost"):
        run(database, away(cascade=True))


def test_partitions_go_along_from_wherever_they_live_and_come_back_there(database: Connection) -> None:
    archive(database, """
        CREATE SCHEMA old;
        CREATE TABLE orgs (id int PRIMARY KEY); INSERT INTO orgs VALUES (7);
        CREATE TABLE events (id int, org int REFERENCES orgs, PRIMARY KEY (id)) PARTITION BY RANGE (id);
        CREATE TABLE old.events_1 PARTITION OF events FOR VALUES FROM (1) TO (10);
        CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
        CREATE TABLE events_2a PARTITION OF events_2 FOR VALUES FROM (10) TO (20);
        CREATE TABLE marks (event int REFERENCES events);
        CREATE STATISTICS old.together ON id, org FROM events_2a;
        GRANT SELECT ON old.events_1 TO anon;
        INSERT INTO events VALUES (1, 7), (11, 7); INSERT INTO marks VALUES (11)""")  # fmt: skip
    question = (
        "SELECT relname, relnamespace::regnamespace::text FROM pg_class WHERE relname ~ '^(events|marks)' ORDER BY 1"
    )
    before = values(database, question)
    events = KeptTable(table="public.events", place=f"{SPACE}.events")
    run(database, away(table=events))
    assert {space for name, space in values(database, question) if name.startswith("events")} == {SPACE}
    assert value(database, f"SELECT count(*) FROM {events.place}") == "2"
    assert value(database, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0") == value(
        database,
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"
        " AND connamespace NOT IN ('public'::regnamespace, 'old'::regnamespace)",
    )
    assert value(database, f"SELECT has_table_privilege('anon', '{SPACE}.events_1', 'SELECT')") == "false"
    [entry] = listed(database)
    run(database, bring_back(events))
    run(database, entry["details"]["attached"])
    assert values(database, question) == before
    assert (
        value(database, "SELECT stxnamespace::regnamespace FROM pg_statistic_ext WHERE stxname = 'together'") == "old"
    )
    with pytest.raises(Exception, match="violates foreign key"):
        database.execute("INSERT INTO marks VALUES (2)")


def test_a_partition_alone_is_detached(database: Connection) -> None:
    archive(database, """
        CREATE TABLE orgs (id int PRIMARY KEY);
        CREATE TABLE events (id int PRIMARY KEY, org int REFERENCES orgs) PARTITION BY RANGE (id);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (10);
        INSERT INTO events VALUES (1)""")  # fmt: skip
    one = KeptTable(table="public.events_1", place=f"{SPACE}.events_1")
    run(database, away(table=one))
    assert value(database, "SELECT count(*) FROM events") == "0"
    [entry] = listed(database)
    assert entry["details"]["attached"][-1].startswith(
        "ALTER TABLE ONLY public.events ATTACH PARTITION public.events_1"
    )
    run(database, bring_back(one))
    run(database, entry["details"]["attached"])
    assert value(database, "SELECT count(*) FROM events") == "1"


def test_a_table_that_others_inherit_from_is_refused(database: Connection) -> None:
    archive(database, TABLES, "CREATE TABLE further () INHERITS (notes)")
    with pytest.raises(StatementFailed, match="has children that inherit from it"):
        run(database, away(cascade=True))


def test_it_is_listed_for_as_long_as_it_is_away(database: Connection) -> None:
    archive(database, TABLES)
    run(database, away(keep="48 hours"))
    [entry] = listed(database)
    assert (entry["version"], entry["cause"], entry["contents"]) == ("1", "rollback", "table")
    assert (entry["object"], entry["place"]) == ("public.notes", NOTES.place)
    assert (entry["keep_until"] - entry["archived_at"]).total_seconds() == pytest.approx(48 * 3600, abs=5)
    run(database, bring_back(NOTES))
    assert not listed(database)
    assert value(database, f"SELECT to_regnamespace('{SPACE}')") == ""
    run(database, away())
    assert listed(database)[0]["keep_until"] is None


def test_what_an_earlier_time_has_left_makes_room(database: Connection) -> None:
    archive(database, TABLES)
    run(database, away())
    database.execute("DROP TABLE marks; CREATE TABLE notes (id bigserial PRIMARY KEY, body text)")
    run(database, away())
    first, second = listed(database)
    assert second["place"] == NOTES.place
    assert value(database, f"SELECT count(*) FROM {first['place']}") == "5"
    assert value(database, f"SELECT count(*) FROM {second['place']}") == "0"


def test_names_in_quotes_and_any_search_path(database: Connection) -> None:
    archive(database, """
        CREATE SCHEMA "My.App"; CREATE TYPE "My.App"."Mood" AS ENUM ('a''b');
        CREATE TABLE "My.App"."Per""son's" ("Id" int PRIMARY KEY, mood "My.App"."Mood" DEFAULT 'a''b');
        CREATE POLICY "it's" ON "My.App"."Per""son's" USING (mood = 'a''b'); SET search_path = 'My.App'""")  # fmt: skip
    person = KeptTable(table='"My.App"."Per""son\'s"', place='"seatrial_archive_back_1_My.App"."Per""son\'s"')
    run(database, away(table=person))
    [entry] = listed(database)
    assert value(database, "SHOW search_path") == '"My.App"'
    run(database, bring_back(person))
    run(database, entry["details"]["attached"])
    assert value(database, "SELECT count(*) FROM pg_policy WHERE polrelid = '\"Per\"\"son''s\"'::regclass") == "1"


def test_a_name_that_would_end_the_block_is_refused() -> None:

    with pytest.raises(CannotRun, match=r"\$seatrial\$"):
        away(table=KeptTable(table='public."x$seatrial$;"', place=f"{SPACE}.x"))
