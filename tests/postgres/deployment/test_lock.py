"""The deployment lock: one holder for a database, free when its session ends, however that comes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from seatrial.deployment.lock import deployment_lock
from seatrial.errors import Refused
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
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
