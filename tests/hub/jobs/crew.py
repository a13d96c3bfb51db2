"""Workers for tests: in threads, each with its own loop and connections, and what they did."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psycopg
from prometheus_client import CollectorRegistry

from integrations_hub.jobs.duties import CHECK, CHECKS
from integrations_hub.jobs.figures import JobFigures
from integrations_hub.jobs.tasks import FIRST, UPKEEP
from integrations_hub.jobs.work import Work, work
from integrations_hub.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Notes", "ask", "defer", "defer_checks", "until", "wanted", "worker"]

#: Seconds after which something that has to happen has not happened.
PATIENCE = 60.0


@dataclass(slots=True, kw_only=True)
class Notes:
    """What a worker said, and what it checked."""

    checked: list[str] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    warnings: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def check(self, integration_id: str) -> None:
        """Instead of asking a provider."""
        self.checked.append(integration_id)

    def note(self, event: str, **facts: object) -> None:
        """As the log has it."""
        self.events.append((event, facts))

    def warning(self, event: str, **facts: object) -> None:
        """As the log has it."""
        self.warnings.append((event, facts))

    def failure(self, error: BaseException, request_id: str | None = None) -> None:
        """As the log has it."""
        assert request_id is None
        self.failures.append(error)


def wanted(dsn: str, notes: Notes, **changes: Any) -> Work:  # noqa: ANN401 - of any field
    """A worker that checks, with the notes, what a test queues, and plans none; its database opens when it begins."""
    ordinary = Work(
        dsn=dsn, database=Database(dsn, connections=4), check=notes.check, types=(),
        told=notes, figures=JobFigures(CollectorRegistry()), at_once=2, grace=10, look_every=0.2,
    )  # fmt: skip
    return replace(ordinary, **changes)


@contextmanager
def worker(what: Work) -> Iterator[None]:
    """One that works until the end of the block, and then finishes what it runs."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    what.database.open()
    thread = threading.Thread(target=lambda: loop.run_until_complete(work(what, stop)), daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        alive = thread.is_alive()
        what.database.close()
        assert not alive, "the worker did not stop"
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def until(held: Callable[[], object], what: str) -> None:
    """Wait for something."""
    end = time.monotonic() + PATIENCE
    while not held():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


def ask(dsn: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database says."""
    with psycopg.connect(dsn, autocommit=True, options="-c search_path=procrastinate") as connection:
        cursor = connection.execute(query.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def defer(dsn: str, task: str, arguments: str, *, queue: str = UPKEEP, lock: str | None = None) -> int:
    """Queue one job; its id."""
    [(found,)] = ask(
        dsn,
        "insert into procrastinate_jobs (queue_name, task_name, args, queueing_lock, priority) "
        "values (%s, %s, %s, %s, %s) returning id",
        queue, task, arguments, lock, FIRST if queue == UPKEEP else 0,
    )  # fmt: skip
    return int(found)


def defer_checks(dsn: str, ids: list[str]) -> None:
    """Queue a check of each."""
    for one in ids:
        defer(dsn, CHECK, f'{{"integration_id": "{one}"}}', queue=CHECKS, lock=f"check {one}")
