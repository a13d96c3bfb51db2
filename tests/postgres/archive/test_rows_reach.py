"""Rows that no statement names are kept too: what follows by a key, a trigger or a rule, of tables of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.archive.kept import asked, release

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

FAMILY = """
CREATE TABLE public.parents (id int PRIMARY KEY, name text UNIQUE, above int REFERENCES parents ON DELETE CASCADE);
CREATE TABLE public.children (
  id int PRIMARY KEY, parent int REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE,
  other int REFERENCES parents ON DELETE SET NULL,
  named text REFERENCES parents (name) ON UPDATE CASCADE ON DELETE SET NULL
);
CREATE TABLE public.toys (id int PRIMARY KEY, child int REFERENCES children ON DELETE CASCADE);
INSERT INTO parents SELECT i, 'p' || i, nullif(i - 1, 0) FROM generate_series(1, 4) i;
INSERT INTO children VALUES (1, 1, 2, 'p1'), (2, 2, 4, 'p1'), (3, 3, 4, 'p2'), (4, NULL, 3, 'p4');
INSERT INTO toys SELECT i, i FROM generate_series(1, 4) i;
"""
BRANCH = """
INSERT INTO parents VALUES (9, 'nine', 9), (10, 'ten', 9);
INSERT INTO children VALUES (9, 9);
UPDATE children SET parent = 10 WHERE id = 1;
DELETE FROM parents WHERE id = 4;
"""
LOGGED = """
CREATE TABLE public.items (id int PRIMARY KEY, n int, at timestamptz DEFAULT '2026-01-01');
CREATE TABLE public.counts (name text PRIMARY KEY, total int);
INSERT INTO items SELECT i, i FROM generate_series(1, 5) i;
INSERT INTO counts VALUES ('items', 5), ('others', 1);
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
CREATE FUNCTION public.tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE public.counts SET total = (SELECT sum(n) FROM items) WHERE name = 'items'; RETURN NULL; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();
"""
TALLY = "CREATE TRIGGER tally AFTER UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION tally();"
PARTS = """
CREATE TABLE public.parts (id int, region text, n int, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE public.parts_a PARTITION OF parts FOR VALUES IN ('a');
CREATE TABLE public.parts_b PARTITION OF parts FOR VALUES IN ('b', 'c') PARTITION BY LIST (region);
CREATE TABLE public.parts_c PARTITION OF parts_b FOR VALUES IN ('c');
CREATE TABLE public.parts_d PARTITION OF parts_b FOR VALUES IN ('b');
INSERT INTO parts SELECT i, r, i FROM generate_series(1, 4) i, unnest('{a,b,c}'::text[]) r;
"""
TABLE = '"My App"."The ""Table"""'
ODD = f"""
CREATE SCHEMA "My App";
CREATE TYPE "My App"."Mood" AS ENUM ('so', 'so-so');
CREATE TABLE {TABLE} (
  "Key" bigint GENERATED ALWAYS AS IDENTITY, moved text DEFAULT 'x', "a.b" json, spot point, mood "My App"."Mood"[],
  twice bigint GENERATED ALWAYS AS ("Key" * 2) STORED, one int NOT NULL DEFAULT 1, PRIMARY KEY ("Key")
);
INSERT INTO {TABLE} ("a.b", spot, mood) SELECT '{{"a": 1}}', '(1,2)', '{{so}}' FROM generate_series(1, 4);
"""
ODDLY = f"""
UPDATE {TABLE} AS t SET "a.b" = NULL, spot = NULL, mood[1] = 'so-so' WHERE "Key" < 3;
DELETE FROM {TABLE} WHERE "Key" = 4;
INSERT INTO {TABLE} (one) VALUES (5);
"""


@pytest.mark.parametrize(
    ("schema", "text", "question"),
    [
        (FAMILY, "DELETE FROM parents WHERE id IN (2, 4)", "parents, children, toys"),
        (FAMILY, "DELETE FROM parents WHERE id = 1", "parents, children, toys"),
        (FAMILY, "UPDATE parents SET name = name || '!'", "parents, children"),
        (FAMILY, "UPDATE parents SET above = NULL", "parents"),
        (FAMILY, "TRUNCATE parents CASCADE", "parents, children, toys"),
        (FAMILY, "TRUNCATE toys, children; DELETE FROM parents", "parents, children, toys"),
        (FAMILY, BRANCH, "parents, children"),
        # Twins are merged: what is gone has to be back before anybody refers to it again.
        (FAMILY, "UPDATE children SET parent = 1, other = 1; DELETE FROM parents WHERE id > 1", "parents, children"),
        # The name is free only once the other one has its own again.
        (FAMILY, "DELETE FROM toys; DELETE FROM parents WHERE id = 4; UPDATE parents SET name = 'p4' WHERE id = 3",
         "parents, children, toys"),
        (LOGGED, "UPDATE items SET n = 0 WHERE id < 3", "items, counts"),
        (LOGGED + TALLY, "UPDATE items SET n = 0 WHERE id < 3; DELETE FROM items WHERE id = 4", "items, counts"),
        (LOGGED, TALLY + "DELETE FROM items WHERE id = 4", "items, counts"),
        (LOGGED + TALLY + "ALTER TABLE items DISABLE TRIGGER touch, ENABLE ALWAYS TRIGGER tally",
         "UPDATE items SET n = 0", "items, counts"),
        (LOGGED + "CREATE RULE r AS ON DELETE TO items DO ALSO UPDATE counts SET total = 0", "DELETE FROM items",
         "items, counts"),
        (LOGGED + TALLY, "SET session_replication_role = replica; UPDATE items SET n = 0", "items, counts"),
        (LOGGED, "ALTER TABLE items ADD seen boolean; UPDATE items SET seen = true", "items"),
        (PARTS, "UPDATE parts SET n = 0 WHERE id < 3; DELETE FROM parts WHERE id = 3; DELETE FROM parts_a", "parts"),
        (PARTS, "UPDATE parts SET id = 100 + id, region = 'c' WHERE region = 'a'; INSERT INTO parts_b VALUES (9, 'b')",
         "parts"),
        (PARTS, "DO $$ BEGIN DELETE FROM parts_c; UPDATE parts SET n = 1; END $$; TRUNCATE parts_d", "parts"),
        (PARTS, "UPDATE parts SET n = 0; DO $$ BEGIN TRUNCATE parts; INSERT INTO parts VALUES (1, 'a', 7); END $$",
         "parts"),
        (ODD, ODDLY, TABLE),
        (ODD, f"DO $$ BEGIN UPDATE {TABLE} SET moved = NULL; END $$", TABLE),
    ],
)  # fmt: skip
def test_all_of_it_goes_back(database: Connection, schema: str, text: str, question: str) -> None:
    file = release(database, schema, text)
    tables = question.split(", ")
    undo = "; ".join(f"ALTER TABLE {one} DROP IF EXISTS seen" for one in tables)
    if TALLY in text:
        undo += "; DROP TRIGGER tally ON items"
    before = [asked(database, f"SELECT t::text FROM {one} t ORDER BY 1") for one in tables]
    triggers = asked(database, "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2")
    assert not file.keeping.unkept
    file.deploy(database)
    assert [asked(database, f"SELECT t::text FROM {one} t ORDER BY 1") for one in tables] != before
    file.back(database, undo)
    assert [asked(database, f"SELECT t::text FROM {one} t ORDER BY 1") for one in tables] == before
    assert asked(database, "SELECT count(*) FROM seatrial.archive") == [0]
    assert triggers == asked(database, "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2")


def test_nobody_loses_rows_by_the_way_back(database: Connection) -> None:
    file = release(
        database, FAMILY, "INSERT INTO parents VALUES (9, 'nine'), (10, 'ten'); DELETE FROM toys WHERE id = 1"
    )
    file.deploy(database)
    database.execute("INSERT INTO children VALUES (90, 9); DELETE FROM children WHERE id = 1")
    file.back(database)
    assert asked(database, "SELECT id FROM parents WHERE id > 4") == [9]
    assert asked(database, "SELECT id FROM children WHERE parent = 9") == [90]
    # The toy's child is gone, so it cannot come back.
    assert asked(database, "SELECT object, conflicts FROM seatrial.archive ORDER BY 1") == [
        ("public.parents", 1), ("public.toys", 1),
    ]  # fmt: skip


def test_row_security_that_is_forced_is_forced_again(database: Connection) -> None:
    role = f"plain_{database.info.dbname}"
    database.execute(f"CREATE ROLE {role}; GRANT {role} TO postgres; GRANT ALL ON SCHEMA public TO {role}")
    database.execute(f"GRANT CREATE ON DATABASE {database.info.dbname} TO {role}; SET ROLE {role}")
    schema = (
        LOGGED
        + """
    ALTER TABLE items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY few ON items USING (id < 4);
    """
    )
    seen = "SELECT relforcerowsecurity, (SELECT sum(n) FROM items) FROM pg_class WHERE oid = 'items'::regclass"
    file = release(database, schema, "UPDATE items SET n = 0; DELETE FROM items WHERE id = 2")
    file.deploy(database)
    assert asked(database, seen) == [(True, 0)]
    database.execute("DROP POLICY few ON items")
    file.back(database)
    assert asked(database, "SELECT conflicts FROM seatrial.archive") == []
    assert asked(database, seen) == [(True, None)]
    database.execute("ALTER TABLE items NO FORCE ROW LEVEL SECURITY")
    assert asked(database, seen) == [(False, 15)]
    database.execute(f"RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.parametrize(
    ("schema", "text", "unkept"),
    [
        (LOGGED, "SET ROLE anon; UPDATE items SET n = 0",
         "rows of public.items are changed as anon, who has no right on the archive"),
        (LOGGED + "CREATE TABLE heirs () INHERITS (items)", "UPDATE items SET n = 0",
         "rows of public.items are changed, and others inherit from it"),
        (LOGGED, "DO $$ BEGIN EXECUTE 'delete from ' || chr(105) || 'tems where id = 1'; END $$", ""),
        (LOGGED, "ALTER TABLE items ALTER n TYPE text; UPDATE items SET n = 'x'",
         "values of n of public.items are changed, and the column is altered before"),
        (FAMILY + "ALTER TABLE toys ALTER CONSTRAINT toys_child_fkey DEFERRABLE INITIALLY DEFERRED",
         "DELETE FROM children",
         "rows of public.toys are changed while constraints of it wait for the end of the transaction"),
        (LOGGED, "SELECT lo_create(77777)", "large objects are changed"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said(database: Connection, schema: str, text: str, unkept: str) -> None:
    database.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO anon")
    database.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon")
    file = release(database, schema, text)
    file.deploy(database)
    assert (unkept in file.keeping.unkept) if unkept else file.keeping.unkept
