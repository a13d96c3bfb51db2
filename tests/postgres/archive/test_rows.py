"""Rows that a migration changes are kept, and go back as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.archive.kept import VERSION, asked, release

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

NOTES = """
CREATE TABLE public.notes (id bigint PRIMARY KEY, n integer, body text);
INSERT INTO public.notes SELECT i, i, 'note ' || i FROM generate_series(1, 9) i;
"""
TAGS = """
CREATE TABLE public.tags (note bigint, tag text, PRIMARY KEY (note, tag));
INSERT INTO public.tags SELECT i, 'tag ' || j FROM generate_series(1, 9) i, generate_series(1, 2) j;
"""
MERGE = """
MERGE INTO notes USING (SELECT i FROM generate_series(5, 15) i) s ON s.i = id WHEN MATCHED AND id > 8 THEN DELETE
WHEN MATCHED THEN UPDATE SET n = 0 WHEN NOT MATCHED THEN INSERT VALUES (i)
"""
ALL = "SELECT t FROM (TABLE public.notes ORDER BY id) t"
PLACE = f"seatrial_archive_kept_{VERSION}_public"


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE public.notes SET n = n + 1, body = NULL WHERE id < 5",
        "UPDATE notes AS x SET n = -x.n",
        "UPDATE ONLY public.notes n SET n = 0 WHERE n.n IS DISTINCT FROM 4 RETURNING *",
        "WITH big AS (SELECT id FROM notes WHERE n > 5) UPDATE notes SET n = 0 WHERE id IN (SELECT id FROM big)",
        "UPDATE notes SET n = t.c FROM (SELECT note, count(*) c FROM tags GROUP BY 1) t WHERE t.note = id AND id > 3",
        "UPDATE notes SET body = tags.tag FROM tags WHERE tags.note = notes.id RETURNING notes.id, tags.tag",
        "UPDATE notes a SET n = b.n FROM notes b WHERE a.id = b.id + 1 AND a.n IS DISTINCT FROM b.n",
        "UPDATE notes SET (n, body) = (SELECT 7, tag FROM tags WHERE note = id LIMIT 1) WHERE id = 2",
        "UPDATE notes SET n = 0 FROM (SELECT note FROM tags LIMIT 1) t WHERE id = note",
        "UPDATE notes SET id = id + 100 WHERE id > 7",
        "DELETE FROM notes WHERE id > 4 -- many\\n",
        "DELETE FROM notes USING tags WHERE tags.note = notes.id AND tag = 'tag 1' AND n > 2 RETURNING *",
        "WITH x AS (SELECT 3 AS k) -- those\\nDELETE FROM public.notes n USING x WHERE n.id = x.k",
        "WITH gone AS (DELETE FROM notes WHERE id < 4 RETURNING id) UPDATE notes SET n = 0 WHERE id > 7",
        "INSERT INTO notes VALUES (100, 1, 'new') RETURNING *",
        "INSERT INTO notes AS x (id) SELECT 200 + i FROM generate_series(1, 3) i ON CONFLICT DO NOTHING",
        "INSERT INTO notes VALUES (1, 0, 'x'), (50, 0, 'x') ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        MERGE,
        "TRUNCATE notes",
        "DO $$ BEGIN DELETE FROM notes WHERE id = 1; UPDATE public.notes SET n = 0 WHERE id = 2; END $$",
        "DO $$ BEGIN EXECUTE format('UPDATE %I SET n = 0', 'notes'); END $$",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM notes WHERE id < 3'; SELECT f()",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$BEGIN UPDATE notes SET n = 0; END$$; CALL p()",
        "CREATE VIEW v AS SELECT id, n FROM notes WHERE n > 3; UPDATE v SET n = 100; DELETE FROM v WHERE id = 8",
        "SET search_path = nowhere, public; DELETE FROM notes WHERE id = 2",
        "UPDATE notes SET n = 1; UPDATE notes SET n = 2, body = 'x' WHERE id < 4; DELETE FROM notes WHERE id = 1",
        "DELETE FROM notes WHERE id = 1; INSERT INTO notes VALUES (1, 7, 'again'); UPDATE notes SET n = 8 WHERE id = 1",
        "INSERT INTO notes VALUES (77); UPDATE notes SET n = 5 WHERE id > 8; DELETE FROM notes WHERE id = 77",
        "DELETE FROM notes WHERE id > 5; TRUNCATE notes; INSERT INTO notes VALUES (1, 1, 'one')",
        "UPDATE notes SET n = 0; COMMIT; UPDATE notes SET body = 'x'; COMMIT; DELETE FROM notes WHERE id < 3",
    ],
)  # fmt: skip
def test_every_row_is_as_it_was(database: Connection, text: str) -> None:
    file = release(database, NOTES + TAGS, text.replace("\\n", "\n"))
    before = asked(database, ALL)
    assert not file.keeping.unkept
    file.deploy(database)
    assert asked(database, ALL) != before
    file.back(database)
    assert asked(database, ALL) == before
    assert asked(database, "SELECT count(*) FROM seatrial.archive") == [0]
    assert asked(database, f"SELECT count(*) FROM pg_namespace WHERE nspname = '{PLACE}'") == [0]


def test_what_is_kept_says_what_happened_to_a_row(database: Connection) -> None:
    text = """
    UPDATE notes SET n = 10 WHERE id IN (1, 2);
    UPDATE notes SET n = 11 WHERE id = 1;
    DELETE FROM notes WHERE id = 2;
    INSERT INTO notes VALUES (20), (21);
    UPDATE notes SET n = 12 WHERE id = 20;
    DELETE FROM notes WHERE id = 21;
    """
    file = release(database, NOTES, text)
    file.deploy(database)
    [kept] = file.keeping.rows
    assert asked(database, f"SELECT id, n FROM {kept.was} ORDER BY id") == [(1, 1), (2, 2)]
    assert asked(database, f"SELECT id, n FROM {kept.became} ORDER BY id") == [(1, 11), (20, 12)]


def test_the_archive_is_listed_and_nobody_else_reads_it(database: Connection) -> None:
    file = release(database, NOTES, "UPDATE notes SET n = 0")
    file.deploy(database)
    [kept] = file.keeping.rows
    [(version, cause, contents, table, place, became, hours)] = asked(
        database,
        """SELECT version, cause, contents, object, place, became,
          extract(epoch FROM keep_until - archived_at)::int / 3600 FROM seatrial.archive""",
    )
    assert (version, cause, contents, table) == (VERSION, "deploy", "rows", "public.notes")
    assert (place, became, hours) == (kept.was, kept.became, 48)
    assert asked(
        database,
        "SELECT count(*) FROM pg_class c, aclexplode(c.relacl) g"
        f" WHERE relnamespace = '{PLACE}'::regnamespace AND g.grantee <> c.relowner",
    ) == [0]  # fmt: skip


def test_only_what_nobody_has_changed_since_goes_back(database: Connection) -> None:
    text = """
    UPDATE notes SET n = 0, body = 'ours' WHERE id < 5;
    DELETE FROM notes WHERE id > 7;
    INSERT INTO notes VALUES (50), (51);
    """
    file = release(database, NOTES, text)
    file.deploy(database)
    database.execute("UPDATE notes SET n = 99 WHERE id = 1")
    database.execute("UPDATE notes SET body = 'theirs', n = 98 WHERE id = 2")
    database.execute("DELETE FROM notes WHERE id = 3")
    database.execute("INSERT INTO notes VALUES (8, 88, 'theirs')")
    database.execute("UPDATE notes SET n = 1 WHERE id = 50")
    file.back(database)
    assert asked(database, "SELECT id, n, body FROM notes WHERE id NOT IN (5, 6, 7) ORDER BY id") == [
        (1, 99, "note 1"), (2, 98, "theirs"), (4, 4, "note 4"), (8, 88, "theirs"), (9, 9, "note 9"), (50, 1, None),
    ]  # fmt: skip
    assert asked(database, "SELECT conflicts, returned_at IS NOT NULL FROM seatrial.archive") == [(5, True)]
    [kept] = file.keeping.rows
    assert asked(database, f"SELECT id, n FROM {kept.was} ORDER BY id") == [(1, 1), (2, 2), (3, 3), (8, 8)]
    assert asked(database, f"SELECT id FROM {kept.became} ORDER BY id") == [1, 2, 3, 50]


def test_what_others_change_between_two_steps_is_what_it_goes_back_to(database: Connection) -> None:
    file = release(database, NOTES, "UPDATE notes SET n = 0; COMMIT; UPDATE notes SET n = -1")
    first, second = file.migration.steps
    file_front = file.keeping.front
    for text in file_front.split(";\n\n"):
        if text.strip():
            database.execute(text)
    file.step(database, first)
    database.execute("UPDATE notes SET body = 'theirs' WHERE id = 1")
    database.execute("UPDATE notes SET n = 50 WHERE id = 2")
    file.step(database, second)
    file.back(database)
    assert asked(database, "SELECT n, body FROM notes WHERE id < 4 ORDER BY id") == [
        (1, "theirs"), (50, "note 2"), (3, "note 3"),
    ]  # fmt: skip


def test_it_can_be_deployed_again_beside_the_conflicts_of_an_earlier_time(database: Connection) -> None:
    file = release(database, NOTES, "UPDATE notes SET n = 0 WHERE id < 3")
    file.deploy(database)
    database.execute("UPDATE notes SET n = 99 WHERE id = 1")
    file.back(database)
    file.deploy(database)
    file.back(database)
    assert asked(database, "SELECT n FROM notes WHERE id < 4 ORDER BY id") == [99, 2, 3]
    [(was, became)] = asked(database, "SELECT place, became FROM seatrial.archive WHERE conflicts = 1")
    assert asked(database, f"SELECT n FROM {was}") == [1]
    assert asked(database, f"SELECT n FROM {became}") == [0]


def test_what_has_no_key_is_named(database: Connection) -> None:
    file = release(database, "CREATE TABLE public.log (a int); INSERT INTO log VALUES (1)", "UPDATE log SET a = 2")
    assert file.keeping.unkept == ("rows of public.log are changed, and it has no key",)
    assert file.keeping.is_empty


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE new (id int PRIMARY KEY); INSERT INTO new VALUES (1); UPDATE new SET id = 2; TRUNCATE new",
        "ALTER TABLE notes ADD size int; UPDATE notes SET size = n",
        "SELECT count(*) FROM notes; DO $$ BEGIN PERFORM 1 FROM notes; END $$",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM notes'",
        "CREATE TEMP TABLE held AS SELECT * FROM notes; DELETE FROM held",
    ],
)
def test_nothing_is_kept_of_what_was_not_there(database: Connection, text: str) -> None:
    file = release(database, NOTES + TAGS, text)
    assert file.keeping.is_empty
    assert not file.keeping.unkept


def test_rows_that_are_changed_before_their_table_goes_are_named(database: Connection) -> None:
    file = release(database, NOTES + TAGS, "DELETE FROM tags; DROP TABLE tags")
    assert file.keeping.unkept == ("rows of public.tags are changed before it is dropped",)


@pytest.mark.second_server
def test_it_is_the_same_on_an_older_server(second_db: str) -> None:
    text = """
    UPDATE notes SET n = 0 WHERE id < 3;
    UPDATE notes SET body = tag FROM tags WHERE note = id AND id > 7;
    DELETE FROM notes WHERE id = 5;
    INSERT INTO notes VALUES (3), (60) ON CONFLICT (id) DO UPDATE SET n = 7;
    DO $$ BEGIN TRUNCATE tags; END $$;
    """
    with connect(second_db) as older:
        file = release(older, NOTES + TAGS, text)
        before = asked(older, ALL), asked(older, "TABLE tags ORDER BY 1, 2")
        file.deploy(older)
        file.back(older)
        assert (asked(older, ALL), asked(older, "TABLE tags ORDER BY 1, 2")) == before
        assert asked(older, "SELECT count(*) FROM seatrial.archive") == [0]


def test_a_rule_that_rows_from_before_break_lets_them_come_back_and_is_there_again(database: Connection) -> None:
    rule = """
    UPDATE notes SET n = NULL WHERE id IN (1, 2);
    ALTER TABLE notes ADD CONSTRAINT filled CHECK (n IS NOT NULL) NOT VALID;
    COMMENT ON CONSTRAINT filled ON notes IS 'From now on';
    """
    known = "SELECT pg_get_constraintdef(oid), obj_description(oid) FROM pg_constraint WHERE conname = 'filled'"
    text = "UPDATE notes SET n = 0 WHERE n IS NULL AND id < 5; DELETE FROM notes WHERE id = 2"
    file = release(database, NOTES + rule, text)
    before = asked(database, ALL), asked(database, known)
    file.deploy(database)
    file.back(database)
    assert (asked(database, ALL), asked(database, known)) == before
    assert asked(database, "SELECT count(*) FROM seatrial.archive") == [0]
