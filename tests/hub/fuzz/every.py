"""`make soak` asks the dialect so many strange questions, and both OpenAPI documents so many of each operation.

    python tests/hub/fuzz/every.py --strings 50000 --seed 1 --examples 25

Half of the questions on each processor. Counts how they were answered, and ends with 1 when an answer was wrong.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import sys
import time
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING

from tests.hub.fuzz.asking import Figures, fuzz
from tests.hub.fuzz.conformance import documents
from tests.hub.ground import Ground, running, settings_for
from tests.postgres.release.deployed import apply, migrations, seed

from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = min(2, os.cpu_count() or 1)
SHOWN_EVERY = 5000
SHOWN_WRONG = 20


@contextmanager
def ground() -> Iterator[Ground]:
    """A server of its own with the release and the sample tenants."""
    with scratch("supabase") as server:
        apply(server.clone("fuzz"), [*migrations(), seed()])
        yield Ground(server=server, name="fuzz")


def strings(seeds: range) -> Figures:
    """Questions to the dialect."""
    begun = time.monotonic()

    def tell(answers: int) -> None:
        if answers % SHOWN_EVERY == 0:
            sys.stdout.write(f"  {answers:,} answers in {time.monotonic() - begun:,.0f} s\n")
            sys.stdout.flush()

    with ground() as place:
        return fuzz(place, seeds, tell)


def operations(examples: int) -> list[str]:
    """Calls of every operation of both documents; returns what was wrong."""
    wrong = []
    with ground() as place, redirect_stderr(io.StringIO()), running(settings_for(place)) as address:
        for path, found in documents(address, examples=examples):
            sys.stdout.write(f"  {path}: {len(found.operations)} operations, {found.calls:,} calls\n")
            wrong += found.wrong
    return wrong


def main() -> int:
    """All of it."""
    parser = argparse.ArgumentParser(description="Asks the hub strange questions.")
    parser.add_argument("--strings", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=25)
    wanted = parser.parse_args()
    begun, total = time.monotonic(), Figures()
    first = wanted.seed * 1_000_000
    shares = [range(first + number, first + wanted.strings, WORKERS) for number in range(WORKERS)]
    # Processes of their own, not forked: each starts a server and threads.
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        for figures in pool.imap_unordered(strings, shares):
            total.add(figures)
    for (status, code), number in sorted(total.answers.items()):
        sys.stdout.write(f"  {status} {code or '–':<10} {number:>8,}\n")
    wrong = total.wrong + operations(wanted.examples)
    sys.stdout.writelines(f"✗ {each}\n" for each in wrong[:SHOWN_WRONG])
    seconds = time.monotonic() - begun
    mark = "✗" if wrong else "✓"
    sys.stdout.write(f"{mark} {total.answers.total():,} strings, {len(wrong)} wrong answers; {seconds:,.0f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
