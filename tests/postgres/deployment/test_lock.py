"""The deployment lock: one holder for a database, free when its session ends, however that comes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.postgres.deployment.batches import Told
from tests.postgres.deployment.harbour import Harbour

from seatrial.deployment.lock import DEPLOYER, WORKER, deployment_lock, holders
from seatrial.errors import Refused, StatementFailed
from seatrial.model.execution import Ending
from seatrial.pg.connection import Connection, connect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server


def test_it_is_held_by_one_and_free_afterwards(supabase_db: str) -> None:
    with connect(supabase_db) as one, connect(supabase_db) as two:
        with deployment_lock(one), pytest.raises(Refused), deployment_lock(two, patience=0):
            pytest.fail("two hold it")
        with deployment_lock(two, patience=0):
            pass


def test_an_exception_frees_it(supabase_db: str) -> None:
    with connect(supabase_db) as one, connect(supabase_db) as two:
        with pytest.raises(KeyboardInterrupt), deployment_lock(one):
            raise KeyboardInterrupt
        with deployment_lock(two, patience=0):
            pass


def test_the_end_of_the_session_frees_it(supabase_db: str) -> None:
    with connect(supabase_db) as two:
        with connect(supabase_db) as one, deployment_lock(one):
            one.close()
        with deployment_lock(two, patience=5):
            pass


def test_a_session_that_was_cut_off_ends_without_an_error(supabase_db: str) -> None:
    with connect(supabase_db) as other, connect(supabase_db) as one, deployment_lock(one):
        other.execute("SELECT pg_terminate_backend(%s)", [one.info.backend_pid])
        with deployment_lock(other, patience=5):
            pass


def test_waiting_holds_no_transaction_that_others_would_wait_for(supabase_db: str) -> None:
    """CREATE INDEX CONCURRENTLY waits for every older transaction, so a blocking wait would be a deadlock."""
    with connect(supabase_db) as one, connect(supabase_db) as two, connect(supabase_db) as looking:
        begun = time.monotonic()
        with deployment_lock(one), pytest.raises(Refused), deployment_lock(two, patience=0.3):
            pytest.fail("two hold it")
        assert time.monotonic() - begun >= 0.3
        [row] = rows(
            looking,
            "SELECT state, xact_start IS NULL OR state = 'idle' AS outside FROM pg_stat_activity WHERE pid = %s",
            [two.info.backend_pid],
        )
    assert row == {"state": "idle", "outside": True}


def test_the_holder_is_named_and_others_locks_are_not(supabase_db: str) -> None:
    with connect(supabase_db) as one, connect(supabase_db) as two, connect(supabase_db) as other:
        other.execute("SELECT pg_advisory_lock(1), pg_advisory_lock(1, 2)")
        with deployment_lock(one), pytest.raises(Refused) as refused, deployment_lock(two, patience=0):
            pytest.fail("two hold it")
        holder, bystander = one.info.backend_pid, other.info.backend_pid
    assert f"process {holder}, since 2" in refused.value.why
    assert str(bystander) not in refused.value.why


def test_a_holder_of_whom_little_may_be_seen_is_still_named(server: Server, supabase_db: str) -> None:
    """Who may not read others' statistics does not see since when."""
    with connect(supabase_db) as connection:
        name = connection.info.dbname
    with server.superuser(name) as holder:
        holder.execute("CREATE ROLE sees_little LOGIN")
        try:
            with (
                connect(server.dsn(name, user="sees_little")) as waiting,
                deployment_lock(holder),
                pytest.raises(Refused) as refused,
                deployment_lock(waiting, patience=0),
            ):
                pytest.fail("two hold it")
        finally:
            holder.execute("DROP ROLE sees_little")
        process = holder.info.backend_pid
    assert refused.value.why == (
        f"supabase_admin from an address that is not shown, process {process}, since a time that is not shown"
    )


@contextmanager
def cut_off(dsn: str, connection: Connection) -> Iterator[Connection]:
    """The session of a connection ends, and whoever looks at that is there."""
    with connect(dsn) as looking:
        looking.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])
        yield looking


def test_what_a_dead_deployer_left_at_work_keeps_the_second_lock(supabase_db: str) -> None:
    told = Told()
    with connect(supabase_db) as orphan, connect(supabase_db) as guard, connect(supabase_db) as work:
        orphan.execute("SELECT pg_advisory_lock(%s)", [WORKER])
        with pytest.raises(Refused) as refused, deployment_lock(guard, work, narrator=told, patience=0.3):
            pytest.fail("two are at work")
        who = f"postgres from this machine, process {orphan.info.backend_pid}, since 2"
        assert refused.value.code == "deploy.orphan"
        assert who in refused.value.why
        [line] = told.lines
        assert line.startswith(f"  waiting for what it left at work: {who}")
        # The first one is not kept by whoever goes away.
        assert holders(orphan, DEPLOYER) == ""
        orphan.close()
        with deployment_lock(guard, work, patience=5):
            assert str(guard.info.backend_pid) in holders(work, DEPLOYER)
            assert str(work.info.backend_pid) in holders(guard, WORKER)


