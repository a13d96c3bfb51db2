"""What statements write, make, alter and drop, and what the server says beside its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rehearsal.plain import locks, objects, rewrites, scans, written

from seatrial.model.evidence import LockMode, Notice
from seatrial.pg.connection import rows
from seatrial.rehearsal.replay import Manner

if TYPE_CHECKING:
    from tests.postgres.rehearsal.scene import Scene

PAST = """
CREATE TYPE kind AS ENUM ('yacht', 'barge');
CREATE DOMAIN metres AS integer;
CREATE TABLE owners (id integer PRIMARY KEY, name text);
CREATE TABLE boats (id serial PRIMARY KEY, owner integer REFERENCES owners ON DELETE CASCADE, name text);
INSERT INTO owners SELECT n, 'owner' FROM generate_series(1, 100) AS n;
INSERT INTO boats (owner, name) SELECT n % 100 + 1, 'boat' FROM generate_series(1, 1000) AS n;
"""
MERGE = (
    "MERGE INTO owners USING (VALUES (1), (300)) AS v (i) ON id = i "
    "WHEN MATCHED THEN UPDATE SET name = 'm' WHEN NOT MATCHED THEN INSERT VALUES (i)"
)
SIXTY_THREE = "a" * 63

# Rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE boats SET name = 'x'", {"boats": (0, 1000, 0)}),
        ("UPDATE boats SET name = 'x' WHERE id <= 10", {"boats": (0, 10, 0)}),
        ("DELETE FROM boats WHERE id <= 10", {"boats": (0, 0, 10)}),
        ("DELETE FROM owners WHERE id = 1", {"owners": (0, 0, 1), "boats": (0, 0, 10)}),
        ("INSERT INTO owners VALUES (1), (200) ON CONFLICT DO NOTHING", {"owners": (1, 0, 0)}),
        ("INSERT INTO owners VALUES (1), (200) ON CONFLICT (id) DO UPDATE SET name = 'z'", {"owners": (1, 1, 0)}),
        (MERGE, {"owners": (1, 1, 0)}),
        (
            "WITH gone AS (DELETE FROM boats WHERE id < 5 RETURNING id) INSERT INTO owners SELECT id + 1000 FROM gone",
            {"boats": (0, 0, 4), "owners": (4, 0, 0)},
        ),
        ("CREATE TABLE copy AS SELECT * FROM boats", {"copy": (1000, 0, 0)}),
        ("CREATE TABLE copy (id integer); INSERT INTO copy SELECT id FROM boats", {"copy": (1000, 0, 0)}),
        ("DO $$ BEGIN FOR i IN 1001..1007 LOOP INSERT INTO owners VALUES (i); END LOOP; END $$", {"owners": (7, 0, 0)}),
        ("PREPARE more AS INSERT INTO owners VALUES (1000); EXECUTE more", {"owners": (1, 0, 0)}),
        ("SELECT count(*) FROM boats", {}),
    ],
)  # fmt: skip
def test_rows_are_counted_by_relation(scene: Scene, sql: str, expected: dict[str, tuple[int, int, int]]) -> None:
    """LCK-35: a backfill."""
    scene.given(PAST)
    assert written(scene.seen(sql)) == expected


def test_each_statement_has_its_own_rows_whatever_came_before(scene: Scene) -> None:
    """In the same transaction, in the next one, and in the next migration."""
    scene.given(PAST)
    execution = scene.rehearse(
        "INSERT INTO owners VALUES (1001), (1002); INSERT INTO owners VALUES (1003);"
        "DELETE FROM owners WHERE id > 1002; COMMIT; INSERT INTO owners VALUES (1004); SELECT count(*) FROM boats;",
        "INSERT INTO owners VALUES (1005), (1006), (1007);",
    )
    seen = [one.evidence for run in execution.runs for one in run.statements if one.evidence]
    # The DELETE looks for boats of the owner by reading them all: no index leads there.
    assert [written(one).get("owners") for one in seen] == [(2, 0, 0), (1, 0, 0), (0, 0, 1), (1, 0, 0), None, (3, 0, 0)]
    assert [scans(one) for one in seen] == [set(), set(), {"boats"}, set(), {"boats"}, set()]


def test_what_a_block_undoes_itself_is_work_that_is_counted_once(scene: Scene) -> None:
    """As the server's own statistics count: what was tried."""
    scene.given(PAST)
    undone = (
        "BEGIN INSERT INTO owners SELECT generate_series(1001, 1010); RAISE 'no';"
        "EXCEPTION WHEN raise_exception THEN END"
    )
    first, second = scene.trials(
        f"DO $$ BEGIN {undone}; INSERT INTO owners VALUES (2000); END $$; INSERT INTO owners VALUES (2001), (2002);"
    )
    assert written(first.evidence) == {"owners": (11, 0, 0)}
    assert written(second.evidence) == {"owners": (2, 0, 0)}
    assert rows(scene.connection, "SELECT count(*) FROM owners WHERE id > 1000") == [{"count": 3}]


