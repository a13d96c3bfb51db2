"""A statement's relations are found wherever it names them, and a folder's origin is told from them."""

from __future__ import annotations

import pytest

from seatrial.model.source import Encoding, Script, Source
from seatrial.sql.parse import parse
from seatrial.sql.relations import from_elsewhere, relations


def _script(text: str, path: str = "m/1_a.sql") -> Script:
    return parse(Source(path=path, version="1", name="a", encoding=Encoding.UTF8, text=text))


def _names(text: str) -> set[str]:
    return {one.name for one in from_elsewhere([_script(text)], {"auth.users"})}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT * FROM a JOIN public.b USING (id) WHERE EXISTS (SELECT FROM c)", {"a", "public.b", "c"}),
        ('INSERT INTO "My T" SELECT * FROM a', {"My T", "a"}),
        ("UPDATE a SET x = 1 FROM b", {"a", "b"}),
        ("DELETE FROM a USING b", {"a", "b"}),
        ("MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", {"a", "b"}),
        ("SELECT 1 FROM a FOR UPDATE OF x", {"a"}),
        ("WITH a AS (SELECT * FROM b), c AS (SELECT * FROM a) SELECT * FROM c", {"b"}),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", {"a"}),
        ("WITH RECURSIVE a AS (SELECT 1 UNION SELECT * FROM a) SELECT * FROM a", set()),
        ("WITH a AS (SELECT 1) SELECT * FROM s.a", {"s.a"}),
        ("WITH a AS (SELECT 1) INSERT INTO a SELECT * FROM a", {"a"}),
        ("WITH a AS (SELECT 1) SELECT (SELECT 1 FROM a), b.* FROM b", {"b"}),
        ("ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES s.b", {"a", "s.b"}),
        ("ALTER TABLE a ATTACH PARTITION b DEFAULT", {"a", "b"}),
        ("CREATE TABLE a (x int REFERENCES b, LIKE c) INHERITS (d)", {"b", "c", "d"}),
        ("CREATE TABLE a PARTITION OF b DEFAULT", {"b"}),
        ("CREATE POLICY p ON a USING (x IN (SELECT y FROM b))", {"a", "b"}),
        ("ALTER POLICY p ON a USING (true)", {"a"}),
        ("CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()", {"a"}),
        ("CREATE RULE r AS ON INSERT TO a DO ALSO INSERT INTO b SELECT new.*", {"a", "b"}),
        ("CREATE INDEX ON a (x)", {"a"}),
        ("CREATE VIEW v AS SELECT * FROM a", {"a"}),
        ("CREATE MATERIALIZED VIEW v AS SELECT * FROM a", {"a"}),
        ("REFRESH MATERIALIZED VIEW v", {"v"}),
        ("CREATE STATISTICS s ON x, y FROM a", {"a"}),
        ("CREATE PUBLICATION p FOR TABLE a, s.b", {"a", "s.b"}),
        ("ALTER PUBLICATION p ADD TABLE a", {"a"}),
        ("ALTER SEQUENCE s OWNED BY public.a.x", {"s", "public.a"}),
        ("ALTER SEQUENCE s OWNED BY NONE", {"s"}),
        ("COMMENT ON TABLE s.a IS ''", {"s.a"}),
        ("COMMENT ON COLUMN s.a.x IS ''", {"s.a"}),
        ("COMMENT ON POLICY p ON s.a IS ''", {"s.a"}),
        ("COMMENT ON FUNCTION f() IS ''", set()),
        ("COMMENT ON INDEX i IS ''", set()),
        ("GRANT SELECT ON a, s.b TO c", {"a", "s.b"}),
        ("GRANT USAGE ON SCHEMA s TO c", set()),
        ("LOCK TABLE a", {"a"}),
        ("TRUNCATE a, b", {"a", "b"}),
        ("COPY a TO STDOUT", {"a"}),
        ("DROP TABLE a, s.b", {"a", "s.b"}),
        ("DROP POLICY p ON s.a", {"s.a"}),
        ("DROP INDEX i", set()),
        ("DROP FUNCTION f(int)", set()),
        ("ALTER INDEX i RENAME TO j", set()),
        ("ALTER TABLE a RENAME COLUMN x TO y", {"a"}),
        ("ALTER TABLE a RENAME CONSTRAINT x TO y", {"a"}),
        ("ALTER POLICY p ON a RENAME TO q", {"a"}),
        ("ALTER TYPE t ADD ATTRIBUTE x int", set()),
        ("CREATE TYPE t AS (x int)", set()),
        ("SELECT nextval('public.s'), 'a'::regclass", {"public.s", "a"}),
        ("SELECT setval(pg_get_serial_sequence('a', 'id'), 1)", {"a"}),
        ("CREATE FUNCTION f(x s.a.id%TYPE) RETURNS int LANGUAGE sql RETURN 1", {"s.a"}),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT x FROM a'", {"a"}),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT x FROM a; END", {"a"}),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT 1 FROM a); END $$", {"a"}),
        (
            (
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN NEW.x := (SELECT 1 FROM a); INSERT INTO b SELECT NEW.*; RETURN NEW; END $$"
            ),
            {"a", "b"},
        ),
        ("DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM a LOOP PERFORM 1 FROM b; END LOOP; END $$", {"a", "b"}),
        ("DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD COLUMN x int'; END $$", {"a"}),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE plperl AS 'FROM a'", set()),
        ("SELECT 1 WHERE", set()),
    ],
)
def test_what_a_statement_names(text: str, names: set[str]) -> None:
    assert relations(text).names == names


