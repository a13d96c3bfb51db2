"""A worker: begins jobs until it is told to stop, and comes back by itself when the database was away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integrations_hub.domain.refusal import Refusal
from integrations_hub.jobs.duties import STALLED_AFTER, Duties
from integrations_hub.jobs.tasks import register
from integrations_hub.jobs.told import JobFailed
from integrations_hub.store.queue import create_queue, hears_notifications
from integrations_hub.store.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from procrastinate import App, JobContext
    from procrastinate.jobs import Job
    from procrastinate.worker import Worker

    from integrations_hub.jobs.figures import JobFigures
    from integrations_hub.jobs.told import Told
    from integrations_hub.store.database import Database

__all__ = ["Work", "run_worker", "work"]

#: Seconds to wait after the database was lost: first, and at most.
PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Seconds after which a worker that is told to stop is not waited for, beside the grace of what it runs.
MARGIN = 2.0
#: Codes of refusals that are not in the words of the database, which may hold values.
OWN_WORDS = {"key_unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker needs."""

    #: Of the role that the hub logs in as.
    dsn: str
    #: Open.
    database: Database
    #: Checks one integration, by its id: Checking.check.
    check: Callable[[str], None]
    #: Of integrations that can be checked: Providers.types().
    types: Collection[str]
    told: Told
    figures: JobFigures
    #: Jobs at once.
    at_once: int = 8
    #: Seconds for what it runs when it is told to stop; what is not done by then is begun again by others.
    grace: float = 20.0
    #: Seconds between two looks at the queue, where it does not hear that there is something.
    look_every: float = 5.0


async def work(wanted: Work, stop: asyncio.Event) -> None:
    """Work until told to stop."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # it shows arguments and words of others
    pause = PAUSE
    while not stop.is_set():
        begun = time.monotonic()
        try:
            await _once(wanted, stop)
        except Exception as error:  # noqa: BLE001 - whatever it is, a worker that ends does nothing any more
            wanted.told.failure(error)
        if time.monotonic() - begun > LONGEST_PAUSE:
            pause = PAUSE
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    wanted.told.note("jobs.stopped")


def run_worker(wanted: Work) -> None:
    """Work in the foreground until SIGTERM or SIGINT."""

    async def until_told() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await work(wanted, stop)

    asyncio.run(until_told())


async def _once(wanted: Work, stop: asyncio.Event) -> None:
    """Until told to stop, or the database is lost."""
    app = create_queue(wanted.dsn)
    upkeep = Upkeep(wanted.database)
    register(app, Duties(upkeep, check=wanted.check, types=wanted.types, told=wanted.told))
    async with app.open_async():
        wanted.told.note("jobs.began", left_to_pg_cron=await asyncio.to_thread(upkeep.left))
        running = asyncio.create_task(_run(app, wanted))
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            if not running.done():
                running.cancel()
                await asyncio.wait({running}, timeout=wanted.grace + MARGIN)
        if running.done() and not running.cancelled():
            running.result()


def _tell(told: Told, job: Job, error: Exception) -> None:
    """A refusal is no surprise, and has its words where they are the hub's own."""
    if isinstance(error, Refusal):
        told.warning(
            "jobs.refused", task=job.task_name, integration_id=job.task_kwargs.get("integration_id"), code=error.code,
            reason=error.message if error.code in OWN_WORDS else None,
        )  # fmt: skip
    else:
        told.failure(error)


async def _run(app: App, wanted: Work) -> None:
    async def counted(call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:  # noqa: ANN401 - as the queue has it
        del worker
        begun = time.monotonic()
        task = context.job.task_name
        try:
            result = await call_next()
        except Exception as error:  # noqa: BLE001 - whatever it was, it is counted and told
            wanted.figures.ended(task, "failed", time.monotonic() - begun)
            _tell(wanted.told, context.job, error)
            raise JobFailed(type(error).__name__) from None
        wanted.figures.ended(task, "succeeded", time.monotonic() - begun)
        return result

    await app.run_worker_async(
        concurrency=wanted.at_once, install_signal_handlers=False, delete_jobs="successful",
        fetch_job_polling_interval=wanted.look_every, listen_notify=hears_notifications(wanted.dsn),
        shutdown_graceful_timeout=wanted.grace, stalled_worker_timeout=STALLED_AFTER, worker_middleware=[counted],
    )  # fmt: skip