def test_what_a_block_undoes_itself_is_not_locked_made_or_altered(scene: Scene) -> None:
    scene.given(PAST)
    undone = (
        "BEGIN CREATE TABLE x (id integer); ALTER TABLE boats ADD COLUMN more text; DROP TABLE owners CASCADE;"
        "RAISE 'no'; EXCEPTION WHEN raise_exception THEN END"
    )
    seen = scene.seen(f"DO $$ BEGIN CREATE TABLE y (); {undone}; CREATE TABLE z (); END $$")
    assert locks(seen) == {}
    assert objects(seen) == {("created", "table", "y"), ("created", "table", "z")}


def test_after_a_rollback_to_a_savepoint_all_is_as_before_it(scene: Scene) -> None:
    scene.given(PAST)
    trials = scene.trials(
        "INSERT INTO owners VALUES (1001); SAVEPOINT here; ALTER TABLE boats ALTER id TYPE bigint;"
        "ROLLBACK TO here; INSERT INTO owners VALUES (1002); ALTER TABLE boats ADD COLUMN more text;"
    )
    changed, last = trials[2].evidence, trials[-1].evidence
    assert rewrites(changed) == {"boats", "boats_pkey"}
    assert written(trials[-2].evidence) == {"owners": (1, 0, 0)}
    assert (locks(last), rewrites(last), scans(last)) == ({"boats": LockMode.ACCESS_EXCLUSIVE}, set(), set())


# Bytes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "relation"),
    [
        ("CREATE INDEX named ON boats (name, id)", "named"),
        ("ALTER TABLE boats ALTER owner TYPE bigint", "boats"),
        ("CLUSTER boats USING boats_pkey", "boats"),
        ("REINDEX INDEX boats_pkey", "boats_pkey"),
        ("CREATE TABLE copy AS SELECT * FROM boats", "copy"),
        ("INSERT INTO owners SELECT n, repeat('x', 50) FROM generate_series(1001, 3000) AS n", "owners"),
        ("DO $$ BEGIN EXECUTE 'CREATE INDEX named ON boats (name)'; END $$", "named"),
    ],
)
def test_bytes_are_at_least_those_of_the_new_file(scene: Scene, sql: str, relation: str) -> None:
    """LCK-37."""
    scene.given(PAST)
    [before] = rows(scene.connection, "SELECT coalesce(pg_relation_size('owners'), 0) AS size")
    seen = scene.seen(sql)
    [after] = rows(scene.connection, "SELECT pg_relation_size(%(relation)s::regclass) AS size", {"relation": relation})
    grown = after["size"] - (before["size"] if relation == "owners" else 0)
    assert seen.bytes >= grown > 0
    assert seen.wal_bytes > 4000


def test_a_wide_index_takes_more_than_its_table(scene: Scene) -> None:
    """LCK-37."""
    scene.given(PAST)
    seen = scene.seen("CREATE INDEX wide ON boats (name, id, owner, (name || 'something much longer than the name'))")
    [table] = rows(scene.connection, "SELECT pg_relation_size('boats') AS size")
    assert seen.bytes > table["size"]


@pytest.mark.parametrize(
    "sql",
    ["SELECT count(*) FROM boats", "LOCK TABLE boats IN SHARE MODE", "DO $$ BEGIN PERFORM name FROM boats; END $$"],
)
def test_what_only_reads_writes_next_to_nothing(scene: Scene, sql: str) -> None:
    scene.given(PAST)
    reading, writing = scene.trials(f"{sql}; UPDATE boats SET name = 'x'")
    assert reading.evidence.wal_bytes < 1000
    assert writing.evidence.wal_bytes > 50_000
    assert reading.evidence.bytes == 0
    assert writing.evidence.bytes > 0