@pytest.mark.parametrize(
    ("text", "creates"),
    [
        ("CREATE TABLE s.a (id serial, n bigint GENERATED ALWAYS AS IDENTITY)", {"s.a", "s.a_id_seq", "s.a_n_seq"}),
        ("ALTER TABLE a ADD COLUMN id bigserial", {"a_id_seq"}),
        ("CREATE TABLE a AS SELECT 1", {"a"}),
        ("SELECT 1 INTO a", {"a"}),
        ("CREATE VIEW a AS SELECT 1", {"a"}),
        ("CREATE MATERIALIZED VIEW a AS SELECT 1", {"a"}),
        ("CREATE SEQUENCE s.a", {"s.a"}),
        ("CREATE FOREIGN TABLE a (x int) SERVER b", {"a"}),
        ("ALTER TABLE s.a RENAME TO b", {"s.b"}),
        ("ALTER TABLE a SET SCHEMA s", {"s.a"}),
        ("DO $$ BEGIN CREATE TABLE a (); END $$", {"a"}),
        ("ALTER TABLE a RENAME COLUMN x TO b", set()),
    ],
)
def test_what_a_statement_creates(text: str, creates: set[str]) -> None:
    assert relations(text).creates == creates


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE IF EXISTS a",
        "DROP POLICY IF EXISTS p ON a",
        "ALTER TABLE IF EXISTS a ADD COLUMN x int",
        "ALTER TABLE IF EXISTS a RENAME TO b",
        "SELECT to_regclass('a')",
        "DO $$ BEGIN IF to_regclass('public.a') IS NOT NULL THEN DROP TABLE a; END IF; END $$",
        "DO $$ BEGIN IF to_regclass('public.a') IS NULL THEN NULL; ELSE DROP TABLE a; END IF; END $$",
        "DO $$ BEGIN IF to_regclass('public.a') IS NULL THEN RETURN; END IF; DROP TABLE a; END $$",
        (
            "DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'a') AND true THEN"
            " ALTER TABLE a ADD x int; END IF; END $$"
        ),
        (
            "DO $$ DECLARE there bool; BEGIN SELECT EXISTS (SELECT FROM pg_class) INTO there;"
            " IF there THEN DROP TABLE a; END IF; END $$"
        ),
        "DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM pg_tables; IF n > 0 THEN DROP TABLE a; END IF; END $$",
        "DO $$ BEGIN DROP TABLE a; EXCEPTION WHEN undefined_table THEN NULL; END $$",
    ],
)
def test_what_need_not_be_there_is_taken_from_nowhere(text: str) -> None:
    assert _names(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        # It looks for something else than the table.
        (
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_policies WHERE policyname = 'p') THEN"
            " CREATE POLICY p ON a USING (true); END IF; END $$"
        ),
        # It goes on where nothing was found.
        (
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'a') THEN"
            " ALTER TABLE a ADD x int; END IF; END $$"
        ),
        "DO $$ BEGIN IF to_regclass('a') IS NULL THEN DROP TABLE a; END IF; END $$",
        "DO $$ BEGIN IF to_regclass('b') IS NULL THEN NULL; END IF; DROP TABLE a; END $$",
        "DO $$ BEGIN DROP TABLE a; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "ALTER TABLE IF EXISTS b ADD FOREIGN KEY (x) REFERENCES a",
        "DROP TABLE IF EXISTS a; ALTER TABLE a ADD x int",
    ],
)
def test_a_test_for_something_else_is_no_excuse(text: str) -> None:
    assert _names(text) == {"public.a"}


def test_a_folder_says_what_it_takes_for_granted() -> None:
    first = _script("CREATE TABLE contacts (id uuid REFERENCES auth.users);\n\nALTER TABLE orgs ADD x int;", "m/1.sql")
    second = _script("CREATE VIEW v AS\n  SELECT * FROM public.orgs, contacts, members, pg_class;", "m/2.sql")

    found = from_elsewhere([first, second], {"auth.users"})

    assert [(one.name, str(one.place)) for one in found] == [
        ("public.orgs", "m/1.sql:3:13"),
        ("public.members", "m/2.sql:2:40"),
    ]


def test_a_transition_table_comes_from_its_trigger() -> None:
    text = (
        "CREATE TABLE a (); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM 1 FROM fresh; RETURN NULL; END $$;"
        "CREATE TRIGGER t AFTER INSERT ON a REFERENCING NEW TABLE AS fresh EXECUTE FUNCTION f()"
    )

    assert _names(text) == set()
