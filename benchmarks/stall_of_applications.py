"""The longest that a query of an application waits while a release with strong locks on five tables is deployed.

Five clients, each a process of its own, read and write one of the tables in a closed loop and note how long each query
takes, by the monotonic clock. A report holds the middle table open, for some seconds from when the first strong lock
waits for it; whoever wants that lock waits, with everybody else queueing behind. Beside all that the same file is
deployed by Seatrial, as the plan of a rehearsal, and by the others, each as it comes; tools take turns, each round on
a fresh database. The server is a scratch. The first line is what a query takes when nobody deploys.

A client that waits asks nothing meanwhile, so percentiles are too kind to whoever makes it wait; the longest wait is
not. Ends with 1 where ours is not below deadline + cap + 100 ms.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish
from benchmarks.others.ours import OURS, rehearsal, seatrial
from benchmarks.others.release import File
from benchmarks.others.tools import OTHERS, Missing, Tool

from seatrial.pg.connection import connect
from seatrial.scratch.server import Server, scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection as Pipe
    from multiprocessing.synchronize import Event

COMPARED = ("supabase", "dbmate", "sqitch")
ROUNDS = 3
TABLES = ("accounts", "bookings", "contacts", "documents", "events")
#: The one that a report reads: in the middle, where a tool holds two tables already.
READ_SLOWLY = "contacts"
TABLE_ROWS = 20_000
#: A report's, from when the first strong lock waits for it; and at most, from when a tool has connected.
READER_SECONDS = 5.0
LONGEST_SECONDS = 15.0
#: Of traffic behind a deployment.
CALM_SECONDS = 1.0
THINK_SECONDS = 0.002
#: Our own deadline and cap as they are by default, and 100 ms.
LIMIT_SECONDS = 0.5 + 2.0 + 0.1
NOBODY = "nobody deploys"

SETUP = "".join(
    f"create table public.{table} (id int primary key, n bigint not null default 0, body text not null);"
    f"insert into public.{table} select g, 0, repeat('x', 100) from generate_series(1, {TABLE_ROWS}) g;"
    for table in TABLES
)
RELEASE = "".join(
    f"alter table public.{table} add column archived_at timestamptz;\n"
    f"alter table public.{table} add constraint {table}_positive check (n >= 0) not valid;\n"
    f"comment on column public.{table}.archived_at is 'When it was put away.';\n"
    for table in TABLES
)
DEPLOYERS = f"""\
select exists (select from pg_catalog.pg_locks
               where relation = 'public.{READ_SLOWLY}'::regclass and mode = 'AccessExclusiveLock' and not granted),
       exists (select from pg_catalog.pg_stat_activity
               where datname = current_database() and backend_type = 'client backend'
                 and application_name not in ('application', 'report'))"""
SPAWN = multiprocessing.get_context("spawn")


@dataclass(slots=True)
class Seen:
    """What came of one tool."""

    #: Of every query while it worked, in seconds.
    waits: list[float] = field(default_factory=list)
    #: The longest of each round.
    longest: list[float] = field(default_factory=list)
    #: Of each round, the seconds from the end of the report to that of the deployment.
    behind: list[float] = field(default_factory=list)
    #: Rounds in which the release was there afterwards.
    through: int = 0


def client(dsn: str, table: str, ended: Event, pipe: Pipe) -> None:
    """Read and write one row after the other until told to end; then send when each query began and what it took."""
    read = f"select n, body from public.{table} where id = %s".encode()
    write = f"update public.{table} set n = n + 1 where id = %s".encode()
    chance, seen = random.Random(table), []  # noqa: S311 - which row
    with connect(dsn, application_name="application") as connection:
        pipe.send("ready")
        while not ended.is_set():
            for query in (read, write):
                begun = time.monotonic()
                connection.execute(query, (chance.randint(1, TABLE_ROWS),))
                seen.append((begun, time.monotonic() - begun))
                time.sleep(THINK_SECONDS)
    pipe.send(seen)


def report(dsn: str, ended: Event, pipe: Pipe) -> None:
    """Hold a table open, as somebody does who reads it in a long transaction; then send when it was over."""
    over = float("inf")
    with connect(dsn, application_name="report") as connection, connect(dsn, application_name="report") as beside:
        with connection.transaction():
            connection.execute(f"select count(*) from public.{READ_SLOWLY}".encode())
            pipe.send("ready")
            while not ended.is_set() and time.monotonic() < over:
                waits, is_there = beside.execute(DEPLOYERS.encode()).fetchone() or (False, False)
                # A tool that looks first never waits.
                seconds = READER_SECONDS if waits else LONGEST_SECONDS if is_there else float("inf")
                over = min(over, time.monotonic() + seconds)
                time.sleep(THINK_SECONDS * 5)
        pipe.send(time.monotonic())


@dataclass(slots=True)
class Traffic:
    """What the clients and the report say when they have ended."""

    #: When each query began, and how long it took.
    queries: list[tuple[float, float]] = field(default_factory=list)
    report_over: float = 0.0


@contextmanager
def traffic(dsn: str) -> Iterator[Traffic]:
    """Clients at work, a report that has just begun; what they saw is there afterwards."""
    ended, pipes, processes = SPAWN.Event(), [], []
    work: list[tuple[Callable[..., None], tuple[str, ...]]] = [(client, (dsn, table)) for table in TABLES]
    for target, words in [*work, (report, (dsn,))]:
        here, there = SPAWN.Pipe()
        pipes.append(here)
        processes.append(SPAWN.Process(target=target, args=(*words, ended, there), daemon=True))
        processes[-1].start()
    for pipe in pipes:
        pipe.recv()
    found = Traffic()
    try:
        yield found
    finally:
        ended.set()
        for pipe in pipes[:-1]:
            found.queries += pipe.recv()
        found.report_over = pipes[-1].recv()
        for process in processes:
            process.join()


def deployed(tool: Tool | None, folder: Path, dsn: str, seen: Seen) -> None:
    """One round: traffic, and the deployment beside it."""
    with traffic(dsn) as found:
        begun = time.monotonic()
        said = tool.deploy(folder, dsn).communicate()[0] if tool else ""
        through = time.monotonic()
        # A query that began while the lock was held is over by then.
        time.sleep(CALM_SECONDS if tool else READER_SECONDS)
        ended = time.monotonic()
    waits = [wait for start, wait in found.queries if start + wait >= begun and start <= ended]
    seen.waits += waits
    seen.longest.append(max(waits))
    seen.behind.append(through - found.report_over)
    seen.through += is_there(dsn)
    if tool and not is_there(dsn):
        print(f"{tool.name} did not get through: {' '.join(said.split())[-300:]}")


def is_there(dsn: str) -> bool:
    """Whether the whole release is on the database."""
    with connect(dsn) as connection:
        found = connection.execute(
            "select count(*) from information_schema.columns"
            " where table_schema = 'public' and column_name = 'archived_at'"
        ).fetchone()
    return found == (len(TABLES),)


def rounds(server: Server, place: Path, tools: list[Tool], number: int) -> dict[str, Seen]:
    """All tools in turn, so many times."""
    seen = {name: Seen() for name in (NOBODY, *(tool.name for tool in tools))}
    files = [File.numbered(0, "archive", RELEASE)]
    server.clone("busy")
    with connect(server.own_dsn("busy")) as connection:
        connection.execute(SETUP.encode())
    for round_number in range(number):
        for tool in (None, *tools):
            name = tool.name if tool else NOBODY
            folder, database = place / name / str(round_number), f"{name}_{round_number}".replace(" ", "_")
            with server.superuser() as superuser:
                superuser.execute(f'create database "{database}" template busy owner postgres'.encode())
            dsn = f"{server.dsn(database)}?sslmode=disable"
            folder.mkdir(parents=True)
            if tool:
                tool.write(folder, files, dsn)
            if tool is OURS:
                seatrial(rehearsal(folder), dsn)
            deployed(tool, folder, dsn, seen[name])
            server.drop(database)
    return seen


def table(seen: dict[str, Seen], number: int) -> None:
    """Print what was seen."""
    ours = max(seen[OURS.name].longest)
    print(
        f"{'':14} longest wait  of each round, ms           99.9 %  queries  went through  after the report  times ours"
    )
    for name, one in seen.items():
        each = " ".join(f"{1000 * wait:.0f}" for wait in one.longest)
        most = statistics.quantiles(one.waits, n=1000)[-1]
        through = "" if name == NOBODY else f"{one.through} of {number}"
        behind = "" if name == NOBODY else f"{statistics.median(one.behind):.1f} s"
        print(
            f"{name:14} {1000 * max(one.longest):9.0f} ms  {each:23} {1000 * most:7.0f} ms  {len(one.waits):7}  "
            f"{through:>12}  {behind:>16}  {max(one.longest) / ours:10.1f}"
        )


def main() -> int:
    """Print the table; 1 where ours makes a query wait longer than it may, or does not get through."""
    options = argparse.ArgumentParser(description="How long applications wait while tools deploy.")
    options.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    options.add_argument("--only", nargs="*", default=COMPARED, choices=COMPARED, help="beside ours")
    asked = options.parse_args()
    tools = [OURS]
    for tool in OTHERS:
        if tool.name in asked.only:
            try:
                tool.program()
            except Missing as missing:
                print(f"missing, not compared: {missing}")
            else:
                tools.append(tool)
    with scratch(tcp=True) as server, tempfile.TemporaryDirectory() as place:
        seen = rounds(server, Path(place), tools, asked.rounds)
    table(seen, asked.rounds)
    short = publish(Path(__file__).stem, comparisons(seen), figures={"tables": len(TABLES), "report": "5 s"})
    return short or int(seen[OURS.name].through != asked.rounds)


def comparisons(seen: dict[str, Seen]) -> list[Comparison]:
    """The longest wait of each round: ours against the limit, and against each other tool."""
    ours = [1000 * wait for wait in seen[OURS.name].longest]
    limit = Comparison(
        name="the longest wait of a query", ours="seatrial deploys", other="the limit", unit="ms",
        rounds=tuple((wait, 1000 * LIMIT_SECONDS) for wait in ours), limit=1.0,
        aim="below deadline, cap and 100 ms",
    )  # fmt: skip
    return [
        limit,
        *(
            Comparison(
                name=f"the longest wait of a query, against {name}", ours="seatrial deploys", other=name, unit="ms",
                rounds=tuple((wait, 1000 * theirs) for wait, theirs in zip(ours, one.longest, strict=True)),
                limit=None if name == NOBODY else 1.0, aim="" if name == NOBODY else "no longer",
            )
            for name, one in seen.items()
            if name != OURS.name
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
