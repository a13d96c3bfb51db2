"""When integrations are checked: each once in a quarter of an hour, evenly, and never queued twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.hub.jobs.crew import ask

from integrations_hub.jobs.duties import CHECK, CHECKS
from integrations_hub.store.upkeep import Upkeep

if TYPE_CHECKING:
    from tests.hub.ground import Ground

    from integrations_hub.store.database import Database

TYPES = ("whatsapp", "email", "telegram")
#: On no round quarter.
BEGIN = datetime(2026, 3, 6, 12, 7, tzinfo=UTC)
MANY = 10_000
CROWD = """
    set session_replication_role = replica;
    delete from public.integrations;
    insert into public.organizations (id, name)
    select md5('crowd ' || n)::uuid, 'Crowd ' || n from generate_series(1, 5000) n;
    insert into public.integrations (organization_id, integration_type, is_active)
    select md5('crowd ' || n)::uuid, t, true from generate_series(1, 5000) n, unnest(array['whatsapp', 'email']) t
"""
CALLS = """
    select coalesce(sum(calls), 0) from extensions.pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = current_database() and query not like '%%pg_stat_statements%%'
"""


@pytest.fixture
def crowd(queued: Ground) -> Ground:
    """Ten thousand active integrations."""
    with queued.superuser() as connection:
        connection.execute(CROWD)
    return queued


def _plan(pool: Database, minutes: int, *, begin: datetime = BEGIN, types: tuple[str, ...] = TYPES) -> list[int]:
    upkeep = Upkeep(pool)
    moments = [begin + timedelta(minutes=number) for number in range(minutes)]
    return [upkeep.plan_checks(moment, types, queue=CHECKS, task=CHECK) for moment in moments]


def test_ten_thousand_checks_are_spread_evenly_and_each_comes_once(crowd: Ground, pool: Database) -> None:
    counts = _plan(pool, 15)

    assert sum(counts) == MANY
    # Of a fair hash: 667 a minute, and within six standard deviations of it.
    assert min(counts) > 667 - 6 * 25
    assert max(counts) < 667 + 6 * 25
    seconds = ask(crowd.dsn, "select count(*) from procrastinate_jobs group by scheduled_at")
    assert len(seconds) > 890
    assert max(count for (count,) in seconds) < 40
    [found] = ask(
        crowd.dsn,
        "select min(scheduled_at), max(scheduled_at), count(distinct args ->> 'integration_id'), "
        "count(distinct queueing_lock), count(distinct (task_name, queue_name)) from procrastinate_jobs",
    )
    assert found[0] >= BEGIN
    assert found[1] < BEGIN + timedelta(minutes=15)
    assert found[2:] == (MANY, MANY, 1)


def test_an_integration_keeps_its_second_in_each_quarter(crowd: Ground, pool: Database) -> None:
    _plan(pool, 1)
    ask(crowd.dsn, "update procrastinate_jobs set status = 'succeeded'")
    _plan(pool, 1, begin=BEGIN + timedelta(minutes=15))

    apart = ask(
        crowd.dsn,
        "select distinct max(scheduled_at) - min(scheduled_at) from procrastinate_jobs group by args",
    )
    assert apart == [(timedelta(minutes=15),)]


def test_many_checks_take_no_more_statements_than_few(crowd: Ground, pool: Database) -> None:
    with crowd.superuser() as connection:
        _plan(pool, 1)
        [before] = connection.execute(CALLS.replace("%%", "%")).fetchall()
        [queued] = _plan(pool, 1, begin=BEGIN + timedelta(minutes=1))
        [after] = connection.execute(CALLS.replace("%%", "%")).fetchall()

    assert queued > 500
    assert after[0] - before[0] <= 10


def test_an_integration_is_never_queued_twice(crowd: Ground, pool: Database) -> None:
    [first] = _plan(pool, 1)
    assert _plan(pool, 1) == [0]
    assert _plan(pool, 1, begin=BEGIN + timedelta(minutes=15)) == [0]
    # One of them is under way, another is done.
    ask(crowd.dsn, "update procrastinate_jobs set status = 'doing' where id = (select min(id) from procrastinate_jobs)")
    ask(
        crowd.dsn, "update procrastinate_jobs set status = 'failed' where id = (select max(id) from procrastinate_jobs)"
    )

    assert _plan(pool, 1, begin=BEGIN + timedelta(minutes=15)) == [1]
    assert first > 1


def test_a_check_whose_end_nobody_wrote_down_does_not_stop_the_later_ones(crowd: Ground, pool: Database) -> None:
    [first] = _plan(pool, 1)
    ask(crowd.dsn, "update procrastinate_jobs set status = 'doing'")

    assert _plan(pool, 1, begin=BEGIN + timedelta(minutes=45)) == [0]
    assert _plan(pool, 1, begin=BEGIN + timedelta(minutes=75)) == [first]


def test_only_active_integrations_of_types_that_can_be_checked_are_planned(queued: Ground, pool: Database) -> None:
    _plan(pool, 15, types=("whatsapp", "telegram"))

    found = ask(queued.dsn, "select right(args ->> 'integration_id', 2) from procrastinate_jobs order by 1")
    assert found == [("a1",), ("b1",)]