# Objects ---------------------------------------------------------------------------------------------------------

DEPENDENT = (
    PAST
    + """
CREATE FUNCTION mine(owner integer) RETURNS boolean LANGUAGE sql STABLE RETURN owner > 0;
CREATE POLICY only_mine ON boats AS RESTRICTIVE USING (mine(owner));
CREATE VIEW my_boats AS SELECT name FROM boats WHERE mine(owner);
CREATE MATERIALIZED VIEW fleet AS SELECT name FROM my_boats;
CREATE TABLE ports (id integer, open boolean DEFAULT mine(1), CONSTRAINT own CHECK (mine(id)));
"""
)


def test_cascade_takes_policies_views_defaults_and_constraints_along(scene: Scene) -> None:
    """EXE-30: a lost RESTRICTIVE policy is the worst case."""
    scene.given(DEPENDENT)
    seen = scene.seen("DROP FUNCTION mine CASCADE")
    assert [one.name for one in seen.objects if one.restrictive] == ["only_mine on public.boats"]
    assert objects(seen) == {
        ("dropped", "function", "mine(integer)"),
        ("taken", "policy", "only_mine on boats"),
        ("taken", "view", "my_boats"),
        ("taken", "materialized view", "fleet"),
        ("taken", "table constraint", "own on ports"),
        ("taken", "default value", "ports.open"),
    }


def test_cascade_takes_foreign_keys_along(scene: Scene) -> None:
    """EXE-30."""
    scene.given(PAST)
    assert objects(scene.seen("DROP TABLE owners CASCADE")) == {
        ("dropped", "table", "owners"),
        ("taken", "table constraint", "boats_owner_fkey on boats"),
    }


def test_a_column_takes_its_view_along(scene: Scene) -> None:
    """EXE-30."""
    scene.given(PAST + "CREATE VIEW v AS SELECT owner FROM boats;")
    assert objects(scene.seen("ALTER TABLE boats DROP COLUMN owner CASCADE")) == {
        ("dropped", "table column", "boats.owner"),
        ("altered", "table", "boats"),
        ("taken", "view", "v"),
    }


def test_a_schema_takes_all_that_is_in_it_along_each_named_once(scene: Scene) -> None:
    """EXE-30: what belongs to one of its tables goes without a word."""
    scene.given(
        "CREATE SCHEMA harbour; CREATE TYPE harbour.kind AS ENUM ('a');"
        "CREATE TABLE harbour.piers (id serial PRIMARY KEY, kind harbour.kind DEFAULT 'a');"
        "CREATE VIEW harbour.v AS SELECT 1 AS a; CREATE TABLE ships (kind harbour.kind DEFAULT 'a', name text);"
    )
    assert objects(scene.seen("DROP SCHEMA harbour CASCADE")) == {
        ("dropped", "schema", "harbour"),
        ("taken", "type", "harbour.kind"),
        ("taken", "table", "harbour.piers"),
        ("taken", "sequence", "harbour.piers_id_seq"),
        ("taken", "view", "harbour.v"),
        ("taken", "table column", "ships.kind"),
    }


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE TABLE x (id integer)", {("created", "table", "x")}),
        ("CREATE VIEW x AS SELECT 1 AS a", {("created", "view", "x")}),
        ("CREATE FUNCTION x() RETURNS integer LANGUAGE sql RETURN 1", {("created", "function", "x()")}),
        ("CREATE TYPE x AS ENUM ('a')", {("created", "type", "x")}),
        ("CREATE SCHEMA x", {("created", "schema", "x")}),
        ("CREATE POLICY x ON boats", {("created", "policy", "x on boats")}),
        ("CREATE INDEX x ON boats (name)", {("created", "index", "x")}),
        ("ALTER TABLE boats RENAME TO ships", {("altered", "table", "ships")}),
        ("ALTER TABLE boats ADD COLUMN more text", {("altered", "table", "boats")}),
        ("COMMENT ON TABLE boats IS 'x'", {("altered", "table", "boats")}),
        ("DROP TABLE boats", {("dropped", "table", "boats")}),
        ("DROP TYPE kind", {("dropped", "type", "kind")}),
        ("DROP DOMAIN metres", {("dropped", "type", "metres")}),
        ("DROP VIEW IF EXISTS nothing", set()),
        ("CREATE TEMPORARY TABLE x (id integer)", set()),
        ("SELECT 1", set()),
        ("DO $$ BEGIN CREATE TABLE x (); ALTER TABLE x ADD a text; DROP TABLE x; END $$",
         {("created", "table", "x"), ("altered", "table", "x"), ("dropped", "table", "x")}),
    ],
)  # fmt: skip
def test_objects_are_seen_as_they_come_change_and_go(
    scene: Scene, sql: str, expected: set[tuple[str, str, str]]
) -> None:
    scene.given(PAST)
    assert objects(scene.seen(sql)) == expected


