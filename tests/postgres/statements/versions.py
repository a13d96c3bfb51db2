"""For each thing that servers take differently, a statement that shows it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REFUSED_BEFORE", "REFUSED_SINCE", "Example"]

T = "CREATE TABLE t (a int, b text, r int4range, j jsonb); INSERT INTO t VALUES (1);"
#: A function that finds another one only by way of the search path.
LOST = (
    f"{T} CREATE FUNCTION inner_f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';"
    "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN inner_f($1); END';"
)
LOGIN = "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
SUBSCRIPTION = "CREATE SUBSCRIPTION s CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false, "
BOSS = "CREATE ROLE boss CREATEROLE; CREATE ROLE other; GRANT pg_monitor TO other; SET ROLE boss;"


@dataclass(frozen=True)
class Example:
    """A statement in which exactly one thing is taken differently."""

    feature: str
    since: int
    statement: str
    setup: str = T


REFUSED_BEFORE = [
    Example("virtual generated column", 18, "ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + 1)"),
    Example("virtual generated column", 18, "CREATE TABLE u (a int, c int GENERATED ALWAYS AS (a + 1) VIRTUAL)"),
    Example("NOT NULL as a table constraint", 18, "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID"),
    Example("NOT ENFORCED", 18, "ALTER TABLE t ADD CHECK (a > 1) NOT ENFORCED"),
    Example("NOT ENFORCED", 18, "CREATE TABLE u (a int CHECK (a > 1) NOT ENFORCED)"),
    Example(
        "ALTER CONSTRAINT … ENFORCED", 18, "ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED",
        T + "CREATE TABLE p (id int PRIMARY KEY);"
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID",
    ),
    Example(
        "ALTER CONSTRAINT … INHERIT", 18, "ALTER TABLE t ALTER CONSTRAINT n INHERIT",
        "CREATE TABLE t (a int CONSTRAINT n NOT NULL)",
    ),
    Example(
        "key over a period", 18, "ALTER TABLE t ADD UNIQUE (a, r WITHOUT OVERLAPS)",
        "CREATE EXTENSION btree_gist SCHEMA extensions;" + T,
    ),
    Example("RETURNING OLD and NEW", 18, "UPDATE t SET a = 2 RETURNING old.a, new.a"),
    Example("RETURNING OLD and NEW", 18, "INSERT INTO t VALUES (2) RETURNING WITH (NEW AS n) n.a"),
    Example(
        "default privileges on large objects", 18,
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO anon",
    ),
    Example("VACUUM or ANALYZE of ONLY a table", 18, "ANALYZE ONLY t"),
    Example(
        "foreign table LIKE another", 18, "CREATE FOREIGN TABLE f (LIKE t) SERVER s",
        T + "CREATE EXTENSION IF NOT EXISTS postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw",
    ),
    Example("function uuidv7()", 18, "SELECT uuidv7()"),
    Example("function array_sort()", 18, "DO $$ BEGIN PERFORM array_sort(ARRAY[2, 1]); END $$"),
    Example("function casefold()", 18, "SELECT pg_catalog.casefold('A')"),
    Example("setting vacuum_truncate", 18, "SELECT set_config('vacuum_truncate', 'on', true)"),
    Example("setting io_workers", 18, "SELECT current_setting('io_workers')"),
    Example("role pg_signal_autovacuum_worker", 18, "GRANT pg_signal_autovacuum_worker TO anon"),
    Example("catalog pg_aios", 18, "SELECT * FROM pg_aios"),
    Example("option REJECT_LIMIT", 18, "COPY t FROM '/dev/null' (ON_ERROR ignore, REJECT_LIMIT 3)"),
    Example(
        "option PUBLISH_GENERATED_COLUMNS", 18,
        "CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored)",
    ),
    Example("MAINTAIN privilege", 17, "GRANT MAINTAIN ON t TO anon"),
    Example(
        "identity column of a partitioned table", 17,
        "CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY, d date) PARTITION BY RANGE (d);"
        "CREATE TABLE u1 PARTITION OF u DEFAULT; INSERT INTO u1 (d) VALUES (now())",
    ),
    Example(
        "EXCLUDE on a partitioned table", 17, "CREATE TABLE u (a int, EXCLUDE (a WITH =)) PARTITION BY RANGE (a)"
    ),
    Example("access method of a partitioned table", 17, "CREATE TABLE u (a int) PARTITION BY RANGE (a) USING heap"),
    Example(
        "MERGE … RETURNING", 17,
        "MERGE INTO t USING t AS s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING merge_action()"
    ),
    Example(
        "WHEN NOT MATCHED BY SOURCE", 17,
        "MERGE INTO t USING t AS s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE",
    ),
    Example("JSON_TABLE", 17, "SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a int PATH '$')) AS x"),
    *(
        Example("SQL/JSON query functions, JSON(), JSON_SCALAR() and JSON_SERIALIZE()", 17, f"SELECT {text}")
        for text in (
            "JSON_EXISTS(jsonb '{}', '$.a')", "JSON_VALUE(jsonb '{}', '$.a')", "JSON_QUERY(jsonb '{}', '$.a')",
            "JSON('{}' WITH UNIQUE KEYS)", "JSON_SCALAR(1)", "JSON_SERIALIZE('{}')",
        )
    ),
    Example(
        "ALTER COLUMN … SET EXPRESSION", 17, "ALTER TABLE t ALTER c SET EXPRESSION AS (a + 2)",
        T + "ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + 1) STORED",
    ),
    Example("SET ACCESS METHOD DEFAULT", 17, "ALTER TABLE t SET ACCESS METHOD DEFAULT"),
    Example("SET STATISTICS DEFAULT", 17, "ALTER TABLE t ALTER a SET STATISTICS DEFAULT"),
    Example("event trigger on login", 17, "CREATE EVENT TRIGGER e ON login EXECUTE FUNCTION f()", LOGIN),
    Example("COPY with FORCE_NULL or FORCE_NOT_NULL *", 17, "COPY t FROM '/dev/null' (FORMAT csv, FORCE_NULL *)"),
    Example("infinite interval", 17, "SELECT 'infinity'::interval"),
    Example("AT LOCAL", 17, "SELECT now() AT LOCAL"),
    Example("collation of the provider builtin", 17, "CREATE COLLATION c (provider = builtin, locale = 'C.UTF-8')"),
    Example("function uuid_extract_version()", 17, "SELECT uuid_extract_version(gen_random_uuid())"),
    Example("setting transaction_timeout", 17, "SET transaction_timeout = '1s'"),
    Example("setting transaction_timeout", 17, "ALTER ROLE anon SET transaction_timeout = '1s'"),
    Example("option ON_ERROR", 17, "COPY t FROM '/dev/null' (ON_ERROR ignore)"),
    Example("option LOG_VERBOSITY", 17, "COPY t FROM '/dev/null' (LOG_VERBOSITY verbose)"),
    Example("option MEMORY", 17, "EXPLAIN (MEMORY) SELECT 1"),
    Example("option SERIALIZE", 17, "EXPLAIN (ANALYZE, SERIALIZE) SELECT 1"),
    Example(
        "option FAILOVER", 17,
        SUBSCRIPTION + "failover = false)",
    ),
    *(
        Example("SQL/JSON constructors and IS JSON", 16, f"SELECT {text}")
        for text in (
            "'{}' IS JSON OBJECT", "JSON_OBJECT('a': 1)", "JSON_ARRAY(1)", "JSON_ARRAY(SELECT 1)",
            "JSON_OBJECTAGG('a': 1)", "JSON_ARRAYAGG(1)",
        )
    ),
    Example("SET STORAGE DEFAULT", 16, "ALTER TABLE t ALTER b SET STORAGE DEFAULT"),
    Example("STORAGE of a new column", 16, "CREATE TABLE u (a text STORAGE external)"),
    Example("CREATE STATISTICS without a name", 16, "CREATE STATISTICS ON a, b FROM t"),
    Example("subquery without an alias", 16, "SELECT * FROM (SELECT 1)"),
    Example("number written as 1_000 or 0x1F", 16, "SELECT 1_000"),
    Example("number written as 1_000 or 0x1F", 16, "SELECT 0x1F"),
    Example("number written as 1_000 or 0x1F", 16, "SELECT 1_000.5"),
    Example("REINDEX of the current database", 16, "REINDEX DATABASE"),
    Example("XMLSERIALIZE … INDENT", 16, "SELECT XMLSERIALIZE(CONTENT b::xml AS text INDENT) FROM t WHERE false"),
    Example("function any_value()", 16, "SELECT any_value(a) FROM t"),
    Example("function system_user()", 16, "SELECT SYSTEM_USER"),
    Example("role pg_create_subscription", 16, "GRANT pg_create_subscription TO anon"),
    Example("option DEFAULT", 16, "COPY t FROM '/dev/null' (DEFAULT 'x')"),
    Example("option GENERIC_PLAN", 16, "EXPLAIN (GENERIC_PLAN) SELECT $1::int"),
    Example("option PROCESS_MAIN", 16, "VACUUM (PROCESS_MAIN false) t"),
    Example("option BUFFER_USAGE_LIMIT", 16, "VACUUM (BUFFER_USAGE_LIMIT '1MB') t"),
    Example("option SKIP_DATABASE_STATS", 16, "VACUUM (SKIP_DATABASE_STATS) t"),
    Example("option ONLY_DATABASE_STATS", 16, "VACUUM (ONLY_DATABASE_STATS)"),
    Example("option INHERIT", 16, "GRANT pg_monitor TO anon WITH INHERIT TRUE"),
    Example("option SET", 16, "GRANT pg_monitor TO anon WITH SET FALSE"),
    Example(
        "option ORIGIN", 16,
        SUBSCRIPTION + "origin = none)",
    ),
    Example(
        "option PASSWORD_REQUIRED", 16,
        SUBSCRIPTION + "password_required = false)",
    ),
    Example(
        "option RUN_AS_OWNER", 16,
        SUBSCRIPTION + "run_as_owner = true)",
    ),
]  # fmt: skip

REFUSED_SINCE = [
    Example("unlogged partitioned table", 18, "CREATE UNLOGGED TABLE u (a int) PARTITION BY RANGE (a)"),
    Example("RULE privilege", 18, "GRANT RULE ON t TO anon"),
    Example("functions in an index", 17, "CREATE INDEX ON t (f(a))", LOST),
    Example("functions in an index", 17, "CREATE INDEX ON t (a) WHERE f(a) > 0", LOST),
    Example("functions in a materialized view", 17, "CREATE MATERIALIZED VIEW v AS SELECT f(a) FROM t", LOST),
    Example(
        "functions in a materialized view", 17, "REFRESH MATERIALIZED VIEW v",
        LOST + "CREATE MATERIALIZED VIEW v AS SELECT f(a) FROM t WITH NO DATA",
    ),
    Example("setting old_snapshot_threshold", 17, "SHOW old_snapshot_threshold"),
    Example("setting force_parallel_mode", 16, "SET force_parallel_mode = off"),
    Example(
        "view made of a table by a rule", 16,
        'CREATE RULE "_RETURN" AS ON SELECT TO e DO INSTEAD SELECT 1 AS a',
        "CREATE TABLE e (a int)",
    ),
    Example("rights of CREATEROLE", 16, "ALTER ROLE other LOGIN", BOSS),
    Example("rights of CREATEROLE", 16, "GRANT other TO boss", BOSS),
]  # fmt: skip
