"""`make soak`: 64 clients for ten minutes over a thousand organizations, every row and every caller looked at."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.hub.ground import Ground
from tests.hub.load.crowd import Crowd, organization
from tests.hub.load.ground import serving, with_thousand_organizations
from tests.hub.load.test_crowd import COUNTED
from tests.postgres.release.deployed import apply, migrations, seed

from seatrial.pg.connection import rows
from seatrial.scratch.server import scratch


def main() -> int:
    """Run it and print what was seen; 1 where anything was foreign, failed or is missing."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--clients", type=int, default=64)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with scratch("supabase") as server, tempfile.TemporaryDirectory() as folder:
        apply(server.clone("hub_load"), [*migrations(), seed()])
        ground = Ground(server=server, name="hub_load")
        with_thousand_organizations(ground)
        with serving(ground, Path(folder)) as address:
            seen = Crowd(address, clients=asked.clients, seed=asked.seed).run(seconds=asked.minutes * 60)
        with ground.superuser() as connection:
            kept = {row["id"]: row["number"] for row in rows(connection, COUNTED)}
    missing = kept != {organization(number): count for number, count in seen.added.items()}
    requests = sum(seen.statuses.values())
    sys.stdout.write(
        f"{asked.clients} clients, {requests:,} requests ({requests / asked.minutes / 60:,.0f} a second), "
        f"{seen.rows:,} rows looked at: {len(seen.foreign)} foreign\n"
        f"statuses {dict(seen.statuses)}, lost {seen.lost}, added {sum(seen.added.values()):,}"
        f"{', not what is in the database' if missing else ', all in the database'}\n"
        f"p50 {seen.percentile(0.5):.1f} ms, p99 {seen.percentile(0.99):.1f} ms\n"
    )
    return int(bool(seen.foreign or seen.lost or missing or set(seen.statuses) - {200, 201}))


if __name__ == "__main__":
    sys.exit(main())
