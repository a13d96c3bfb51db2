"""The hub beside the database alone: the same query for 64 clients, by requests of HTTP and by pgbench.

Both ask for the active integrations of a random one of 1,000 organizations, as its administrator, under row-level
security: the caller's role and claims, and the rows as JSON. pgbench sends the hub's own statements, prepared, in one
message a transaction as the hub does, over as many connections as it has clients; the hub has a pool. Clients share
the machine with what they measure on both sides. The ratio is that of the middle times.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import Comparison, publish
from tests.hub.ground import Ground
from tests.hub.load.crowd import Crowd
from tests.hub.load.ground import serving, with_thousand_organizations
from tests.postgres.release.deployed import apply, migrations, seed

from seatrial.scratch.server import durable

CLIENTS, SECONDS, ROUNDS = 64, 8, 3
LIMIT = 3.0
#: What the hub sends for it, word for word but for the values; all that is sent together is one transaction.
SCRIPT = r"""
\set padded 1000000000000 + random(1, 1000)
\startpipeline
select pg_catalog.set_config('role', 'authenticated', true),
       pg_catalog.set_config('request.jwt.claims',
           '{"sub":"70000000-0000-4000-8000-' || substr((:padded)::text, 2) || '","role":"authenticated"}', true),
       pg_catalog.set_config('request.method', 'GET', true),
       pg_catalog.set_config('request.path', '/integrations', true),
       pg_catalog.set_config('search_path', '"public", "extensions"', true),
       pg_catalog.set_config('transaction_read_only', 'on', true),
       pg_catalog.set_config('statement_timeout', '8s', true);
select pg_catalog.count(*), null, coalesce(pg_catalog.json_agg("answer".*), '[]'), null,
       nullif(pg_catalog.current_setting('response.status', true), ''),
       nullif(pg_catalog.current_setting('response.headers', true), '')
  from (select "integrations".* from "public"."integrations" where ("integrations"."is_active" is true)
         limit 1000 offset 0) as "answer";
\endpipeline
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Of one round: milliseconds, and transactions or requests a second."""

    p50: float
    p99: float
    rate: float


def main() -> int:
    """Print both sides and the ratio; 1 above the limit."""
    with tempfile.TemporaryDirectory() as place, durable(Path(place) / "data") as server:
        folder = Path(place)
        apply(server.clone("hub_load"), [*migrations(), seed()])
        ground = Ground(server=server, name="hub_load")
        with_thousand_organizations(ground)
        with serving(ground, folder) as address:
            rounds = [(_pgbench(ground, folder / str(number)), _hub(address)) for number in range(ROUNDS)]
    alone, ours = ([pair[side] for pair in rounds] for side in (0, 1))
    for name, side in (("pgbench", alone), ("hub", ours)):
        p50, p99, rate = (statistics.median(getattr(one, what) for one in side) for what in ("p50", "p99", "rate"))
        print(f"{name:<8} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   {rate:7,.0f} a second")
    return publish(
        Path(__file__).stem,
        [
            Comparison(
                name=f"{what} of {CLIENTS} clients", ours="the hub over HTTP", other="pgbench", unit="ms",
                rounds=tuple((getattr(hub, key), getattr(database, key)) for database, hub in rounds),
                limit=limit, aim=f"{limit:g} times the database alone" if limit else "",
            )
            for what, key, limit in (("middle time", "p50", LIMIT), ("99th percentile", "p99", None))
        ],
    )  # fmt: skip


def _pgbench(ground: Ground, folder: Path) -> Times:
    folder.mkdir()
    (folder / "script.sql").write_text(SCRIPT, encoding="utf-8")
    program = ground.server.installation.bin / "pgbench"
    subprocess.run(
        [program, "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS), "-l", "-f", "script.sql",
         ground.dsn],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    times = [
        int(line.split()[2]) / 1000 for log in folder.glob("pgbench_log*") for line in log.read_text().splitlines()
    ]
    return _times(times, len(times) / SECONDS)


def _hub(address: str) -> Times:
    seen = Crowd(address, clients=CLIENTS).run(seconds=SECONDS, only="list")
    if seen.foreign or seen.lost or set(seen.statuses) != {200}:
        raise SystemExit(f"the hub did not answer as it must: {seen.statuses}, {seen.foreign[:1]}")
    return _times([seconds * 1000 for seconds in seen.times], len(seen.times) / SECONDS)


def _times(times: list[float], rate: float) -> Times:
    ordered = sorted(times)
    return Times(p50=ordered[len(ordered) // 2], p99=ordered[int(len(ordered) * 0.99)], rate=rate)


if __name__ == "__main__":
    sys.exit(main())
