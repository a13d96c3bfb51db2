"""A stand-alone statement whose backend is killed while it waits for somebody, and the run that goes on from there."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, LiteralString

import pytest
from tests.postgres.ledger.folder import apply, migration

from seatrial.ledger import write
from seatrial.ledger.abandoned import clear_abandoned
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending
from seatrial.model.migration import Step, StepKind
from seatrial.model.source import Statement, Transaction
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.execution import Execution
    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection

#: A snapshot that is older than anything that begins now, and a lock without one.
OLD_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class"
READER = "BEGIN; LOCK TABLE public.boats IN ACCESS SHARE MODE"
SECONDS = 60.0

INVALID = "SELECT count(*) AS n FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE NOT i.indisvalid"
LEFTOVERS = "SELECT relname AS name FROM pg_class WHERE relname ~ '_cc(new|old)' ORDER BY 1"
BOATS = "CREATE TABLE public.boats (id integer PRIMARY KEY, name text); CREATE INDEX boats_name ON public.boats (name);"
LOG = (
    "CREATE TABLE public.boats (day date) PARTITION BY RANGE (day);"
    "CREATE TABLE public.boats_2025 PARTITION OF public.boats FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
)


def _again(target: Connection) -> Connection:
    info = target.info
    return connect(f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}")


@contextmanager
def _in_the_way(target: Connection, what: LiteralString) -> Iterator[None]:
    with _again(target) as other:
        other.execute(what)
        yield


def _killed(target: Connection, whole: Migration, *, once: LiteralString) -> Execution:
    """Apply it and kill its backend as soon as it waits with that true."""
    found: list[Execution] = []
    with _again(target) as worker:
        pid = worker.info.backend_pid
        thread = threading.Thread(target=lambda: found.append(apply(worker, whole)))
        thread.start()
        deadline = time.monotonic() + SECONDS
        waits = "SELECT count(*) AS n FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
        while not (rows(target, waits, [pid])[0]["n"] and rows(target, once)[0]["n"]):
            assert thread.is_alive(), found
            assert time.monotonic() < deadline, "it never waited"
            time.sleep(0.02)
        target.execute("SELECT pg_terminate_backend(%s)", [pid])
        thread.join(SECONDS)
        worker.close()
    [execution] = found
    return execution


def _names(target: Connection, query: LiteralString) -> list[str]:
    return [row["name"] for row in rows(target, query)]


def _count(target: Connection, query: LiteralString) -> int:
    return int(rows(target, query)[0]["n"])


def test_an_index_that_was_cut_off_is_built_anew(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS))
    whole = migration("2", 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "By Id" ON public.boats (id, name);')
    with _in_the_way(ledger, OLD_SNAPSHOT):
        execution = _killed(ledger, whole, once=INVALID)
    assert execution.ending is Ending.LOST
    assert _count(ledger, INVALID) == 1
    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert _count(ledger, INVALID) == 0
    assert _count(ledger, "SELECT count(*) AS n FROM pg_class WHERE relname = 'By Id'") == 1


@pytest.mark.parametrize(
    ("statement", "other"),
    [
        ("REINDEX INDEX CONCURRENTLY public.boats_name", OLD_SNAPSHOT),
        ("REINDEX TABLE CONCURRENTLY public.boats", OLD_SNAPSHOT),
        ("REINDEX (CONCURRENTLY) SCHEMA public", OLD_SNAPSHOT),
        # It has put the new one in the place of the old one, and waits to drop that.
        ("REINDEX INDEX CONCURRENTLY public.boats_name", READER),
    ],
)
def test_what_a_reindex_was_cut_off_in_is_dropped_and_it_runs_again(
    ledger: Connection, statement: str, other: LiteralString
) -> None:
    apply(ledger, migration("1", BOATS))
    whole = migration("2", f"{statement};")
    with _in_the_way(ledger, other):
        assert _killed(ledger, whole, once=INVALID).ending is Ending.LOST
    assert _names(ledger, LEFTOVERS)
    # The same name with another ending, on a table that the statement does not name.
    ledger.execute(
        "CREATE SCHEMA others; CREATE TABLE others.boats (id int); CREATE INDEX x_ccnew ON others.boats (id)"
    )

    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert _names(ledger, LEFTOVERS) == ["x_ccnew"]
    assert _count(ledger, INVALID) == 0


def test_what_another_reindex_left_is_not_touched(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS + "CREATE TABLE public.crew (id integer PRIMARY KEY);"))
    with _in_the_way(ledger, OLD_SNAPSHOT):
        _killed(ledger, migration("2", "REINDEX TABLE CONCURRENTLY public.crew;"), once=INVALID)
    whole = migration("3", "REINDEX INDEX CONCURRENTLY public.boats_name;")
    with _in_the_way(ledger, OLD_SNAPSHOT):
        _killed(ledger, whole, once=INVALID.replace("NOT i.indisvalid", "c.relname = 'boats_name_ccnew'"))

    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert _names(ledger, LEFTOVERS) == ["crew_pkey_ccnew"]


def test_a_drop_that_was_cut_off_is_ended(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS))
    whole = migration("2", "DROP INDEX CONCURRENTLY public.boats_name;")
    with _in_the_way(ledger, READER):
        assert _killed(ledger, whole, once=INVALID).ending is Ending.LOST
    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert _count(ledger, "SELECT count(*) AS n FROM pg_class WHERE relname = 'boats_name'") == 0


@pytest.mark.parametrize("is_path_set", [False, True])
def test_a_partition_that_is_half_detached_is_detached(ledger: Connection, *, is_path_set: bool) -> None:
    apply(ledger, migration("1", LOG))
    text = "ALTER TABLE public.boats DETACH PARTITION public.boats_2025 CONCURRENTLY;"
    if is_path_set:
        text = "SET search_path = public; " + text.replace("public.", "")
    whole = migration("2", text + "\nSELECT 1;")
    pending = "SELECT count(*) AS n FROM pg_inherits WHERE inhdetachpending"
    with _in_the_way(ledger, READER):
        assert _killed(ledger, whole, once=pending).ending is Ending.LOST
    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert _count(ledger, "SELECT count(*) AS n FROM pg_inherits WHERE inhparent = 'public.boats'::regclass") == 0
    assert [one.version for one in read_history(ledger).applied] == ["1", "2"]


# Ahead of a file -------------------------------------------------------------------------------------------------

FILE = "CREATE INDEX IF NOT EXISTS by_id ON public.boats (id, name);"
TEXT = "CREATE INDEX CONCURRENTLY IF NOT EXISTS by_id ON public.boats USING btree (id, name)"


def _ahead() -> Migration:
    whole = migration("2", FILE)
    statement = Statement(
        text=TEXT, start=0, node="index_stmt", transaction=Transaction.STANDALONE, index="public.by_id"
    )
    step = Step(number=0, statements=(statement,), kind=StepKind.AHEAD)
    return replace(whole, steps=(step, *whole.steps))


def test_an_index_ahead_is_there_when_its_file_comes(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS))
    assert apply(ledger, _ahead()).ending is Ending.COMPLETE
    assert _count(ledger, "SELECT count(*) AS n FROM pg_class WHERE relname LIKE 'by_id%'") == 1
    assert [one.version for one in read_history(ledger).applied] == ["1", "2"]


def test_one_that_was_cut_off_is_dropped_and_built_again(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS))
    with _in_the_way(ledger, OLD_SNAPSHOT):
        assert _killed(ledger, _ahead(), once=INVALID).ending is Ending.LOST
    assert apply(ledger, _ahead()).ending is Ending.COMPLETE
    assert _count(ledger, INVALID) == 0


def test_one_that_is_there_already_is_found(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS + FILE))
    there = _count(ledger, "SELECT 'public.by_id'::regclass::oid::int AS n")
    assert apply(ledger, _ahead()).ending is Ending.COMPLETE
    assert _count(ledger, "SELECT 'public.by_id'::regclass::oid::int AS n") == there


@pytest.mark.parametrize(
    ("there", "word"),
    [
        ("CREATE TABLE public.crew (id int); CREATE INDEX by_id ON public.crew (id)", "an index of public.crew"),
        ("CREATE INDEX by_id ON public.boats (id)", "another index (CREATE INDEX by_id ON public.boats"),
        ("CREATE TABLE public.by_id ()", "something that is no index"),
    ],
)
def test_what_is_another_thing_of_that_name_is_never_taken_for_it(
    ledger: Connection, there: LiteralString, word: str
) -> None:
    apply(ledger, migration("1", BOATS))
    ledger.execute(there)
    # Nor is it on the second try, which must not think that it has made that itself.
    for _ in range(2):
        execution = apply(ledger, _ahead())
        assert execution.failure is not None
        assert word in execution.failure.message
        assert (execution.failure.sqlstate, str(execution.failure.place)) == (
            "42P07", "supabase/migrations/2_x.sql:1:1"
        )  # fmt: skip
        assert dict(read_history(ledger).progress) == {}


# Concurrently, by the author -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "word"),
    [
        ("CREATE TABLE public.crew (id int); CREATE INDEX by_id ON public.crew (id)", "an index of public.crew"),
        ("CREATE INDEX by_id ON public.boats (name)", "another index (CREATE INDEX by_id ON public.boats"),
        ("CREATE UNIQUE INDEX by_id ON public.boats (id, lower(name))", "another index (CREATE UNIQUE INDEX by_id"),
        ("CREATE INDEX by_id ON public.boats (id, lower(name)) WHERE id > 5", "another index (CREATE INDEX by_id"),
        ("CREATE TABLE public.by_id ()", "something that is no index"),
    ],
)
def test_if_not_exists_is_not_content_with_another_thing(ledger: Connection, there: LiteralString, word: str) -> None:
    apply(ledger, migration("1", BOATS))
    ledger.execute(there)
    whole = migration("2", "CREATE INDEX CONCURRENTLY IF NOT EXISTS by_id ON boats ((id), lower(name));")
    for _ in range(2):
        execution = apply(ledger, whole)
        assert execution.failure is not None
        assert word in execution.failure.message
        assert (execution.failure.sqlstate, execution.half_made) == ("42P07", ())
        assert dict(read_history(ledger).progress) == {}


@pytest.mark.parametrize(
    "there",
    [
        "CREATE INDEX by_id ON public.boats USING btree (id, lower(name))",
        "CREATE SCHEMA others; CREATE TABLE others.crew (id int); CREATE INDEX by_id ON others.crew (id)",
    ],
)
def test_if_not_exists_is_content_with_the_same(ledger: Connection, there: LiteralString) -> None:
    apply(ledger, migration("1", BOATS))
    ledger.execute(there)
    text = "SET search_path = others, public; CREATE INDEX CONCURRENTLY IF NOT EXISTS by_id ON boats (id, lower(name));"
    assert apply(ledger, migration("2", text)).ending is Ending.COMPLETE
    assert _count(ledger, "SELECT count(*) AS n FROM pg_indexes WHERE tablename = 'boats' AND indexname = 'by_id'") == 1


# No more in the file ---------------------------------------------------------------------------------------------


def test_an_index_ahead_that_was_taken_out_of_the_file_is_dropped(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS))
    with _in_the_way(ledger, OLD_SNAPSHOT):
        _killed(ledger, _ahead(), once=INVALID)
    # Nothing is abandoned while the file still wants it.
    assert clear_abandoned(ledger, [_ahead()], read_history(ledger)) == ()
    assert _count(ledger, INVALID) == 1

    assert clear_abandoned(ledger, [migration("2", "SELECT 1;")], read_history(ledger)) == ("public.by_id",)

    assert _count(ledger, INVALID) == 0
    assert dict(read_history(ledger).progress) == {}


def test_one_that_is_valid_stays(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS + FILE))
    step = _ahead().steps[0]
    write.record_step(ledger, _ahead(), step, done=False)

    assert clear_abandoned(ledger, [migration("2", "SELECT 1;")], read_history(ledger)) == ()

    assert _count(ledger, "SELECT count(*) AS n FROM pg_class WHERE relname = 'by_id'") == 1
    assert dict(read_history(ledger).progress) == {}


def test_a_ledger_without_a_place_for_the_name_is_enough(ledger: Connection) -> None:
    apply(ledger, migration("1", BOATS))
    ledger.execute("ALTER TABLE seatrial.steps DROP COLUMN position, DROP COLUMN rows")
    assert apply(ledger, _ahead()).ending is Ending.COMPLETE
