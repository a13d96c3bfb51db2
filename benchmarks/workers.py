"""How many checks a second workers take from the queue, as one, two and four processes.

A check that does nothing: what is measured is the queue, the database and the worker, and not a provider. Each process
is a worker as `seatrial hub worker` runs it, with eight jobs at once. `--page` writes the table into the page.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish
from prometheus_client import CollectorRegistry

from integrations_hub.jobs.duties import CHECK, CHECKS
from integrations_hub.jobs.figures import JobFigures
from integrations_hub.jobs.work import Work, work
from integrations_hub.store.database import Database
from integrations_hub.store.prepare import prepare
from seatrial.pg.connection import connect
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from seatrial.scratch.server import Server

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "sizing.md"
BEGIN, END = "<!-- begin of what benchmarks/workers.py has written -->", "<!-- end -->"
CHECKS_QUEUED, ROUNDS = 2_000, 3
PROCESSES = (1, 2, 4)
PATIENCE = 60
QUEUE = """
insert into procrastinate.procrastinate_jobs (queue_name, task_name, args, queueing_lock, priority)
select %(queue)s, %(task)s, jsonb_build_object('integration_id', n::text), 'check ' || n, 0
  from generate_series(1, %(rows)s) n
"""
LEFT = "select count(*), min(status::text) from procrastinate.procrastinate_jobs where queue_name = 'checks'"


class Silent:
    """Says nothing."""

    def note(self, event: str, **facts: object) -> None:
        """As the log has it."""

    def warning(self, event: str, **facts: object) -> None:
        """As the log has it."""

    def failure(self, error: BaseException, request_id: str | None = None) -> None:
        """As the log has it."""


def worker(dsn: str, ready: Event, stop: Event) -> None:
    """One process, until it is told to stop."""
    asyncio.run(_work(dsn, ready, stop))


async def _work(dsn: str, ready: Event, stop: Event) -> None:
    database = Database(dsn, connections=8)
    database.open()
    wanted = Work(
        dsn=dsn, database=database, check=lambda _: None, types=(), told=Silent(),
        figures=JobFigures(CollectorRegistry()), look_every=0.2,
    )  # fmt: skip
    told = asyncio.Event()
    working = asyncio.create_task(work(wanted, told))
    ready.set()
    await asyncio.to_thread(stop.wait)
    told.set()
    await working
    database.close()


def rate(server: Server, processes: int, checks: int) -> float:
    """Checks a second, from the first that is begun to the last that is gone."""
    dsn = server.own_dsn("workers", "authenticator")
    context = multiprocessing.get_context("spawn")
    ready, stop = [context.Event() for _ in range(processes)], context.Event()
    crew = [context.Process(target=worker, args=(dsn, one, stop), daemon=True) for one in ready]
    for one in crew:
        one.start()
    for event in ready:
        event.wait(PATIENCE)
    with connect(server.own_dsn("workers")) as connection:
        time.sleep(2)
        connection.execute("set search_path to procrastinate")
        connection.execute(QUEUE.encode(), {"queue": CHECKS, "task": CHECK, "rows": checks})
        begun = time.perf_counter()
        while (left := connection.execute(LEFT).fetchone()) and left[0]:
            if time.perf_counter() - begun > PATIENCE:
                raise TimeoutError(str(left))
            time.sleep(0.05)
        seconds = time.perf_counter() - begun
    stop.set()
    for one in crew:
        one.join(30)
    return checks / seconds


def main() -> int:
    """Measure, and publish it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--checks", type=int, default=CHECKS_QUEUED)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--page", action="store_true", help="write the table into the page")
    asked = options.parse_args()
    with scratch("supabase") as server:
        server.clone("workers")
        with connect(server.own_dsn("workers")) as connection:
            for path in sorted((ROOT / "supabase" / "migrations").glob("*.sql")):
                connection.execute(path.read_bytes())
        prepare(server.own_dsn("workers"), "authenticator", scheduler="service")
        found = [{number: rate(server, number, asked.checks) for number in PROCESSES} for _ in range(asked.rounds)]
    if asked.page:
        write([sorted(one[number] for one in found)[len(found) // 2] for number in PROCESSES])
    return publish(
        Path(__file__).stem,
        [
            Comparison(
                name=f"checks by {number} processes", ours=f"{number} processes", other="one", unit="checks a second",
                rounds=tuple((one[number], one[1]) for one in found), more_is_better=True,
            )
            for number in PROCESSES[1:]
        ],
    )  # fmt: skip


def write(rates: list[float]) -> None:
    """The table, into the page."""
    lines = [f"| {number} | {one:,.0f} | measured |" for number, one in zip(PROCESSES, rates, strict=True)]
    text = "\n".join(["| worker processes, on two cores | checks a second | |", "| ---: | ---: | --- |", *lines])
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
