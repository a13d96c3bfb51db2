"""What the release's growing tables need: measured at several sizes, and computed for a thousand million rows.

A month of each is filled as the service fills it; then its pages, the levels of its indexes, and the time to build each
of them, to vacuum and to drop it are measured. What is computed is: bytes as many times as there are rows; levels from
the entries of a page; times in proportion, with the logarithm for an index. `--page` writes the tables into the page.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish

from seatrial.pg.connection import connect
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "sizing.md"
SIZES = (100_000, 1_000_000, 10_000_000)
WHOLE, DAYS_KEPT = 10**9, 90
BEGIN, END = "<!-- begin of what benchmarks/sizing.py has written -->", "<!-- end -->"
CONNECTIONS = 20
#: Bytes of a row at any size differ by no more than this from those at another: what is computed rests on it.
STEADY = 1.15
#: Table → its time, and what fills it beside that.
TABLES = {
    "integration_usage_events": (
        "occurred_at", "organization_id, integration_id, event_type, is_success, duration_ms",
        "i.organization_id, i.id, 'message.sent', n %% 50 <> 0, n %% 900",
    ),
    "system_health_metrics": (
        "recorded_at", "organization_id, metric_name, metric_value", "i.organization_id, 'usage.calls', n",
    ),
    "system_health_checks": (
        "checked_at", "organization_id, component, status, details",
        "i.organization_id, 'integration.email', 'healthy', '{\"reasons\": []}'",
    ),
}  # fmt: skip
FILL = """
insert into private.{table}_sized ({time}, {columns})
select date_trunc('month', now() - interval '6 months', 'UTC') + n * (interval '28 days' / %(rows)s), {values}
  from generate_series(1, %(rows)s) n
  join (select row_number() over (order by id) as place, organization_id, id from public.integrations) i
    on i.place = 1 + (n * 7919::bigint) %% 1000
