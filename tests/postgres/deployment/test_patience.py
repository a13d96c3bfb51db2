"""Steps whose locks no plan takes first: nobody waits for them for long, and they wait for nobody for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.postgres.deployment.harbour import Harbour, somebody, whole

from seatrial.model.execution import Ending
from seatrial.model.terms import Terms
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.model.plan import PlannedLock
    from seatrial.pg.connection import Connection

IMPATIENT = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=2)
SOON_HELD = Terms(deadline_ms=300, hold_seconds=0.5, patience_seconds=60)
BOATS = whole("public.boats")
BATCH = "-- seatrial: batch key=id size=10\nUPDATE public.boats SET name = 'renamed';"
INDEX = "CREATE INDEX CONCURRENTLY boats_name ON public.boats (name);"
LOCKED = "SELECT FROM public.boats WHERE id = 55 FOR UPDATE"
SNAPSHOT = ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 4711")


@pytest.fixture
def harbour(supabase_db: str) -> Harbour:
    """With boats."""
    with connect(supabase_db) as connection:
        connection.execute("CREATE TABLE public.boats (id int PRIMARY KEY, name text)")
        connection.execute("INSERT INTO public.boats SELECT i, 'boat ' || i FROM generate_series(1, 100) AS g (i)")
    return Harbour(dsn=supabase_db)


def indexes(connection: Connection) -> list[tuple[str, bool]]:
    """Those of the boats beside their key, and whether they are valid."""
    return connection.execute(
        "SELECT indexrelid::regclass::text, indisvalid FROM pg_index "
        "WHERE indrelid = 'public.boats'::regclass AND NOT indisprimary"
    ).fetchall()


def waits_for(connection: Connection) -> tuple[str, int] | None:
    """Which phase an index that is being built is in, and the process that it waits for."""
    found = connection.execute(
        "SELECT phase, current_locker_pid FROM pg_stat_progress_create_index WHERE datname = current_database()"
    ).fetchall()
    return found[0] if found else None


@pytest.mark.parametrize("locks", [(), BOATS], ids=["nothing planned", "planned"])
def test_a_statement_that_stands_alone_queues_for_no_longer_than_the_deadline(
    harbour: Harbour, locks: tuple[PlannedLock, ...]
) -> None:
    with somebody(harbour.dsn, "SELECT FROM public.boats") as holder, connect(harbour.dsn) as reader:
        reader.execute("SET statement_timeout = '5s'")
        with harbour.deploying("VACUUM FULL public.boats;", terms=IMPATIENT, locks=locks) as deploying:
            while not deploying.done():
                reader.execute("SELECT count(*) FROM public.boats")
        voyage, pid = deploying.result(), holder.info.backend_pid
    assert voyage.failure.sqlstate == "55P03"
    assert f"in the way: process {pid} (user postgres, web) has been idle in transaction for" in voyage.failure.detail
    assert f"to end it: select pg_terminate_backend({pid})" in voyage.failure.detail
    assert voyage.longest_wait < 1, "readers queue for as long as it does"
    assert voyage.execution.half_made == ()
    # When he is gone, the same command goes through.
    assert harbour.deploy("VACUUM FULL public.boats;", terms=IMPATIENT).execution.ending is Ending.COMPLETE


@pytest.mark.parametrize(
    ("file", "query"),
    [
        ("UPDATE public.boats SET name = 'x'; SELECT pg_sleep(600);", "UPDATE public.boats SET name = 'y'"),
        ("ALTER TABLE public.boats ADD COLUMN x int; SELECT pg_sleep(600);", "SELECT count(*) FROM public.boats"),
    ],
    ids=["row locks", "unrehearsed"],
)
def test_whoever_waits_for_it_waits_no_longer_than_locks_may_be_held(harbour: Harbour, file: str, query: str) -> None:
    """No plan has told of its locks."""
    with connect(harbour.dsn) as other:
        other.execute("SET statement_timeout = '10s'")
        with harbour.deploying(file, terms=SOON_HELD) as deploying:
            while not deploying.done():
                other.execute(query.encode())
            voyage = deploying.result()
    assert voyage.failure.sqlstate == "ST004"
    assert voyage.failure.message == "it held its locks for longer than 500 ms, 3 times"
    assert 0.5 < voyage.longest_wait < 1.5


def test_nobody_waits_so_it_may_take_its_time(harbour: Harbour) -> None:
    file = "UPDATE public.boats SET name = 'x'; SELECT pg_sleep(1.5);"
    assert harbour.deploy(file, terms=SOON_HELD).execution.ending is Ending.COMPLETE


def test_an_index_beside_the_traffic_is_not_given_up_for_those_who_wait_for_it(harbour: Harbour) -> None:
    """A second schema change waits for the index, and may."""
    with (
        somebody(harbour.dsn, *SNAPSHOT) as reader, connect(harbour.dsn) as looking, connect(harbour.dsn) as other,
        harbour.deploying(INDEX, terms=Terms(deadline_ms=300, hold_seconds=0.3, patience_seconds=60)) as deploying,
    ):  # fmt: skip
        # Whoever changes the table before the index has looked who is there would be one of those it waits for.
        pid = reader.info.backend_pid
        wait_until(lambda: waits_for(looking) == ("waiting for old snapshots", pid), "the index waits for the reader")
        other.execute("SET lock_timeout = '1500ms'")
        with pytest.raises(Exception, match="lock timeout"):
            other.execute("ALTER TABLE public.boats ADD COLUMN x int")
        assert not deploying.done()
        reader.execute("COMMIT")
        assert deploying.result().execution.ending is Ending.COMPLETE


def test_an_index_waits_no_longer_than_patience_and_leaves_nothing(harbour: Harbour) -> None:
    with somebody(harbour.dsn, *SNAPSHOT) as reader, connect(harbour.dsn) as looking:
        voyage = harbour.deploy(INDEX, terms=IMPATIENT)
        reader.execute("SELECT 1")
        assert indexes(looking) == []
        pid = reader.info.backend_pid
    assert voyage.failure.sqlstate == "55P03"
    assert voyage.failure.message == "others kept it waiting for longer than 2.0 s"
    assert f"in the way: process {pid} (user postgres, web)" in voyage.failure.detail
    assert voyage.execution.half_made == ()
    assert harbour.deploy(INDEX, terms=IMPATIENT).execution.ending is Ending.COMPLETE


def test_whoever_grows_too_old_while_an_index_waits_is_sent_away(harbour: Harbour) -> None:
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=60, cancel_older_than=10)
    with somebody(harbour.dsn, *SNAPSHOT) as reader, connect(harbour.dsn) as looking:
        pid = reader.info.backend_pid
        with harbour.deploying(INDEX, terms=terms) as deploying:
            wait_until(lambda: indexes(looking), "the index is begun while he may stay")
            assert "ended" not in "\n".join(harbour.told.lines)
            voyage = deploying.result()
        with pytest.raises(Exception, match="terminating connection"):
            reader.execute("SELECT 1")
        assert indexes(looking) == [("boats_name", True)]
    assert voyage.execution.ending is Ending.COMPLETE
    assert voyage.said.count(f"    ended: process {pid} ") == 1


def test_a_row_that_somebody_has_locked_ends_batches_when_patience_is_over(harbour: Harbour) -> None:
    with somebody(harbour.dsn, LOCKED) as holder, connect(harbour.dsn) as looking:
        voyage = harbour.deploy(BATCH, terms=IMPATIENT)
        holder.execute("COMMIT")
        [(done,)] = looking.execute("SELECT count(*) FROM public.boats WHERE name = 'renamed'").fetchall()
        pid = holder.info.backend_pid
    assert voyage.failure.sqlstate == "55P03"
    assert f"in the way: process {pid} (user postgres, web)" in voyage.failure.detail
    assert 50 <= done < 55
    assert harbour.deploy(BATCH, terms=IMPATIENT).execution.ending is Ending.COMPLETE


def test_a_row_that_is_locked_for_long_may_be_freed_for_a_batch(harbour: Harbour) -> None:
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=60, cancel_older_than=1.0)
    with somebody(harbour.dsn, LOCKED) as holder:
        pid = holder.info.backend_pid
        voyage = harbour.deploy(BATCH, terms=terms)
        with pytest.raises(Exception, match="terminating connection"):
            holder.execute("SELECT 1")
    assert voyage.execution.ending is Ending.COMPLETE
    assert f"    ended: process {pid} (user postgres, web)" in voyage.said
    assert "waiting: " not in voyage.said


def test_patience_begins_anew_with_every_batch(harbour: Harbour) -> None:
    """Batches may take hours before the first of them meets somebody."""
    slow = BATCH.replace("'renamed'", "'renamed' || pg_sleep(0.03)")
    with (
        somebody(harbour.dsn, LOCKED.replace("55", "95")) as holder,
        harbour.deploying(slow, terms=IMPATIENT) as deploying,
    ):
        wait_until(lambda: "waiting: process" in "\n".join(harbour.told.lines), "it has come to the row")
        holder.execute("COMMIT")
        voyage = deploying.result()
    assert voyage.execution.ending is Ending.COMPLETE
