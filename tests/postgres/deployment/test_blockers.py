"""Those in the way whom no session shows, or who come back by themselves: prepared transactions and autovacuum."""

from __future__ import annotations

from itertools import count, pairwise
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.faults.server import fault_server
from tests.postgres.deployment.harbour import Harbour, somebody, whole

from seatrial.model.execution import Ending
from seatrial.model.terms import Terms
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.server import FaultServer

MORE = "ALTER TABLE public.boats ADD COLUMN more text;"
BOATS = whole("public.boats")
IMPATIENT = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=0, cancel_older_than=1.0)
PATIENT = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=20)
#: Vacuum of a table with these is at work for minutes.
SLOW = (
    "autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, "
    "autovacuum_vacuum_cost_limit = 1"
)
_numbers = count(1)


@pytest.fixture(scope="module")
def busy() -> Iterator[FaultServer]:
    """With everything that a scratch has switched off."""
    settings = {"max_prepared_transactions": "5", "autovacuum": "on", "autovacuum_naptime": "1s"}
    with fault_server(**settings) as running:
        yield running


@pytest.fixture
def harbour(busy: FaultServer) -> Iterator[Harbour]:
    """With boats."""
    name = f"busy_{next(_numbers)}"
    busy.clone(name)
    with connect(busy.dsn(name)) as connection:
        connection.execute("CREATE TABLE public.boats (id int, name text) WITH (autovacuum_enabled = off)")
        connection.execute("INSERT INTO public.boats SELECT i, 'Sea Cloud' FROM generate_series(1, 20_000) AS g (i)")
    yield Harbour(dsn=busy.dsn(name))
    busy.drop(name)


def test_a_prepared_transaction_is_named_and_only_a_person_can_end_it(harbour: Harbour) -> None:
    with connect(harbour.dsn) as connection:
        connection.execute("BEGIN; UPDATE public.boats SET name = 'Sea Cloud' WHERE id = 7")
        connection.execute("PREPARE TRANSACTION 'bank-4'")
        wait_until(
            lambda: connection.execute(
                "SELECT FROM pg_prepared_xacts WHERE clock_timestamp() - prepared > '1.2 s'"
            ).fetchall(),
            "it grows old",
        )
        try:
            voyage = harbour.deploy(MORE, terms=IMPATIENT, locks=BOATS)
        finally:
            connection.execute("ROLLBACK PREPARED 'bank-4'")
    who = "the prepared transaction 'bank-4' of user postgres has been there for "
    assert f"    not cancelled: only ROLLBACK PREPARED ends {who}" in voyage.said
    assert voyage.failure.sqlstate == "55P03"
    assert f"in the way: {who}" in voyage.failure.detail
    assert " and holds public.boats\n  to end it: rollback prepared 'bank-4'" in voyage.failure.detail
    assert harbour.deploy(MORE, terms=IMPATIENT, locks=BOATS).execution.ending is Ending.COMPLETE


def test_autovacuum_gives_way(harbour: Harbour) -> None:
    """It does so for whoever has waited for a second, and no try of a step waits for so long."""
    with connect(harbour.dsn) as connection:
        connection.execute(f"ALTER TABLE public.boats SET (autovacuum_enabled = on, {SLOW})".encode())
        connection.execute("UPDATE public.boats SET name = name")
        wait_until(
            lambda: connection.execute(
                "SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND datname = current_database()"
                " AND query LIKE '%%boats%%' AND clock_timestamp() - xact_start > '1.2 s'"
            ).fetchall(),
            "it is at work on the boats",
            60,
        )
        voyage = harbour.deploy(MORE, terms=PATIENT, locks=BOATS)
    assert voyage.execution.ending is Ending.COMPLETE
    assert voyage.waited_for == [], "nobody has to be told of it"


def test_an_index_that_is_built_beside_the_traffic_may_send_old_transactions_away(harbour: Harbour) -> None:
    """It would wait for them for ever, whatever they look at."""
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=60, cancel_older_than=1.0)
    with somebody(harbour.dsn, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 4711") as reader:
        voyage = harbour.deploy("CREATE INDEX CONCURRENTLY boats_name ON public.boats (name);", terms=terms)
        with pytest.raises(Exception, match="terminating connection"):
            reader.execute("SELECT 1")
    assert voyage.execution.ending is Ending.COMPLETE
    [(line, query)] = [pair for pair in pairwise(voyage.lines) if "ended: process" in pair[0]]
    assert "(user postgres, web) has been idle in transaction for" in line
    assert query == "      its query: SELECT $1"
