"""Real transactions, real waits: what they come to in a sample."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from psycopg.errors import DeadlockDetected
from tests.faults.asking import wait_until
from tests.postgres.monitoring.looks import CONTACTS, blocked, contacts, counted, look

from seatrial.model.sample import WHOLE
from seatrial.monitoring.probe import Scope
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection


def test_transactions_rollbacks_and_pages_are_counted(application: Connection, watcher: Connection) -> None:
    application.execute(CONTACTS)
    counted(application)
    before = look(watcher, "database").counters
    for _ in range(10):
        application.execute("BEGIN; SELECT * FROM public.contacts; ROLLBACK")
    application.execute("SET work_mem = '64kB'")
    application.execute("SELECT n FROM generate_series(1, 50000) AS n ORDER BY -n")
    counted(application)
    after = look(watcher, "database").counters
    grown = {quantity: after[quantity, WHOLE] - before[quantity, WHOLE] for quantity, _ in after}
    assert grown["database.rollbacks"] == 10
    assert grown["database.transactions"] >= 14
    assert grown["database.hits"] > 50
    assert grown["database.pages"] >= grown["database.hits"]
    assert grown["database.temp"] > 0


def test_a_deadlock_is_counted(target: str, application: Connection, watcher: Connection) -> None:
    application.execute(CONTACTS)
    before = look(watcher, "database").counters["database.deadlocks", WHOLE]
    application.execute("BEGIN; UPDATE public.contacts SET email = '' WHERE id = 1")
    change = "UPDATE public.contacts SET email = 'x' WHERE id = "
    # One of the two gives up: whoever looks for a circle when there is one.
    with blocked(target, f"BEGIN; {change}2; {change}1"), suppress(DeadlockDetected):
        application.execute(f"{change}2")
    application.execute("COMMIT")
    wait_until(lambda: look(watcher, "database").counters["database.deadlocks", WHOLE] == before + 1, "it is counted")


def test_looking_rolls_nothing_back(watcher: Connection) -> None:
    before = look(watcher, "database").counters["database.rollbacks", WHOLE]
    for source in ("locks", "activity", "replication", "statements", "tables", "indexes"):
        look(watcher, source)
    counted(watcher)
    assert look(watcher, "database").counters["database.rollbacks", WHOLE] == before


def test_the_oldest_transaction_is_somebody_elses(application: Connection, watcher: Connection) -> None:
    assert look(watcher, "activity").levels["activity.oldest", WHOLE] == 0
    application.execute("BEGIN")
    application.execute("SELECT pg_sleep(0.1)")
    levels = look(watcher, "activity").levels
    assert levels["activity.oldest", WHOLE] >= 0.1
    assert levels["activity.idle", WHOLE] == 1
    assert levels["activity.sessions", "idle in transaction"] == 1
    application.execute("ROLLBACK")
    levels = look(watcher, "activity").levels
    assert levels["activity.oldest", WHOLE] == 0
    assert levels["activity.idle", WHOLE] == 0
    assert levels["activity.sessions", "idle"] == 1


def test_connections_are_a_share_of_those_that_may_be_had(
    target: str, application: Connection, watcher: Connection
) -> None:
    [[places]] = application.execute("SHOW max_connections").fetchall()
    looks = [-1.0]

    def is_calm() -> bool:
        looks.append(look(watcher, "activity").levels["activity.connections", WHOLE])
        return looks[-1] == looks[-2]

    wait_until(is_calm, "sessions of other databases that were closed are gone")
    before = looks[-1]
    with connect(target), connect(target), connect(target):
        after = look(watcher, "activity").levels["activity.connections", WHOLE]
    assert after - before >= 3 / int(places)
    assert 0 < before < after < 1


def test_who_waits_for_a_table_is_seen_with_the_table(
    target: str, application: Connection, watcher: Connection
) -> None:
    application.execute(CONTACTS)
    application.execute('CREATE TABLE public."Other things" (id int)')
    assert look(watcher, "locks").levels == {
        (quantity, table): 0.0
        for quantity in ("locks.waiting", "locks.longest_wait")
        for table in (WHOLE, "public.contacts")
    }
    application.execute('BEGIN; LOCK TABLE public.contacts, public."Other things"')
    with (
        blocked(target, "SELECT * FROM public.contacts"),
        blocked(target, "TRUNCATE public.contacts"),
        blocked(target, 'TABLE public."Other things"'),
    ):
        application.execute("SELECT pg_sleep(0.05)")
        levels = look(watcher, "locks").levels
    assert levels["locks.waiting", "public.contacts"] == 2
    assert levels["locks.waiting", 'public."Other things"'] == 1
    assert levels["locks.waiting", WHOLE] == 0
    assert levels["locks.longest_wait", "public.contacts"] >= 0.05
    application.execute("ROLLBACK")
    assert look(watcher, "locks").levels["locks.waiting", "public.contacts"] == 0


def test_who_waits_for_a_row_is_seen_with_its_table(target: str, application: Connection, watcher: Connection) -> None:
    application.execute(CONTACTS)
    application.execute("BEGIN; UPDATE public.contacts SET email = '' WHERE id = 1")
    change = "UPDATE public.contacts SET email = 'x' WHERE id = 1"
    with blocked(target, change), blocked(target, change):
        levels = look(watcher, "locks").levels
    assert levels["locks.waiting", "public.contacts"] == 2
    application.execute("ROLLBACK")


def test_who_waits_for_no_table_counts_for_the_whole(target: str, application: Connection, watcher: Connection) -> None:
    application.execute("SELECT pg_advisory_lock(42)")
    with blocked(target, "SELECT pg_advisory_lock(42)"):
        levels = look(watcher, "locks", Scope(changes=contacts())).levels
    assert levels["locks.waiting", WHOLE] == 1
    assert levels["locks.longest_wait", WHOLE] > 0
