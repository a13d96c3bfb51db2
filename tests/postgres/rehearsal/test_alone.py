"""Statements that stand outside any transaction: a second connection watches them while they run."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.postgres.rehearsal.plain import locks, rewrites, scans

from seatrial.model.evidence import LockMode
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.rehearsal.scene import Scene

ACCESS_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_UPDATE_EXCLUSIVE

#: Enough rows that the statements last.
PAST = """
CREATE TABLE boats (id integer PRIMARY KEY, name text);
INSERT INTO boats SELECT n, 'boat ' || n FROM generate_series(1, 20000) AS n;
CREATE INDEX boats_name ON boats (name);
"""
PARTITIONS = """
CREATE TABLE trips (day date NOT NULL, boat integer) PARTITION BY RANGE (day);
CREATE TABLE trips_2025 PARTITION OF trips FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO trips SELECT '2025-02-01', n FROM generate_series(1, 200) AS n;
"""
INDEXES = {"boats_pkey", "boats_name"}


@contextmanager
def somebody_holds(scene: Scene, table: str, mode: LockMode = LockMode.ACCESS_SHARE) -> Iterator[None]:
    """Another session that has a table until a statement has waited a little, so that it lasts until it is seen."""
    info = scene.connection.info
    dsn = f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}"
    over = threading.Event()
    with connect(dsn) as reader, connect(dsn) as looking:
        pids = [reader.info.backend_pid, info.backend_pid]
        reader.execute(f"BEGIN; LOCK TABLE {table} IN {mode.words} MODE".encode())

        def let_go() -> None:
            while looking.execute("SELECT %s = ANY (pg_blocking_pids(%s))", pids).fetchall() != [(True,)]:
                if over.wait(0.01):
                    return
            over.wait(0.2)
            reader.execute("COMMIT")

        thread = threading.Thread(target=let_go)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def test_an_index_is_built_concurrently_under_a_weak_lock_in_two_scans(scene: Scene) -> None:
    """LCK-01, mended. Source: CREATE INDEX, "Building Indexes Concurrently"."""
    scene.given(PAST)
    with somebody_holds(scene, "boats", SHARE_UPDATE_EXCLUSIVE):
        seen = scene.seen("CREATE INDEX CONCURRENTLY ON boats (id, name)")
    assert locks(seen) == {"boats": SHARE_UPDATE_EXCLUSIVE}
    assert rewrites(seen) == set()
    assert [(one.relation, one.scans) for one in seen.scans] == [("public.boats", 2)]
    assert seen.wal_bytes > 0
    assert seen.bytes > 20_000 * 8


def test_an_index_is_dropped_concurrently_under_a_weak_lock(scene: Scene) -> None:
    """LCK-02, mended; in the end the index alone is locked, which nobody uses any more."""
    scene.given(PAST)
    with somebody_holds(scene, "boats"):
        seen = scene.seen("DROP INDEX CONCURRENTLY boats_name")
    assert {relation: mode for relation, mode in locks(seen).items() if relation != "boats_name"} == {
        "boats": SHARE_UPDATE_EXCLUSIVE
    }
    assert (rewrites(seen), scans(seen)) == (set(), set())
    assert [(one.action, one.kind, one.name) for one in seen.objects] == [("dropped", "index", "public.boats_name")]


def test_a_table_is_reindexed_concurrently_under_a_weak_lock(scene: Scene) -> None:
    """LCK-03, mended. Source: REINDEX, "Rebuilding Indexes Concurrently"."""
    scene.given(PAST)
    with somebody_holds(scene, "boats", SHARE_UPDATE_EXCLUSIVE):
        seen = scene.seen("REINDEX TABLE CONCURRENTLY boats")
    assert {relation: mode for relation, mode in locks(seen).items() if relation not in INDEXES} == {
        "boats": SHARE_UPDATE_EXCLUSIVE
    }
    assert (rewrites(seen), scans(seen)) == (INDEXES, {"boats"})


def test_one_index_is_reindexed_concurrently(scene: Scene) -> None:
    """LCK-03: the other one stays."""
    scene.given(PAST)
    with somebody_holds(scene, "boats", SHARE_UPDATE_EXCLUSIVE):
        seen = scene.seen("REINDEX INDEX CONCURRENTLY boats_name")
    assert locks(seen)["boats"] is SHARE_UPDATE_EXCLUSIVE
    assert rewrites(seen) == {"boats_name"}


def test_a_partition_is_detached_concurrently_and_only_itself_locked(scene: Scene) -> None:
    """LCK-04, mended.

    Source: ALTER TABLE, DETACH PARTITION: "the second transaction acquires SHARE UPDATE EXCLUSIVE on the partitioned
    table and ACCESS EXCLUSIVE on the partition".
    """
    scene.given(PARTITIONS)
    with somebody_holds(scene, "trips_2025"):
        seen = scene.seen("ALTER TABLE trips DETACH PARTITION trips_2025 CONCURRENTLY")
    assert locks(seen) == {"trips": SHARE_UPDATE_EXCLUSIVE, "trips_2025": ACCESS_EXCLUSIVE}
    assert (rewrites(seen), scans(seen)) == (set(), set())


def test_a_table_is_vacuumed_beside_readers_and_writers(scene: Scene) -> None:
    """LCK-22, mended."""
    scene.given(f"{PAST}; DELETE FROM boats WHERE id % 2 = 0")
    with somebody_holds(scene, "boats", SHARE_UPDATE_EXCLUSIVE):
        seen = scene.seen("VACUUM boats")
    assert locks(seen) == {"boats": SHARE_UPDATE_EXCLUSIVE}
    assert (rewrites(seen), scans(seen)) == (set(), set())


@pytest.mark.parametrize("options", ["FULL", "(FULL)", "(FULL, ANALYZE)"])
def test_a_full_vacuum_shuts_everybody_out_and_rewrites_everything(scene: Scene, options: str) -> None:
    """LCK-22."""
    scene.given(PAST)
    with somebody_holds(scene, "boats"):
        seen = scene.seen(f"VACUUM {options} boats")
    assert {relation: mode for relation, mode in locks(seen).items() if relation not in INDEXES} == {
        "boats": ACCESS_EXCLUSIVE
    }
    assert (rewrites(seen), scans(seen)) == ({"boats", *INDEXES}, {"boats"})
    assert seen.bytes > 20_000 * 30


@pytest.mark.parametrize(
    ("sql", "mode"),
    [
        ("CREATE INDEX CONCURRENTLY ON boats (name)", SHARE_UPDATE_EXCLUSIVE),
        ("DROP INDEX CONCURRENTLY boats_name", SHARE_UPDATE_EXCLUSIVE),
        ("REINDEX INDEX CONCURRENTLY boats_name", SHARE_UPDATE_EXCLUSIVE),
        ("VACUUM boats", SHARE_UPDATE_EXCLUSIVE),
        ("VACUUM FULL boats", ACCESS_EXCLUSIVE),
    ],
)
def test_the_shortest_statement_is_seen_too(scene: Scene, sql: str, mode: LockMode) -> None:
    """On a scratch most tables are empty, and nothing lasts."""
    scene.given('CREATE TABLE boats (name text); CREATE INDEX boats_name ON boats (name); CREATE TABLE "b o" (a int);')
    assert locks(scene.seen(sql))["boats"] is mode
    assert rows(scene.connection, "SELECT count(*) FROM pg_locks WHERE relation = 'boats'::regclass") == [{"count": 0}]


def test_a_table_that_somebody_else_has_is_watched_all_the_same(scene: Scene) -> None:
    scene.given(PAST)
    with somebody_holds(scene, "boats", SHARE_UPDATE_EXCLUSIVE):
        scene.seen("VACUUM (SKIP_LOCKED) boats")
        assert locks(scene.seen("VACUUM boats"))["boats"] is SHARE_UPDATE_EXCLUSIVE


def test_what_is_counted_before_is_not_counted_again(scene: Scene) -> None:
    """Counters of all sessions that have reported are compared, so each has to report in time."""
    scene.given(PAST)
    counts = [
        [(one.relation, one.scans) for one in trial.evidence.scans]
        for trial in scene.trials(
            "UPDATE boats SET name = 'x'; SELECT count(*) FROM boats WHERE name = 'y' OR true; COMMIT;"
            "CREATE INDEX CONCURRENTLY one ON boats (id); DROP INDEX CONCURRENTLY one;"
            "UPDATE boats SET name = 'y';"
        )
    ]
    boats = "public.boats"
    assert counts == [[(boats, 1)], [(boats, 1)], [(boats, 2)], [], [(boats, 1)]]


def test_an_index_of_an_earlier_step_of_the_release_did_not_exist(scene: Scene) -> None:
    scene.given(
        "CREATE FUNCTION slow(a integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS "
        "'BEGIN PERFORM pg_sleep(0.2); RETURN a; END'"
    )
    seen = scene.trials(
        "CREATE TABLE new (id integer); INSERT INTO new VALUES (1); COMMIT;"
        "CREATE INDEX CONCURRENTLY one ON new (slow(id));"
    )[-1].evidence
    assert [(lock.relation, lock.mode, lock.existed) for lock in seen.locks] == [
        ("public.new", SHARE_UPDATE_EXCLUSIVE, False)
    ]


def test_an_index_that_could_not_be_built_concurrently_is_named(scene: Scene) -> None:
    """LCK-36: it stays, is written to, and serves nobody."""
    scene.given("CREATE TABLE boats (name text); INSERT INTO boats VALUES ('one'), ('one')")
    execution = scene.rehearse("CREATE UNIQUE INDEX CONCURRENTLY names ON public.boats (name);")
    assert execution.ending is Ending.FAILED
    assert execution.failure is not None
    assert (execution.failure.sqlstate, execution.failure.place.line) == ("23505", 1)
    assert execution.half_made == ("index public.names (INVALID)",)