# Notices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        # Cut without an error …
        (f"CREATE TABLE {SIXTY_THREE}bc ()", [("NOTICE", "42622", f'to "{SIXTY_THREE}"')]),
        # … so that two names are one, and the second table is not made.
        (f"CREATE TABLE {SIXTY_THREE}b (); CREATE TABLE IF NOT EXISTS {SIXTY_THREE}c ()",
         [("NOTICE", "42622", f'to "{SIXTY_THREE}"'), ("NOTICE", "42P07", "already exists, skipping")]),
        ("CREATE TABLE IF NOT EXISTS boats (other text)", [("NOTICE", "42P07", 'relation "boats" already exists')]),
        ("CREATE INDEX IF NOT EXISTS boats_pkey ON owners (name)", [("NOTICE", "42P07", 'relation "boats_pkey"')]),
        ("ALTER TABLE boats ADD COLUMN IF NOT EXISTS name integer", [("NOTICE", "42701", 'column "name"')]),
        ("CREATE SCHEMA IF NOT EXISTS public", [("NOTICE", "42P06", 'schema "public"')]),
        ("DROP TABLE IF EXISTS nothing", [("NOTICE", "00000", "does not exist, skipping")]),
        ("DO $$ BEGIN RAISE WARNING 'low tide' USING ERRCODE = 'TIDE1'; END $$", [("WARNING", "TIDE1", "low tide")]),
        # An author who wants to hear nothing hears nothing.
        ("SET client_min_messages = error; DROP TABLE IF EXISTS nothing", []),
    ],
)  # fmt: skip
def test_notices_have_their_severity_and_sqlstate(scene: Scene, sql: str, expected: list[tuple[str, str, str]]) -> None:
    """EXE-25, EXE-29."""
    scene.given(PAST)
    notices = scene.seen(sql).notices
    assert [(one.severity, one.sqlstate) for one in notices] == [(severity, state) for severity, state, _ in expected]
    assert all(words in one.message for one, (_, _, words) in zip(notices, expected, strict=True))


def test_a_notice_belongs_to_its_statement(scene: Scene) -> None:
    first, second, third = scene.trials(
        "DO $$ BEGIN RAISE NOTICE 'one'; END $$; SELECT 1; DO $$ BEGIN RAISE NOTICE 'two'; END $$;"
    )
    assert first.evidence.notices == (Notice(severity="NOTICE", sqlstate="00000", message="one"),)
    assert second.evidence.notices == ()
    assert third.evidence.notices == (Notice(severity="NOTICE", sqlstate="00000", message="two"),)


def test_what_failed_and_was_gone_on_from_leaves_nothing_behind(scene: Scene) -> None:
    """Its scans are not those of the next statement, and an author's savepoints still hold."""
    scene.given(PAST)
    execution = scene.rehearse(
        "INSERT INTO owners VALUES (1001); SAVEPOINT here; ALTER TABLE boats ADD CHECK (id < 0);"
        "ALTER TABLE boats ADD COLUMN more text; ROLLBACK TO here; ALTER TABLE boats ADD COLUMN most text;"
        "ROLLBACK TO nowhere; SELECT 1;",
        manner=Manner(keep_going=True),
    )
    assert [failure.sqlstate for failure in execution.failures] == ["23514", "3B001"]
    [run] = execution.runs
    first, _, more, _, most, _ = (one.evidence for one in run.statements if one.evidence)
    assert written(first) == {"owners": (1, 0, 0)}
    for one in (more, most):
        assert (locks(one), scans(one)) == ({"boats": LockMode.ACCESS_EXCLUSIVE}, set())
