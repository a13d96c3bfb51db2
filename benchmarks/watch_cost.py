"""What it costs to watch a large server: processor time of both sides, and bytes written down, against what is allowed.

The server has 5,000 tables and as many statements in pg_stat_statements, some of them used between two samples. A quick
sample each minute and a full one every ten minutes are taken, measured, judged and written down as a watch does it; the
time of our process and of its session's server process is counted, as a share of one core. What is written down counts
as the server keeps it, compressed, and as its own rows; the journal in files, which is not compressed, is printed too.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish

from seatrial.catalog.security import security_of
from seatrial.ledger import write
from seatrial.ledger.watches import TargetJournal
from seatrial.model.journal import EntryKind, Stand
from seatrial.model.jsonable import as_json
from seatrial.model.packed import packed, pressed
from seatrial.model.watch import Change, Watch
from seatrial.monitoring.judgement.baseline import usual
from seatrial.monitoring.judgement.ending import begin
from seatrial.monitoring.judgement.judge import Judge
from seatrial.monitoring.judgement.measure import carried, measure
from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes.registry import PROBES
from seatrial.monitoring.sampler import Sampler
from seatrial.pg.connection import connect, rows
from seatrial.scratch.server import Server, scratch

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.sample import Sample
    from seatrial.model.watch import Judged
    from seatrial.pg.connection import Connection

TABLES = STATEMENTS = 5_000
#: Of the release; each has statements of its own.
CHANGED = 20
ROUNDS = 7
MINUTES_A_DAY = 24 * 60
FULL_A_DAY = 24 * 6
CORE_LIMIT = 0.01
BYTES_LIMIT = 20_000_000
TABLE = """
CREATE TABLE public.item_{n} (id int PRIMARY KEY, parent_id int REFERENCES public.item_{parent}, name text);
CREATE INDEX item_{n}_name ON public.item_{n} (name);
"""


@dataclass
class Cost:
    """Of one kind of sample: seconds of processor time, and bytes."""

    ours: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    entry: list[int] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)

    def rounds(self) -> list[float]:
        """Seconds of both sides."""
        return [ours + server for ours, server in zip(self.ours, self.server, strict=True)]

    def __str__(self) -> str:
        ours, server = 1000 * statistics.median(self.ours), 1000 * statistics.median(self.server)
        stored, entry = statistics.median(self.stored) / 1000, statistics.median(self.entry) / 1000
        return f"ours {ours:.0f} ms, the server {server:.0f} ms, {stored:.1f} kB stored ({entry:.1f} kB of JSON)"


def build(connection: Connection) -> None:
    """Tables with rows, an index and a foreign key each."""
    for first in range(0, TABLES, 250):
        connection.execute("".join(TABLE.format(n=n, parent=max(0, n - 1)) for n in range(first, first + 250)).encode())


def use(connection: Connection, number: int) -> None:
    """A statement for each of so many entries, on a table of its own."""
    for n in range(number):
        connection.execute(
            f"SELECT id, name, {n % 7} FROM public.item_{n % TABLES} WHERE id = {n} AND {n} > 0".encode()
        )


class Side:
    """Watches, and counts what that takes."""

    def __init__(self, server: Server) -> None:
        self.connection = connect(server.own_dsn())
        self.journal = TargetJournal(connect(server.own_dsn()), "benchmark")
        self.journal.open()
        changes = tuple(
            Change(kind=kind, name=f"public.item_{n}{name}", relation=f"public.item_{n}", label="20260101000000_items")
            for n in range(CHANGED)
            for kind, name in (("table", ""), ("index", f"_{n}_name"))
        )
        self._pids = [c.info.backend_pid for c in (self.connection, self.journal.connection)]
        self._changes = changes
        self._before: Sample | None = None
        self._sampler = Sampler(Scope(changes=changes), PROBES)
        self._judge, self._judged = self._begin()

    def _begin(self) -> tuple[Judge, Judged]:
        """Note what is usual, and begin."""
        sample = self._sampler.sample(self.connection, everything=True)
        for _ in range(2):
            self._before = carried(self._before, sample)
            sample = self._sampler.sample(self.connection, everything=True)
        self._before = carried(self._before, sample)
        self.noted = len(json.dumps(pressed(as_json(Stand(sample=sample, judged=None, number=0)))))
        baseline = replace(usual([], self._before, since=0, until=sample.at), security=security_of(self.connection))
        watch = Watch(
            attempt=1, target="benchmark", release="items", migrations=(), plan="", who="", deployed=sample.at,
            began=sample.at, window=172_800, every=60, changes=self._changes,
        )  # fmt: skip
        self.journal.begin(watch, baseline)
        self._sampler = Sampler(Scope(changes=self._changes, baseline=baseline), PROBES)
        return Judge(watch, baseline), begin(watch)

    def sample(self, cost: Cost, *, full: bool) -> None:
        """One sample, from the question to the row."""
        server, ours = sum(map(used_by, self._pids)), time.process_time()
        sample = self._sampler.sample(self.connection, everything=full)
        measured = measure(self._before, sample)
        self._judged = self._judge.step(self._judged, measured, sample.texts)
        self._before = carried(self._before, sample)
        body = packed(measured)
        number = self.journal.add(sample.at, EntryKind.MEASURED, body)
        stand = Stand(sample=self._before, judged=self._judged, number=number)
        if full:
            self.journal.stand(stand)
        cost.ours.append(time.process_time() - ours)
        cost.server.append(sum(map(used_by, self._pids)) - server)
        cost.entry.append(len(json.dumps(body)) + (len(json.dumps(pressed(as_json(stand)))) if full else 0))
        cost.stored.append(self._stored(number, full=full))
        if sample.unread.keys() - {"log"}:
            raise SystemExit(f"unread: {dict(sample.unread)}")

    def _stored(self, number: int, *, full: bool) -> int:
        """Of the row, and of the place where the watch stands, which takes the place of an older one."""
        query = "SELECT pg_column_size(e.*) + 32 AS bytes FROM seatrial.watch_entries AS e WHERE number = %(number)s"
        row = int(rows(self.connection, query, {"number": number})[0]["bytes"])
        stand = "SELECT pg_column_size(stand) AS bytes FROM seatrial.watches ORDER BY id DESC LIMIT 1"
        return row + (int(rows(self.connection, stand)[0]["bytes"]) if full else 0)


def used_by(pid: int) -> float:
    """Processor time of a process so far, in user and system, in seconds."""
    parts = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()
    return int(parts[0]) / 1e9


def main() -> int:
    """Both limits; 1 where one is passed."""
    with scratch() as server, connect(server.own_dsn()) as application:
        write.create(application)
        build(application)
        use(application, STATEMENTS)
        [counted] = rows(application, "SELECT count(*) AS n FROM extensions.pg_stat_statements")
        print(f"{TABLES:,} tables, {counted['n']:,} statements, {CHANGED} tables of the release")
        side = Side(server)
        quick, full = Cost(), Cost()
        side.sample(Cost(), full=True)
        for _ in range(ROUNDS):
            use(application, 1_000)
            side.sample(quick, full=False)
            use(application, 1_000)
            side.sample(full, full=True)
    return publish(Path(__file__).stem, told(quick, full, side.noted), figures={"tables": TABLES})


def told(quick: Cost, full: Cost, noted: int) -> list[Comparison]:
    """What it costs, against what it may."""
    print(f"a quick sample: {quick}\na full sample: {full}\nbefore the deployment {noted / 1000:.0f} kB")
    shares = [
        100 * ((MINUTES_A_DAY - FULL_A_DAY) * often + FULL_A_DAY * seldom) / 86_400
        for often, seldom in zip(quick.rounds(), full.rounds(), strict=True)
    ]

    def total(of: Callable[[Cost], list[int]]) -> float:
        return (MINUTES_A_DAY - FULL_A_DAY) * statistics.mean(of(quick)) + FULL_A_DAY * statistics.mean(of(full))

    stored, files = total(lambda cost: cost.stored), total(lambda cost: cost.entry)
    return [
        Comparison(
            name="processor time of a watch, both sides", ours="a sample a minute", other="the limit",
            unit="% of a core", rounds=tuple((share, 100 * CORE_LIMIT) for share in shares), limit=1.0,
            aim=f"{100 * CORE_LIMIT:g} % of a core at most",
        ),
        *(
            Comparison(
                name=f"what a watch writes down, {where}", ours="a sample a minute", other="the limit",
                unit="MB a day", rounds=((size / 1e6, BYTES_LIMIT / 1e6),), limit=1.0,
                aim=f"{BYTES_LIMIT / 1e6:g} MB a day at most",
            )
            for where, size in (("on the target", stored), ("in files", files))
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