"""
PEOPLE = """
insert into public.organizations (name) select 'organization ' || n from generate_series(1, 1000) n;
insert into public.integrations (organization_id, integration_type) select id, 'email' from public.organizations;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """One index of a month."""

    name: str
    bytes: int
    #: Above the leaves, the root among them.
    levels: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A month of one table with so many rows."""

    table: str
    rows: int
    heap: int
    indexes: tuple[Index, ...]
    filled: float
    vacuumed: float
    dropped: float

    @property
    def a_row(self) -> float:
        """Bytes of a row, with those of all indexes."""
        return (self.heap + sum(one.bytes for one in self.indexes)) / self.rows


def timed(connection: Connection, statement: str, values: dict[str, object] | None = None) -> float:
    """Seconds."""
    begun = time.perf_counter()
    connection.execute(statement.encode(), values)
    return time.perf_counter() - begun


def sized(server: Server, table: str, rows: int) -> Sized:
    """Fill a month, measure it, and drop it."""
    moment, columns, values = TABLES[table]
    month = f"private.{table}_sized"
    with server.superuser("sizing") as connection:
        [[first, end]] = connection.execute(
            "select date_trunc('month', now() - interval '6 months', 'UTC'),"
            " date_trunc('month', now() - interval '5 months', 'UTC')"
        ).fetchall()
        connection.execute(
            f"create table {month} partition of public.{table} for values from ('{first}') to ('{end}')".encode()
        )
        fill = FILL.format(table=table, time=moment, columns=columns, values=values)
        filled = timed(connection, fill, {"rows": rows})
        vacuumed = timed(connection, f"vacuum (analyze) {month}")
        indexes = tuple(measured(connection, month))
        [[heap]] = connection.execute(f"select pg_table_size('{month}')".encode()).fetchall()
        dropped = timed(connection, f"drop table {month}")
    return Sized(table=table, rows=rows, heap=heap, indexes=indexes, filled=filled, vacuumed=vacuumed, dropped=dropped)


def measured(connection: Connection, month: str) -> Iterator[Index]:
    """Its indexes, as they were filled; how long each takes to build is tried afterwards."""
    found = connection.execute(
        f"select i.indexrelid::regclass::text, p.inhparent::regclass::text from pg_index i"
        f" join pg_inherits p on p.inhrelid = i.indexrelid where i.indrelid = '{month}'::regclass order by 2".encode()
    ).fetchall()
    for name, parent in found:
        [[size, levels]] = connection.execute(
            f"select pg_relation_size('{name}'), (extensions.bt_metap('{name}')).level".encode()
        ).fetchall()
        seconds = timed(connection, f"reindex index {name}")
        yield Index(name=parent.rpartition(".")[2], bytes=size, levels=int(levels), seconds=seconds)


def of_a_connection(server: Server) -> float:
    """MB that a session has for itself once it has asked something, of many."""
    sessions = [connect(server.own_dsn("sizing")) for _ in range(CONNECTIONS)]
    found = []
    for session in sessions:
        session.execute("select count(*) from public.integration_dashboard")
        [[pid]] = session.execute("select pg_backend_pid()").fetchall()
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        own = [int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))]
        found.append(sum(own) / 1000)
    for session in sessions:
        session.close()
    return statistics.median(found)


def level_at(index: Index, rows: int, whole: int) -> int:
    """Levels above the leaves: each page above names as many pages as a leaf has entries, or somewhat more."""
    leaves = whole * index.bytes / rows / 8192
    entries = rows / (index.bytes / 8192)
    return max(1, math.ceil(math.log(leaves) / math.log(entries)))


def page(found: Sequence[Sized], session: float) -> str:
    """The tables, as Markdown."""
    return "\n".join([*_measured(found), "", *_computed(found), "", *_needs(found, session)])


def _measured(found: Sequence[Sized]) -> Iterator[str]:
    yield "**Measured**: a month of each table, at its size; without fsync, on the machine of the benchmarks."
    yield ""
    yield "| table | rows | heap, bytes a row | index | bytes a row | levels | built in | filled, rows a second | vacuumed in | dropped in |"  # noqa: E501
    yield "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for one in found:
        for number, index in enumerate(one.indexes):
            first = number == 0
            cells = [
                f"`{one.table}`" if first else "", f"{one.rows:,}" if first else "",
                f"{one.heap / one.rows:.0f}" if first else "", f"`{index.name}`", f"{index.bytes / one.rows:.1f}",
                str(index.levels), _seconds(index.seconds), f"{one.rows / one.filled:,.0f}" if first else "",
                _seconds(one.vacuumed) if first else "", _seconds(one.dropped) if first else "",
            ]  # fmt: skip
            yield f"| {' | '.join(cells)} |"


def _computed(found: Sequence[Sized]) -> Iterator[str]:
    yield f"**Computed** for {WHOLE:,} rows of each, from its largest size above."
    yield ""
    yield "| table | heap | index | size | levels in one table | levels in a month | built in | vacuumed in |"
    yield "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    for one in largest(found):
        times = WHOLE / one.rows
        for number, index in enumerate(one.indexes):
            first = number == 0
            cells = [
                f"`{one.table}`" if first else "", _bytes(one.heap * times) if first else "", f"`{index.name}`",
                _bytes(index.bytes * times), str(level_at(index, one.rows, WHOLE)),
                str(level_at(index, one.rows, WHOLE * 30 // DAYS_KEPT)),
                _seconds(index.seconds * times * math.log(WHOLE) / math.log(one.rows)),
                _seconds(one.vacuumed * times) if first else "",
            ]  # fmt: skip
            yield f"| {' | '.join(cells)} |"


def _needs(found: Sequence[Sized], session: float) -> Iterator[str]:
    events = next(one for one in largest(found) if one.table == "integration_usage_events")
    day, times = WHOLE / DAYS_KEPT, WHOLE / events.rows
    inner = sum(index.bytes * times / (events.rows / (index.bytes / 8192)) for index in events.indexes)
    hot = day * events.a_row
    rows = [
        ("uses a day, at 90 days", f"{day:,.0f}", "computed"),
        ("the same a second", f"{day / 86400:,.0f}", "computed"),
        ("rows a second that one session filled", f"{events.rows / events.filled:,.0f}", "measured"),
        ("partitions, most", "7: five that are kept, two ahead; and the default", "computed"),
        ("disk, at 90 days", _bytes(WHOLE * events.a_row), "computed"),
        ("disk, at 121 days, before a month goes", _bytes(WHOLE * events.a_row * 121 / DAYS_KEPT), "computed"),
        ("buffers for the last day's rows and index entries", _bytes(hot), "computed"),
        ("buffers for the pages above the leaves of all indexes", _bytes(inner), "computed"),
        ("to drop a month", f"{_seconds(events.dropped)} at {events.rows:,} rows", "measured"),
        ("memory of a session of its own", f"{session:.1f} MB, median of {CONNECTIONS}", "measured"),
        ("memory of 200 sessions", f"{session * 200 / 1000:.1f} GB", "computed"),
    ]
    yield f"What {WHOLE:,} uses of integrations need:"
    yield ""
    yield "| what | how much | |"
    yield "| --- | ---: | --- |"
    yield from (f"| {what} | {much} | {how} |" for what, much, how in rows)


def largest(found: Sequence[Sized]) -> Iterator[Sized]:
    """Of each table."""
    for table in TABLES:
        yield max((one for one in found if one.table == table), key=lambda one: one.rows)


def _seconds(seconds: float) -> str:
    if seconds >= 5400:  # noqa: PLR2004 - an hour and a half
        return f"{seconds / 3600:.1f} h"
    if seconds >= 90:  # noqa: PLR2004 - a minute and a half
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _bytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"  # noqa: PLR2004


def main() -> int:
    """Measure, compute, publish."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--page", action="store_true", help="write the tables into the page")
    asked = options.parse_args()
    with scratch("supabase") as server:
        server.clone("sizing")
        with connect(server.own_dsn("sizing")) as connection:
            for path in sorted((ROOT / "supabase" / "migrations").glob("*.sql")):
                connection.execute(path.read_bytes())
            connection.execute(PEOPLE)
        with server.superuser("sizing") as connection:
            connection.execute("create extension if not exists pageinspect with schema extensions")
        found = [sized(server, table, rows) for table in TABLES for rows in sorted(asked.sizes)]
        session = of_a_connection(server)
    text = page(found, session)
    print(text)
    if asked.page:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    comparisons = [
        Comparison(
            name=f"bytes of a row of {table}", ours=f"at {max(asked.sizes):,} rows",
            other=f"at {sorted(asked.sizes)[-2]:,} rows", unit="bytes", rounds=((sizes[-1].a_row, sizes[-2].a_row),),
            limit=STEADY, aim="a row costs the same at any size, on which what is computed rests",
        )
        for table in TABLES
        for sizes in [sorted((one for one in found if one.table == table), key=lambda one: one.rows)]
    ]  # fmt: skip
    figures = {
        f"{one.table}, bytes a row at {one.rows:,}": round(one.a_row, 1) for one in found
    } | {"MB of a session": round(session, 1)}  # fmt: skip
    return publish(Path(__file__).stem, comparisons, figures=figures)


if __name__ == "__main__":
    sys.exit(main())
