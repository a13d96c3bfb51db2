"""`make soak` asks the dialect so many strange questions, and counts how they were answered.

    python tests/hub/fuzz/every.py --strings 50000 --seed 1

Half of them on each processor. Ends with 1 when an answer was wrong, and says how to see it again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time

from tests.hub.fuzz.asking import Figures, fuzz
from tests.hub.ground import Ground
from tests.postgres.release.deployed import apply, migrations, seed

from seatrial.scratch.server import scratch

WORKERS = min(2, os.cpu_count() or 1)
SHOWN_EVERY = 5000
SHOWN_WRONG = 20


def work(seeds: range) -> Figures:
    """On a server of its own."""
    begun = time.monotonic()

    def tell(answers: int) -> None:
        if answers % SHOWN_EVERY == 0:
            sys.stdout.write(f"  {answers:,} answers in {time.monotonic() - begun:,.0f} s\n")
            sys.stdout.flush()

    with scratch("supabase") as server:
        apply(server.clone("fuzz"), [*migrations(), seed()])
        return fuzz(Ground(server=server, name="fuzz"), seeds, tell)


def main() -> int:
    """All of it."""
    parser = argparse.ArgumentParser(description="Asks the dialect strange questions.")
    parser.add_argument("--strings", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    begun, total = time.monotonic(), Figures()
    first = wanted.seed * 1_000_000
    shares = [range(first + number, first + wanted.strings, WORKERS) for number in range(WORKERS)]
    # Processes of their own, not forked: each starts a server and threads.
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        for figures in pool.imap_unordered(work, shares):
            total.add(figures)
    for (status, code), number in sorted(total.answers.items()):
        sys.stdout.write(f"  {status} {code or '–':<10} {number:>8,}\n")
    for wrong in total.wrong[:SHOWN_WRONG]:
        sys.stdout.write(f"✗ {wrong}\n")
    mark = "✗" if total.wrong else "✓"
    seconds = time.monotonic() - begun
    sys.stdout.write(f"{mark} {total.answers.total():,} strings, {len(total.wrong)} wrong answers; {seconds:,.0f} s\n")
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
