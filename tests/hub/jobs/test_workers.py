"""Workers: any number of them share the work, nothing runs twice, and each finishes what it runs."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING

from procrastinate.periodic import PeriodicDeferrer
from prometheus_client import CollectorRegistry, generate_latest
from tests.hub.jobs.crew import Notes, ask, defer, defer_checks, until, wanted, worker

from integrations_hub.domain.refusal import Refusal
from integrations_hub.jobs.duties import CHECK, Duties
from integrations_hub.jobs.figures import JobFigures
from integrations_hub.jobs.tasks import register
from integrations_hub.store.queue import create_queue, figures
from integrations_hub.store.upkeep import Upkeep

if TYPE_CHECKING:
    from tests.hub.ground import Ground

    from integrations_hub.store.database import Database

LEFT = "select count(*) from procrastinate.procrastinate_jobs where queue_name = 'checks'"


def _ids(number: int) -> list[str]:
    return [f"60000000-0000-4000-8000-{one:012}" for one in range(number)]


def test_workers_share_the_work_and_nothing_runs_twice(queued: Ground) -> None:
    ids = _ids(80)
    defer_checks(queued.dsn, ids)
    both = [Notes(), Notes()]
    at_work = threading.Barrier(2, timeout=30)

    def begin(notes: Notes) -> None:
        """Neither goes on before the other has begun."""

        def check(integration_id: str) -> None:
            if not notes.checked:
                notes.check(integration_id)
                at_work.wait()
            else:
                notes.check(integration_id)

        stack.enter_context(worker(wanted(queued.dsn, notes, check=check, at_once=1)))

    with ExitStack() as stack:
        for notes in both:
            begin(notes)
        until(lambda: ask(queued.dsn, LEFT) == [(0,)], "every check is done")

    assert sorted(both[0].checked + both[1].checked) == ids
    assert all(notes.checked for notes in both)
    assert not any(notes.failures for notes in both)


def test_what_three_workers_plan_at_the_same_moment_is_planned_once(queued: Ground, pool: Database) -> None:
    moment = time.time()

    async def plan() -> int:
        async with AsyncExitStack() as stack:
            due = []
            for _ in range(3):
                app = await stack.enter_async_context(create_queue(queued.dsn).open_async())
                notes = Notes()
                register(app, Duties(Upkeep(pool), check=notes.check, types=(), told=notes))
                deferrer = PeriodicDeferrer(app.periodic_registry, max_delay=7 * 24 * 3600)
                due.append((deferrer, [*deferrer.get_previous_tasks(moment)]))
            await asyncio.gather(*(deferrer.defer_jobs(tasks) for deferrer, tasks in due))
            return len(due[0][1])

    due = asyncio.run(plan())

    assert due == 8
    assert ask(queued.dsn, "select count(*), count(distinct task_name) from procrastinate_jobs") == [(due, due)]


def test_the_periodic_tasks_are_begun_by_themselves(queued: Ground) -> None:
    def planned() -> set[str]:
        return {
            name for (name,) in ask(queued.dsn, "select task_name from procrastinate.procrastinate_periodic_defers")
        }

    with worker(wanted(queued.dsn, Notes())):
        until(lambda: {"plan_checks", "revive", "record_health", "roll_up_usage"} <= planned(), "all are planned")


def test_a_worker_that_is_told_to_stop_finishes_what_it_runs(queued: Ground) -> None:
    begun, go_on = threading.Event(), threading.Event()
    notes = Notes()

    def check(integration_id: str) -> None:
        begun.set()
        go_on.wait(30)
        notes.check(integration_id)

    defer_checks(queued.dsn, _ids(2))
    with worker(wanted(queued.dsn, notes, check=check, at_once=1)):
        assert begun.wait(30)
        threading.Timer(3, go_on.set).start()

    assert notes.checked == _ids(1)
    assert ask(queued.dsn, "select status::text from procrastinate.procrastinate_jobs where queue_name = 'checks'") == [
        ("todo",)
    ]


def test_a_job_that_fails_is_counted_and_told_without_the_words_of_others(queued: Ground) -> None:
    notes = Notes()

    def check(integration_id: str) -> None:
        raise ValueError(f"the secret of {integration_id} is hunter2")

    what = wanted(queued.dsn, notes, check=check)
    defer_checks(queued.dsn, _ids(1))
    with worker(what):
        until(lambda: notes.failures, "it fails")
        until(
            lambda: ask(queued.dsn, "select 1 from procrastinate.procrastinate_jobs where status = 'failed'"),
            "it is noted",
        )

    assert [type(error) for error in notes.failures] == [ValueError]


def test_a_job_that_is_refused_is_told_in_one_line_that_says_of_what(queued: Ground) -> None:
    notes = Notes()
    says = {"key_unknown": "sealed under the key old, which is not known here", "23505": "the key (hunter2) exists"}
    codes = dict(zip(_ids(2), says, strict=True))

    def check(integration_id: str) -> None:
        code = codes[integration_id]
        raise Refusal(503, code, says[code])

    defer_checks(queued.dsn, _ids(2))
    with worker(wanted(queued.dsn, notes, check=check)):
        until(lambda: len(notes.warnings) == 2, "they are refused")

    assert notes.failures == []
    facts = {str(told["integration_id"]): told for event, told in notes.warnings if event == "jobs.refused"}
    assert {one: (told["task"], told["code"], told["reason"]) for one, told in facts.items()} == {
        _ids(2)[0]: (CHECK, "key_unknown", says["key_unknown"]), _ids(2)[1]: (CHECK, "23505", None),
    }  # fmt: skip


def test_its_figures_say_how_jobs_ended_and_how_many_wait(queued: Ground) -> None:
    registry = CollectorRegistry()
    shown = JobFigures(registry)
    what = wanted(queued.dsn, Notes(), figures=shown)
    shown.watch_queue(lambda: figures(what.database))
    defer(queued.dsn, "somebody_elses", "{}", queue="another")
    defer_checks(queued.dsn, _ids(3))
    what.database.open()
    assert 'hub_jobs_waiting{task="check_integration"} 3.0' in generate_latest(registry).decode()
    with worker(what):
        until(lambda: ask(queued.dsn, LEFT) == [(0,)], "the checks are done")
        text = generate_latest(registry).decode()
    closed = generate_latest(registry).decode()

    assert 'hub_jobs_total{outcome="succeeded",task="check_integration"} 3.0' in text
    assert "hub_jobs_total" in closed
    assert "hub_jobs_waiting{" not in closed