def test_a_guard_that_was_cut_off_takes_the_lock_back(supabase_db: str) -> None:
    with connect(supabase_db) as guard, connect(supabase_db) as work, connect(supabase_db) as another:
        with deployment_lock(guard, work, reach=lambda: another) as ownership, cut_off(supabase_db, guard) as looking:
            assert holders(looking, DEPLOYER) == ""
            ownership.confirm()
            assert str(another.info.backend_pid) in holders(looking, DEPLOYER)
            ownership.confirm()
        assert holders(work, DEPLOYER) == ""


def test_a_lock_that_somebody_else_has_taken_meanwhile_is_lost(supabase_db: str) -> None:
    with (
        connect(supabase_db) as guard, connect(supabase_db) as work, connect(supabase_db) as another,
        deployment_lock(guard, work, reach=lambda: another) as ownership, cut_off(supabase_db, guard) as looking,
    ):  # fmt: skip
        looking.execute("SELECT pg_advisory_lock(%s)", [DEPLOYER])
        with pytest.raises(StatementFailed, match="nothing was committed") as lost:
            ownership.confirm()
        assert lost.value.sqlstate == "ST003"


def test_a_guard_whose_lock_was_let_go_by_somebody_has_lost_it(supabase_db: str) -> None:
    """As behind a pooler, where the connection is there and its session is another one."""
    with connect(supabase_db) as guard, connect(supabase_db) as work, deployment_lock(guard, work) as ownership:
        guard.execute("SELECT pg_advisory_unlock_all()")
        with pytest.raises(StatementFailed) as lost:
            ownership.confirm()
    assert (lost.value.sqlstate, lost.value.detail) == ("ST003", "its session no longer holds it")


def test_the_second_lock_that_a_file_has_let_go_is_taken_again_or_lost(supabase_db: str) -> None:
    with (
        connect(supabase_db) as guard, connect(supabase_db) as work, connect(supabase_db) as other,
        deployment_lock(guard, work) as ownership,
    ):  # fmt: skip
        work.execute("SELECT pg_advisory_unlock_all()")
        ownership.take_again()
        assert str(work.info.backend_pid) in holders(other, WORKER)
        work.execute("SELECT pg_advisory_unlock_all()")
        other.execute("SELECT pg_advisory_lock(%s)", [WORKER])
        with pytest.raises(StatementFailed) as lost:
            ownership.take_again()
    assert lost.value.sqlstate == "ST003"


@pytest.mark.parametrize("somebody_was_faster", [False, True])
def test_a_guard_that_is_cut_off_in_the_middle_of_a_step(supabase_db: str, *, somebody_was_faster: bool) -> None:
    """Before its COMMIT it is looked up who deploys; where it is somebody else, nothing is committed."""
    harbour = Harbour(dsn=supabase_db)
    with connect(supabase_db) as looking:
        with harbour.deploying("CREATE TABLE public.boats (); SELECT pg_sleep(6);") as deploying:
            sleeping = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
            wait_until(lambda: looking.execute(sleeping, [harbour.worker]).fetchall(), "it is in the middle")
            looking.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE application_name = 'seatrial lock' AND datname = current_database()"
            )
            if somebody_was_faster:
                looking.execute("SELECT pg_advisory_lock(%s)", [DEPLOYER])
            voyage = deploying.result()
        [(there,)] = looking.execute("SELECT to_regclass('public.boats') IS NOT NULL").fetchall()
    assert there is not somebody_was_faster
    if somebody_was_faster:
        assert voyage.failure.sqlstate == "ST003"
        assert voyage.failure.detail == "its connection was lost, and another deployer was faster"
    else:
        assert voyage.execution.ending is Ending.COMPLETE


def test_the_second_lock_is_held_in_every_file(supabase_db: str) -> None:
    """Between two of them every advisory lock of the session is let go of."""
    harbour = Harbour(dsn=supabase_db)
    files = ("SELECT pg_advisory_lock(7);", "SELECT pg_sleep(4);")
    with connect(supabase_db) as looking, harbour.deploying(*files) as deploying:
        sleeping = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
        wait_until(lambda: looking.execute(sleeping, [harbour.worker]).fetchall(), "the second one runs")
        assert f"process {harbour.worker}, " in holders(looking, WORKER)
        assert deploying.result().execution.ending is Ending.COMPLETE
