"""What the jobs do on the release, and that doing it again does no harm."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
from tests.hub.ground import HARBOUR, LIGHTHOUSE
from tests.hub.jobs.crew import Notes, ask, defer, until, wanted, worker

from integrations_hub.domain.caller import SERVICE
from integrations_hub.store.upkeep import HEALTH, INDEXES, RETENTION, Upkeep

if TYPE_CHECKING:
    from tests.hub.ground import Ground

    from integrations_hub.store.database import Database

NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
WHATSAPP, THEIRS = "60000000-0000-4000-8000-0000000000a1", "60000000-0000-4000-8000-0000000000b1"
USED = """
    insert into public.integration_usage_events
           (organization_id, integration_id, event_type, is_success, duration_ms, occurred_at)
    select %s, %s, 'message.sent', n > %s, n, %s::timestamptz + n * interval '1 second' from generate_series(1, %s) n
"""
UNTIMED = "update public.integration_usage_events set duration_ms = null where occurred_at < '2026-03-06 11:00Z'"
ROLLED = """
    select right(organization_id::text, 1), metric_name, metric_value, unit, labels ->> 'hour'
      from public.system_health_metrics
     where metric_name like 'usage.%' order by 1, 5, 2
"""


def test_use_is_rolled_up_by_organization_and_hour(queued: Ground, pool: Database) -> None:
    with queued.superuser() as connection:
        connection.execute("delete from public.integration_usage_events")
    for organization, integration, failed, begin, calls in (
        (HARBOUR, WHATSAPP, 5, "2026-03-06 11:00Z", 100),
        (LIGHTHOUSE, THEIRS, 0, "2026-03-06 11:30Z", 1),
        (HARBOUR, WHATSAPP, 1, "2026-03-06 10:59Z", 1),
        (HARBOUR, WHATSAPP, 0, "2026-03-06 12:00Z", 7),  # not over
        (HARBOUR, WHATSAPP, 0, "2026-03-06 08:00Z", 7),  # too long ago
    ):
        ask(queued.deployer_dsn, USED, organization, integration, failed, begin, calls)
    ask(queued.deployer_dsn, UNTIMED)

    assert Upkeep(pool).roll_up(NOON) == 8
    assert ask(queued.deployer_dsn, ROLLED) == [
        ("a", "usage.calls", 1, None, "2026-03-06T10:00Z"),
        ("a", "usage.failures", 1, None, "2026-03-06T10:00Z"),
        ("a", "usage.calls", 100, None, "2026-03-06T11:00Z"),
        ("a", "usage.duration_p95", 95.05, "ms", "2026-03-06T11:00Z"),
        ("a", "usage.failures", 5, None, "2026-03-06T11:00Z"),
        ("b", "usage.calls", 1, None, "2026-03-06T11:00Z"),
        ("b", "usage.duration_p95", 1, "ms", "2026-03-06T11:00Z"),
        ("b", "usage.failures", 0, None, "2026-03-06T11:00Z"),
    ]  # fmt: skip
    assert Upkeep(pool).roll_up(NOON) == 0


def test_two_that_roll_up_at_once_add_it_once(queued: Ground, pool: Database) -> None:
    now = datetime.now(UTC)
    ask(queued.deployer_dsn, USED, HARBOUR, WHATSAPP, 0, now.replace(minute=0, second=0).isoformat(), 3)
    later = datetime.fromtimestamp(now.timestamp() + 3600, UTC)
    added: list[int] = []
    crew = [threading.Thread(target=lambda: added.append(Upkeep(pool).roll_up(later))) for _ in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()

    assert sorted(added)[:2] == [0, 0]
    assert max(added) > 0


def test_who_comes_second_waits_until_the_first_is_done(queued: Ground, pool: Database) -> None:
    """Also where the first is a worker that was taken for dead."""
    with psycopg.connect(queued.dsn) as first:
        first.execute("select pg_advisory_xact_lock(hashtextextended('integrations_hub.' || %s, 0))", [HEALTH.job])
        done = threading.Event()

        def second_run() -> None:
            Upkeep(pool).do(HEALTH)
            done.set()

        second = threading.Thread(target=second_run)
        second.start()
        waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted"
        until(lambda: ask(queued.deployer_dsn, waiting), "it waits")
        assert not done.is_set()
        first.rollback()
        second.join(30)

    assert done.is_set()


def test_health_is_recorded_and_alerts_are_raised_once(queued: Ground, pool: Database) -> None:
    ask(queued.deployer_dsn, "delete from public.system_alert_history")
    ask(queued.deployer_dsn, "delete from public.system_health_checks")
    assert Upkeep(pool).do(HEALTH)
    checks = "select count(*) from public.system_health_checks"
    alerts = "select count(*), count(distinct (rule_name, organization_id)) from public.system_alert_history"
    [(found,)] = ask(queued.deployer_dsn, checks)
    [raised] = ask(queued.deployer_dsn, alerts)
    assert found == 4
    assert raised[0] > 0

    assert Upkeep(pool).do(HEALTH)
    assert ask(queued.deployer_dsn, checks) == [(found,)]
    assert ask(queued.deployer_dsn, alerts) == [raised]
    assert raised[0] == raised[1]


def test_old_history_is_removed_and_indexes_are_judged(queued: Ground, pool: Database) -> None:
    ask(queued.deployer_dsn, USED, HARBOUR, WHATSAPP, 0, "2020-01-01 00:00Z", 9)
    reports = "select count(*) from public.index_health_reports where checked_at > now() - interval '1 minute'"

    assert Upkeep(pool).do(RETENTION)
    assert (
        ask(queued.deployer_dsn, "select 1 from public.integration_usage_events where occurred_at < '2021-01-01'") == []
    )
    assert Upkeep(pool).do(INDEXES)
    assert ask(queued.deployer_dsn, reports)[0][0] > 50


def test_it_is_not_ended_by_the_time_that_a_request_may_take(queued: Ground, pool: Database) -> None:
    with pool.transaction(SERVICE) as connection:
        assert connection.execute("show statement_timeout").fetchall() == [{"statement_timeout": "8s"}]
    with queued.superuser() as connection:
        connection.execute(
            "create or replace function public.record_index_health() returns table (verdict text, indexes bigint) "
            "language sql as $$ select current_setting('statement_timeout'), pg_notify('told', 'x')::text::bigint "
            "where current_setting('statement_timeout') <> '10min' $$"
        )

    assert Upkeep(pool).do(INDEXES)


def test_jobs_that_ended_long_ago_are_forgotten(queued: Ground) -> None:
    old, young = (defer(queued.dsn, "somebody_elses", "{}", queue="another") for _ in range(2))
    ask(queued.dsn, "update procrastinate_jobs set status = 'failed'")
    with queued.superuser() as connection:
        connection.execute(
            "update procrastinate.procrastinate_events set at = now() - interval '8 days' where job_id = %s", [old]
        )
    job = defer(queued.dsn, "forget_jobs", '{"timestamp": 0}')
    with worker(wanted(queued.dsn, Notes())):
        until(lambda: ask(queued.dsn, "select 1 from procrastinate_jobs where id = %s", job) == [], "it has run")

    assert ask(queued.dsn, "select id from procrastinate_jobs where queue_name = 'another'") == [(young,)]
