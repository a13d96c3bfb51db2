"""Migrations that the server refuses: what it answers, where, and what is behind it. The data of `test_failures.py`."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALL", "PAST", "Case"]

PAST = """CREATE TYPE kind AS ENUM ('yacht');
CREATE TABLE owners (id integer PRIMARY KEY, name text);
CREATE TABLE boats (id integer PRIMARY KEY, owner integer, name text, length integer, kind kind);
INSERT INTO boats VALUES (1, 1, 'x', 3, 'yacht'), (2, 9, 'x', NULL, 'yacht');
CREATE VIEW names AS SELECT id, name FROM boats;
CREATE VIEW short AS SELECT left(name, 3) AS name FROM names;
CREATE POLICY mine ON boats USING (length > 1);
CREATE FUNCTION grade(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a;
CREATE VIEW grades AS SELECT grade(id) AS grade FROM boats;
CREATE FUNCTION size(a integer) RETURNS integer LANGUAGE sql RETURN a;
CREATE FUNCTION size(a text) RETURNS integer LANGUAGE sql RETURN 1;
CREATE FUNCTION cost(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql RETURN a;
CREATE FUNCTION cost(a integer, c text DEFAULT 'x') RETURNS integer LANGUAGE sql RETURN a;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER stamp BEFORE UPDATE OF name ON boats FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE sums (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
"""
ONE = "supabase/migrations/1_x.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A second migration after `PAST`; ¤ stands in front of the place that must be named.

    For a policy's expression and for most of what is no query the server names no place, and the statement's is taken.
    """

    hazards: str
    sql: str
    sqlstate: str
    #: Parts of the cause; there is none where there are none.
    cause: tuple[str, ...]
    #: A third migration, which is never reached.
    later: str

    def __str__(self) -> str:
        """Its name in pytest's output."""
        return f"{self.hazards}: {self.sqlstate} {' '.join(self.sql.replace('¤', '').split())[:60]}"


def case(hazards: str, sqlstate: str, sql: str, *cause: str, later: str = "SELECT 1") -> Case:
    """A row of a table."""
    return Case(hazards=hazards, sql=sql, sqlstate=sqlstate, cause=cause, later=later)


LATER = "is created by a later file: supabase/migrations/3_x.sql"
NOWHERE = "no file of this folder creates"

MISSING = (
    case("EXE-01", "42P01", "SELECT 1;\nCREATE VIEW crews AS\n  SELECT * FROM ¤crew", f"'crew' {LATER}",
         later="CREATE TABLE crew (id integer)"),
    case("EXE-01", "42P01", "¤CREATE POLICY p ON crew USING (true)", f"{NOWHERE} 'crew'"),
    case("EXE-01", "42P01", "CREATE INDEX ON boats (name); ¤CREATE INDEX ON crew (id)", f"{NOWHERE} 'crew'"),
    case("EXE-01", "42704", "CREATE TABLE crew (id integer,\n  rank ¤rank)", f"'rank' {LATER}",
         later="CREATE TYPE rank AS ENUM ()"),
    case("EXE-01", "42883", "¤CREATE POLICY p ON boats USING (is_mine(id))", f"'is_mine' {LATER}",
         later="CREATE FUNCTION is_mine(a integer) RETURNS boolean LANGUAGE sql RETURN true"),
    case("EXE-01", "42883", "¤CREATE TRIGGER t AFTER INSERT ON boats FOR EACH ROW EXECUTE FUNCTION log_it()",
         f"{NOWHERE} 'log_it'"),
    case("EXE-01", "42704", "¤GRANT SELECT ON boats TO harbour_master", f"{NOWHERE} 'harbour_master'"),
    case("EXE-01", "3F000", "CREATE TABLE ¤harbour.piers (id integer)", f"'harbour' {LATER}",
         later="CREATE SCHEMA harbour"),
    case("EXE-02", "42703", "¤CREATE INDEX ON boats (colour)", f"'colour' {LATER}",
         later="ALTER TABLE boats ADD COLUMN colour text"),
    case("EXE-02", "42703", "¤CREATE POLICY p ON boats\n  USING (tenant = 1)", f"{NOWHERE} 'tenant'"),
    case("EXE-02", "42703", "CREATE VIEW v AS SELECT id, ¤tenant FROM boats", f"{NOWHERE} 'tenant'"),
    case("EXE-02", "42703", "CREATE FUNCTION f() RETURNS text LANGUAGE sql RETURN (SELECT ¤colour FROM boats LIMIT 1)",
         f"'colour' {LATER}", later="ALTER TABLE boats ADD COLUMN colour text"),
    case("EXE-02", "42703", "¤ALTER TABLE boats ALTER colour SET NOT NULL", f"{NOWHERE} 'boats.colour'"),
    case("EXE-19", "42883", "SET search_path = public; SELECT ¤uuid_generate_v4()", f"{NOWHERE} 'uuid_generate_v4'"),
    case("EXE-19", "0A000", "¤CREATE EXTENSION nothing_at_all"),
    case("EXE-19", "0A000", "¤CREATE EXTENSION postgis", "the platform offers 'postgis' and a scratch cannot"),
)  # fmt: skip

REFUSED = (
    case("EXE-03", "42P17", "¤CREATE TABLE t (a text, b tsvector GENERATED ALWAYS AS (to_tsvector(a)) STORED)"),
    case("EXE-03", "42P17", "¤CREATE INDEX ON boats ((name || now()))"),
    case("EXE-03", "42P17", "¤CREATE INDEX ON boats (name) WHERE now() > '2026-01-01'"),
    case("EXE-07", "42710", "¤CREATE POLICY mine ON boats"),
    case("EXE-07", "42710", "¤CREATE TRIGGER stamp AFTER INSERT ON boats FOR EACH ROW EXECUTE FUNCTION stamp()"),
    case("EXE-07", "42710", "¤CREATE TYPE kind AS ENUM ()"),
    case("EXE-07", "42710", "¤ALTER TABLE boats ADD CONSTRAINT boats_pkey CHECK (id > 0)"),
    case("EXE-07", "42P07", "¤CREATE TABLE boats (id integer)"),
    case("EXE-07", "42P07", "¤CREATE INDEX boats_pkey ON boats (name)"),
    case("EXE-07", "42723", "¤CREATE FUNCTION grade(b integer) RETURNS integer LANGUAGE sql RETURN 1"),
    case("EXE-07", "42701", "¤ALTER TABLE boats ADD COLUMN name text"),
    # Outside a block each of them stands alone; inside one there is no way.
    case("EXE-09", "25001", "¤DO $$ BEGIN EXECUTE 'CREATE INDEX CONCURRENTLY ON boats (name)'; END $$"),
    case("EXE-09", "25001", "¤DO $$ BEGIN EXECUTE 'DROP INDEX CONCURRENTLY boats_pkey'; END $$"),
    case("EXE-09", "25001", "¤DO $$ BEGIN EXECUTE 'VACUUM boats'; END $$"),
    case("EXE-09", "25001", "¤DO $$ BEGIN EXECUTE 'CREATE DATABASE other'; END $$"),
    case("EXE-09", "25001", "¤DO $$ BEGIN EXECUTE 'ALTER SYSTEM SET work_mem = 1'; END $$"),
    # In the file itself the grammar finds it; in a text that a block builds only the server does.
    case("EXE-10", "42601", "¤DO $$ BEGIN EXECUTE 'RAISE ' || 'NOTICE ''ahoy'''; END $$"),
    case("EXE-11", "42601", "¤DO $$ BEGIN EXECUTE U&'\\FEFF' || 'SELECT 1'; END $$"),
    case("EXE-14", "42804", "¤ALTER TABLE boats ADD FOREIGN KEY (name) REFERENCES owners"),
    case("EXE-14", "42804", "¤CREATE TABLE crew (owner uuid REFERENCES owners)"),
    case("EXE-20", "42501", "CREATE TABLE ¤auth.mine (id integer)"),
    case("EXE-20", "42501", "¤ALTER TABLE auth.users ADD COLUMN colour text"),
    case("EXE-20", "42501", "¤ALTER TABLE storage.objects ADD COLUMN colour text"),
    case("EXE-20", "42501", "¤CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION stamp()"),
    case("EXE-20", "42501", "¤ALTER SYSTEM SET work_mem = '1MB'"),
    case("EXE-20", "42501", "¤ALTER ROLE anon SUPERUSER"),
    case("EXE-22", "42702", "CREATE FUNCTION f(name text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN\n"
         "  RETURN (SELECT name FROM boats LIMIT 1);\nEND $$;\n¤SELECT f('x')"),
    # Two names that are one after 63 bytes.
    case("EXE-25", "42P07", f"CREATE TABLE {'a' * 63}b (); ¤CREATE TABLE {'a' * 63}c ()"),
    case("EXE-26", "42601", "¤UPDATE boats SET name = 'a', name = 'b'"),
    case("EXE-26", "42701", "INSERT INTO boats (id, ¤id) VALUES (3, 4)"),
    case("EXE-27", "2D000", "¤DO $$ BEGIN COMMIT; END $$"),
    case("EXE-27", "0A000", "¤DO $$ BEGIN EXECUTE 'BEGIN'; END $$"),
)  # fmt: skip

ROWS = (
    case("EXE-15", "23502", "¤ALTER TABLE boats ADD COLUMN flag text NOT NULL"),
    case("EXE-16", "23505", "¤ALTER TABLE boats ADD UNIQUE (name)"),
    case("EXE-16", "23505", "SELECT 1;\n¤CREATE UNIQUE INDEX ON boats (name)"),
    case("EXE-16", "23505", "ALTER TABLE boats DROP CONSTRAINT boats_pkey; ¤ALTER TABLE boats ADD PRIMARY KEY (name)"),
    case("EXE-17", "23503", "¤ALTER TABLE boats ADD FOREIGN KEY (owner) REFERENCES owners"),
    case("EXE-17", "23503", "ALTER TABLE boats ADD CONSTRAINT o FOREIGN KEY (owner) REFERENCES owners NOT VALID;\n"
         "¤ALTER TABLE boats VALIDATE CONSTRAINT o"),
    case("EXE-18", "23514", "¤ALTER TABLE boats ADD CHECK (id > 1)"),
    case("EXE-18", "23502", "¤ALTER TABLE boats ALTER length SET NOT NULL"),
    case("EXE-18", "23514", "CREATE TABLE p (id integer) PARTITION BY LIST (id);\nCREATE TABLE c AS SELECT 7 AS id;\n"
         "¤ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1)"),
)  # fmt: skip

WHOLE_VIEW = "CREATE OR REPLACE VIEW keeps all columns and adds only at the end"
READ_BY = f"that stops at what uses it: view short ({ONE}:6)"
OVERLOADED = (f"size(int) ({ONE}:10)", f"size(text) ({ONE}:11)", "write the argument types")
AMBIGUOUS = (f"cost(int, int DEFAULT 1) ({ONE}:12)", f"cost(int, text DEFAULT 'x') ({ONE}:13)")
OF_ITS_OWN = ("must be committed before it is used", "a file of its own, before this one")

DEPENDENT = (
    case("EXE-04", "42P16", "¤CREATE OR REPLACE VIEW names AS SELECT id AS boat, name FROM boats",
         'view names has the column "id" where the new query has "boat"', WHOLE_VIEW,
         'ALTER VIEW names RENAME COLUMN "id" TO "boat"', READ_BY),
    case("EXE-04", "42P16", "¤CREATE OR REPLACE VIEW public.names AS SELECT name, id FROM boats",
         'view public.names has the column "id" where the new query has "name"', READ_BY),
    case("EXE-04", "42P16", "¤CREATE OR REPLACE VIEW names AS SELECT id::bigint AS id, name FROM boats",
         'column "id" of view names has the data type integer, and bigint in the new query', READ_BY),
    case("EXE-04", "42P16", '¤CREATE OR REPLACE VIEW names AS SELECT id, name COLLATE "C" AS name FROM boats',
         'column "name" of view names has the collation "default", and "C" in the new query'),
    case("EXE-04", "42P16", "¤CREATE OR REPLACE VIEW names AS SELECT id FROM boats",
         "view names has columns that its new query lacks", WHOLE_VIEW, "DROP VIEW names first", READ_BY),
    case("EXE-04", "42P16", "¤DO $$ BEGIN\n  CREATE OR REPLACE VIEW names AS SELECT id FROM boats; END $$",
         "view names has columns that its new query lacks", READ_BY),
    # The same SQLSTATE, and no view.
    case("EXE-04", "42P16", "¤ALTER TABLE boats ADD PRIMARY KEY (name)"),
    case("EXE-05", "42P13", "¤CREATE OR REPLACE FUNCTION grade(a integer) RETURNS bigint LANGUAGE sql RETURN a",
         "grade(integer) is there already", "DROP FUNCTION grade(integer) first, in this file",
         f"that stops at what uses it: view grades ({ONE}:9)"),
    case("EXE-05", "42P13", "¤CREATE OR REPLACE FUNCTION grade(z integer) RETURNS integer LANGUAGE sql RETURN z",
         "DROP FUNCTION grade(integer) first", "view grades"),
    case("EXE-05", "42P13", "¤CREATE OR REPLACE FUNCTION cost(a integer, b int) RETURNS integer LANGUAGE sql RETURN 1",
         "DROP FUNCTION cost(integer,integer) first"),
    case("EXE-05", "42P13", "¤CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT ''x''::text'"),
    case("EXE-06", "42725", "¤GRANT EXECUTE ON FUNCTION size TO anon", "'size' may be", *OVERLOADED),
    case("EXE-06", "42725", "¤COMMENT ON FUNCTION public.size IS 'x'", "'size' may be", *OVERLOADED),
    case("EXE-06", "42725", "¤DROP FUNCTION size", *OVERLOADED),
    case("EXE-06", "42725", "¤ALTER FUNCTION size OWNER TO postgres", *OVERLOADED),
    case("EXE-06", "42725", "SELECT ¤cost(1)", *AMBIGUOUS),
    case("EXE-06", "42725", "¤CREATE POLICY p ON boats USING (cost(id) > 1)", *AMBIGUOUS),
    case("EXE-08", "55P04", "ALTER TYPE kind ADD VALUE 'barge';\nINSERT INTO boats VALUES (3, 1, 'x', 1, ¤'barge')",
         "'barge' was added to the type kind in this transaction at supabase/migrations/2_x.sql:1", *OF_ITS_OWN),
    case("EXE-08", "55P04", "ALTER TYPE kind ADD VALUE 'barge';\n¤ALTER TABLE boats ALTER kind SET DEFAULT 'barge'",
         *OF_ITS_OWN),
    case("EXE-13", "0A000", "¤ALTER TABLE boats ALTER length TYPE bigint",
         "policy mine on table boats uses the column", "in this file"),
    case("EXE-13", "0A000", "¤ALTER TABLE boats ALTER name TYPE varchar(9)", "view names uses the column"),
    case("EXE-13", "0A000", "¤ALTER TABLE sums ALTER a TYPE bigint", 'generated column "b" uses the column'),
    case("EXE-13", "0A000", "CREATE TRIGGER w BEFORE UPDATE ON owners FOR EACH ROW WHEN (NEW.name <> '')"
         " EXECUTE FUNCTION stamp();\n¤ALTER TABLE owners ALTER name TYPE varchar(9)",
         "trigger w on table owners uses the column"),
    case("EXE-13", "2BP01", "¤ALTER TABLE boats DROP COLUMN name",
         "view names, view short and trigger stamp on table boats depend on it"),
    case("EXE-13", "2BP01", "¤ALTER TABLE boats DROP COLUMN length", "policy mine on table boats depends on it"),
    case("EXE-13", "2BP01", "¤DROP FUNCTION grade(integer)", "view grades depends on it"),
    case("EXE-13", "2BP01", "¤DROP FUNCTION stamp()", "trigger stamp on table boats depends on it"),
    case("EXE-13", "2BP01", "¤DROP TYPE kind", "column kind of table boats depends on it"),
    case("EXE-13", "2BP01", "¤DROP TABLE boats", "view names, view short and view grades depend on it"),
    case("EXE-13", "2BP01", "¤DO $$ BEGIN\n DROP VIEW names; END $$", "view short depends on it"),
)  # fmt: skip

ALL = (*MISSING, *REFUSED, *ROWS, *DEPENDENT)
