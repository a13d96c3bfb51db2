"""The release's own jobs are done by pg_cron or by the service, whatever two operators do, and never by both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.hub.jobs.crew import Notes, ask, defer, until, wanted, worker

from integrations_hub.jobs.duties import Duties
from integrations_hub.store.database import Database
from integrations_hub.store.prepare import prepare
from integrations_hub.store.upkeep import CLEAN_UP, HEALTH, INDEXES, RETENTION, Shared, Upkeep

if TYPE_CHECKING:
    from tests.hub.ground import Ground

EACH = pytest.mark.parametrize("shared", [HEALTH, CLEAN_UP, RETENTION, INDEXES], ids=lambda each: str(each.job))
JOBS = {HEALTH.job, CLEAN_UP.job, RETENTION.job, INDEXES.job}
RECORDED = "select count(*) from public.system_health_metrics where metric_name = 'integrations.active'"


def _adopt(ground: Ground) -> None:
    """A job says in which database it runs; that of a copy is the copy."""
    with ground.superuser() as connection:
        connection.execute("update cron.job set database = current_database()")


def _schedule(ground: Ground, name: str, command: str) -> None:
    ask(ground.deployer_dsn, "select cron.schedule(%s, '17 3 * * *', %s)", name, command)


def test_the_release_names_the_jobs_as_the_service_knows_them(ground: Ground) -> None:
    found = dict(ask(ground.deployer_dsn, "select jobname, command from cron.job where jobname like 'phase3-%'"))

    assert set(found) == JOBS
    for shared in (HEALTH, CLEAN_UP, RETENTION, INDEXES):
        assert all(function in found[shared.job] for function in shared.functions)


@EACH
def test_what_pg_cron_does_the_service_does_not(ground: Ground, shared: Shared) -> None:
    _adopt(ground)
    prepared = prepare(ground.deployer_dsn, "authenticator")
    assert set(prepared.left_to_pg_cron) == JOBS

    assert not _do(ground, shared)
    assert set(prepare(ground.deployer_dsn, "authenticator", scheduler="pg_cron").left_to_pg_cron) == JOBS
    assert not _do(ground, shared)
    assert set(prepare(ground.deployer_dsn, "authenticator", scheduler="service").unscheduled) == JOBS
    assert _do(ground, shared)
    assert ask(ground.deployer_dsn, "select 1 from cron.job where jobname like 'phase3-%'") == []
    # Another operator gives one of them back to pg_cron.
    _schedule(ground, shared.job, "select 1")
    assert not _do(ground, shared)


def _do(ground: Ground, shared: Shared) -> bool:
    database = Database(ground.dsn, connections=1)
    database.open()
    try:
        return Upkeep(database).do(shared)
    finally:
        database.close()


def test_a_job_of_another_name_that_does_the_same_counts(queued: Ground, pool: Database) -> None:
    _schedule(queued, "nightly", "select public.cleanup_inactive_integrations('120 days')")

    assert not Upkeep(pool).do(CLEAN_UP)
    assert Upkeep(pool).do(RETENTION)


def test_a_job_that_is_switched_off_or_runs_elsewhere_does_not_count(queued: Ground, pool: Database) -> None:
    _schedule(queued, CLEAN_UP.job, "select public.cleanup_inactive_integrations()")
    assert not Upkeep(pool).do(CLEAN_UP)
    with queued.superuser() as connection:
        connection.execute("update cron.job set active = false")
    assert Upkeep(pool).do(CLEAN_UP)
    with queued.superuser() as connection:
        connection.execute("update cron.job set active = true, database = 'another'")

    assert Upkeep(pool).do(CLEAN_UP)


def test_a_worker_says_once_that_a_job_is_left_to_pg_cron(queued: Ground, pool: Database) -> None:
    notes = Notes()
    duties = Duties(Upkeep(pool), check=notes.check, types=(), told=notes)
    before = ask(queued.deployer_dsn, RECORDED)
    _schedule(queued, HEALTH.job, "select 1")

    duties.record_health(0)
    duties.record_health(0)
    assert notes.events == [("jobs.left_to_pg_cron", {"job": HEALTH.job})]
    assert ask(queued.deployer_dsn, RECORDED) == before
    with queued.superuser() as connection:
        connection.execute("delete from cron.job")
    duties.record_health(0)
    assert ask(queued.deployer_dsn, RECORDED) == [(before[0][0] + 1,)]


def test_a_worker_leaves_to_pg_cron_what_is_scheduled_there(queued: Ground) -> None:
    _schedule(queued, HEALTH.job, "select 1")
    notes = Notes()
    job = defer(queued.dsn, "record_health", '{"timestamp": 0}')
    with worker(wanted(queued.dsn, notes)):
        until(lambda: ask(queued.dsn, "select 1 from procrastinate_jobs where id = %s", job) == [], "it has run")

    assert notes.events == [
        ("jobs.began", {"left_to_pg_cron": [HEALTH.job]}), ("jobs.left_to_pg_cron", {"job": HEALTH.job}),
        ("jobs.stopped", {}),
    ]  # fmt: skip
    assert notes.failures == []
