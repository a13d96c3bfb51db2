"""The safe way is SQL that the grammar takes, and there is none where the statement is safe or nothing waits for it."""

from __future__ import annotations

import pytest

from seatrial.model.source import Encoding, Script, Source
from seatrial.sql.parse import parse
from seatrial.sql.safer import safer


def _script(text: str) -> Script:
    return parse(Source(path="m/1_a.sql", version="1", name="a", encoding=Encoding.UTF8, text=text))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "INSERT INTO t VALUES (1)",
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "DROP FUNCTION f()",
        "REINDEX TABLE CONCURRENTLY t",
        "REINDEX SYSTEM",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "VACUUM t",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "ALTER TABLE t ALTER a SET STATISTICS 100, SET (fillfactor = 90)",
        "ALTER TABLE w DETACH PARTITION t CONCURRENTLY",
        "UPDATE t SET a = 1 WHERE id = '4711'",
        "DELETE FROM t AS x WHERE a > 1 AND x.id IN (1, 2)",
        "LOCK TABLE t IN ROW EXCLUSIVE MODE",
        "ALTER TYPE e ADD VALUE 'x'",
        "COMMENT ON TABLE t IS 'x'",
        "GRANT SELECT ON t TO app",
        "SELECT FROM WHERE",
        "SELECT 1; SELECT 2",
    ],
)
def test_what_is_safe_has_no_other_way(statement: str) -> None:
    assert safer(statement) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t ADD COLUMN a int",
        "ALTER TABLE t ADD COLUMN a timestamptz NOT NULL DEFAULT now()",
        "ALTER TABLE t ADD COLUMN a uuid DEFAULT auth.uid()",
        "ALTER TABLE t ADD COLUMN a int REFERENCES p",
        "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b + 1) VIRTUAL",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES p NOT VALID",
        "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i",
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t FORCE ROW LEVEL SECURITY",
        "ALTER TABLE t DISABLE TRIGGER g",
        "ALTER TABLE t SET UNLOGGED",
        "ALTER TABLE t SET SCHEMA s",
        "ALTER VIEW v SET (security_invoker = true)",
        "ALTER POLICY p ON t USING (true)",
        "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE INDEX ON ONLY t (a)",
        "CREATE TABLE t1 PARTITION OF t DEFAULT",
        "DROP TRIGGER g ON t",
        "DROP INDEX i CASCADE",
        "DROP FUNCTION f() CASCADE",
        "DROP VIEW v",
    ],
)
def test_what_needs_a_lock_for_a_moment_does_not_queue_for_it(statement: str) -> None:
    way = safer(f"{statement};")

    assert way.endswith(f"SET lock_timeout = '500ms';\n{statement};")
    assert "55P03" in way


def test_names_are_quoted_as_they_have_to_be() -> None:
    way = safer('ALTER TABLE IF EXISTS ONLY "My Schema"."order" ADD COLUMN "user" int UNIQUE DEFAULT 1')

    assert 'ALTER TABLE IF EXISTS ONLY "My Schema"."order" ADD COLUMN "user" int DEFAULT 1;' in way
    assert 'CREATE UNIQUE INDEX CONCURRENTLY order_user_key ON ONLY "My Schema"."order" USING btree ("user");' in way


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT random() CHECK (a > 0) UNIQUE REFERENCES p DEFERRABLE",
        "ALTER TABLE t ALTER a TYPE numeric(10, 2) USING (a / 100.0), ADD PRIMARY KEY (a, b), DROP COLUMN c",
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES IN ('it''s', 'back\\slash', '50%')",
        "UPDATE t SET (a, b) = (SELECT 1, 2)",
        "WITH x AS (SELECT 1 AS n) UPDATE t SET a = x.n FROM x WHERE t.b = x.n RETURNING t.a",
        "TRUNCATE a, b RESTART IDENTITY CASCADE",
    ],
)
def test_every_file_is_taken_by_the_grammar(statement: str) -> None:
    files = safer(statement).split("\n\n")

    assert all(_script(file).fault is None and _script(file).statements for file in files)
    assert all(file.startswith("-- File ") for file in files) or len(files) == 1
