"""What it costs to forget a month of uses: as a partition that is dropped, and row by row out of one table.

Both tables are the release's, with its columns, keys, indexes and checks; both hold a month that is older than what is
kept and one that is not. One side is the release's own function, with all else that it does: it makes the months to
come, takes statistics, and deletes what no month holds. The other deletes by the index on time, and vacuums, as the
space is not free before that. The server is a scratch, without fsync.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish

from seatrial.pg.connection import connect
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

ROOT = Path(__file__).resolve().parents[1]
ROWS, ROUNDS = 1_000_000, 5
LIMIT_RATIO = 0.1
EVENTS, PLAIN = "public.integration_usage_events", "public.plain_events"
MONTH = "date_trunc('month', now() - interval '6 months', 'UTC')"
SCHEMA = f"""
create table {PLAIN} (like {EVENTS} including all);
alter table {PLAIN} add foreign key (organization_id, integration_id)
    references public.integrations (organization_id, id) on delete cascade;
insert into public.organizations (name) select 'organization ' || n from generate_series(1, 1000) n;
insert into public.integrations (organization_id, integration_type) select id, 'email' from public.organizations;
select * from public.purge_usage_history();
"""
FILL = """
insert into {table} (organization_id, integration_id, event_type, is_success, duration_ms, occurred_at)
select i.organization_id, i.id, 'message.sent', n %% 50 <> 0, n %% 900, {since} + n * interval '2 seconds'
  from generate_series(1, %(rows)s) n
  join (select row_number() over (order by id) as place, organization_id, id from public.integrations) i
    on i.place = 1 + n %% 1000
"""


def prepared(connection: Connection, rows: int) -> None:
    """Both tables with a month that stays."""
    for path in sorted((ROOT / "supabase" / "migrations").glob("*.sql")):
        connection.execute(path.read_bytes())
    connection.execute(SCHEMA.encode())
    for table in (EVENTS, PLAIN):
        connection.execute("set session_replication_role = replica")
        connection.execute(FILL.format(table=table, since="date_trunc('month', now(), 'UTC')").encode(), {"rows": rows})
        connection.execute("reset session_replication_role")


def old_month(connection: Connection, rows: int) -> None:
    """A month that is old enough to go, in both."""
    [[first, end]] = connection.execute(f"select {MONTH}, {MONTH} + interval '1 month'".encode()).fetchall()
    connection.execute(
        f"create table private.old_month partition of {EVENTS} for values from ('{first}') to ('{end}');"
        " alter table private.old_month enable row level security".encode()
    )
    connection.execute("set session_replication_role = replica")
    for table in ("private.old_month", PLAIN):
        connection.execute(FILL.format(table=table, since=MONTH).encode(), {"rows": rows})
    connection.execute("reset session_replication_role")
    connection.execute(f"vacuum (analyze) private.old_month, {PLAIN}".encode())


def checkpoint(server: Server) -> None:
    """So that no side pays for what was written before."""
    with server.superuser("retention") as connection:
        connection.execute("checkpoint")


def timed(connection: Connection, *statements: str) -> tuple[float, int]:
    """Milliseconds and bytes of WAL."""
    before = written(connection)
    begun = time.perf_counter()
    for statement in statements:
        connection.execute(statement.encode())
    return (time.perf_counter() - begun) * 1000, written(connection) - before


def written(connection: Connection) -> int:
    """Bytes of WAL so far."""
    [[found]] = connection.execute("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')").fetchall()
    return int(found)


def main() -> int:
    """Measure both, and publish it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=ROWS, help="of each month (default %(default)s)")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    asked = options.parse_args()
    dropped, deleted = [], []
    with scratch("supabase") as server:
        server.clone("retention")
        with connect(server.own_dsn("retention")) as connection:
            prepared(connection, asked.rows)
            for _ in range(asked.rounds):
                old_month(connection, asked.rows)
                checkpoint(server)
                dropped.append(timed(connection, f"select private.keep_by_month('{EVENTS}', '90 days')"))
                deleted.append(
                    timed(
                        connection, f"delete from {PLAIN} where occurred_at < now() - interval '90 days'",
                        f"vacuum {PLAIN}",
                    )
                )  # fmt: skip
    rounds = tuple((ours[0], other[0]) for ours, other in zip(dropped, deleted, strict=True))
    comparison = Comparison(
        name=f"a month of {asked.rows:,} uses forgotten", ours="the release's retention, by partition",
        other="DELETE and VACUUM in one table", unit="ms", rounds=rounds, limit=LIMIT_RATIO,
        aim="a tenth of what it costs row by row, at most",
    )  # fmt: skip
    figures = {
        "WAL by partition, MB": round(statistics.median(wal for _, wal in dropped) / 1e6, 2),
        "WAL row by row, MB": round(statistics.median(wal for _, wal in deleted) / 1e6, 2),
    }
    return publish(Path(__file__).stem, [comparison], figures=figures)


if __name__ == "__main__":
    sys.exit(main())
