"""From nothing to the answer of a first query: a scratch of ours, against initdb and pg_ctl with the same programs.

Ours is `with scratch()` and a connection. The other side is initdb, `pg_ctl start` without fsync, and the same kind of
connection; both lie on the same disk, and neither is charged for being taken down. A scratch for Supabase brings its
roles, schemas and stand-in extensions along, one for PostgreSQL has what initdb makes. Both are copied from what the
first scratch of a machine has made; how long that one takes stands in a line of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks.measured import Comparison, publish

from seatrial.pg.connection import connect
from seatrial.scratch.identity import server_identity
from seatrial.scratch.installation import find
from seatrial.scratch.places import lease
from seatrial.scratch.process import socket_dsn
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from seatrial.scratch.places import Lease

ROUNDS, FIRST_ROUNDS = 9, 3
LIMIT = 0.33
USER = "supabase_admin"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses="


def ours(platform: str) -> float:
    """Seconds to the answer, of a scratch."""
    begun = time.perf_counter()
    with scratch(platform) as server:
        ask(server.own_dsn())
        return time.perf_counter() - begun


def first(platform: str) -> float:
    """The same where nothing is kept from an earlier one."""
    with tempfile.TemporaryDirectory() as nothing, patch.dict(os.environ, {"XDG_CACHE_HOME": nothing}):
        return ours(platform)


def theirs() -> float:
    """Seconds to the answer, of a cluster made anew."""
    place = lease()
    try:
        begun = time.perf_counter()
        started(place)
        ask(socket_dsn(place.folder, 5432, USER, "postgres"))
        return time.perf_counter() - begun
    finally:
        pg("pg_ctl", "stop", "-D", place.folder / "data", "-m", "immediate")
        place.end()


def started(place: Lease) -> None:
    """As the manual has it."""
    server_identity().hand_over(place.folder)
    pg("initdb", "-D", place.folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    log, options = place.folder / "log", f"-k {place.folder} {FAST}"
    pg("pg_ctl", "start", "-w", "-D", place.folder / "data", "-l", log, "-o", options)


def pg(program: str, *words: str | Path) -> None:
    """A program of the same installation, under the same identity, which must succeed."""
    command = [find().bin / program, *words]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, preexec_fn=server_identity().become, cwd="/"
    )  # fmt: skip


def ask(dsn: str) -> None:
    """The first query."""
    with connect(dsn) as connection:
        connection.execute(b"select 1").fetchone()


def main() -> int:
    """Print the ratios; 1 where a scratch takes more than a third of the time."""
    ours("supabase")
    ours("postgres")
    rounds = [(ours("supabase"), ours("postgres"), theirs()) for _ in range(ROUNDS)]
    firsts = tuple((first("supabase"), theirs()) for _ in range(FIRST_ROUNDS))

    def comparison(name: str, pairs: tuple[tuple[float, float], ...], limit: float | None) -> Comparison:
        return Comparison(
            name=name, ours="with scratch()", other="initdb, pg_ctl start", unit="s", rounds=pairs, limit=limit,
            aim="a third of the time" if limit else "",
        )  # fmt: skip

    return publish(
        Path(__file__).stem,
        [
            comparison("a scratch for Supabase", tuple((a, c) for a, _, c in rounds), LIMIT),
            comparison("a scratch for PostgreSQL", tuple((b, c) for _, b, c in rounds), LIMIT),
            comparison("the first scratch of a machine, for Supabase", firsts, None),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
