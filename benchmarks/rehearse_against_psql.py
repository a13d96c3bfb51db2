"""A whole `seatrial rehearse` of the shipped release against `psql -f` of the same files on a warm server.

Both are whole processes, taken in turn: Seatrial starts its own PostgreSQL, applies the files, keeps the ledger and
reads the catalog before and after; psql connects to a server that is already up, with a fresh database each time.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measured import Comparison, publish

from seatrial.scratch.server import Server, scratch

ROOT = Path(__file__).parents[1]
ROUNDS = 9


def seconds(command: list[str]) -> float:
    """Wall-clock time of a command that must succeed."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun


def psql(server: Server, round_number: int) -> float:
    """One psql for all files, each file a transaction, on a fresh clone of the platform."""
    name = f"round_{round_number}"
    dsn = server.clone(name)
    files = [part for path in sorted(ROOT.glob("supabase/migrations/*.sql")) for part in ("-f", str(path))]
    program = server.installation.bin / "psql"
    taken = seconds([str(program), "-X", "-q", "-v", "ON_ERROR_STOP=1", *files, dsn])
    server.drop(name)
    return taken


def main() -> int:
    """Print both medians and their ratio."""
    rehearse = [str(Path(sys.executable).with_name("seatrial")), "rehearse"]
    seconds(rehearse)
    with scratch() as server:
        psql(server, 0)
        rounds = tuple((seconds(rehearse), psql(server, number)) for number in range(1, ROUNDS + 1))
    one = Comparison(
        name="the shipped release rehearsed", ours="seatrial rehearse", other="psql -f", unit="s", rounds=rounds,
    )  # fmt: skip
    return publish(Path(__file__).stem, [one])


if __name__ == "__main__":
    sys.exit(main())
