"""`make soak`: deploys, writes, rolls back and deploys again, so many times, and counts after each time.

    python tests/soak/every.py --cycles 1000 --seed 1

Half of it runs on each processor. Ends with 1 at the first row that is lost, and says how to see it again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from typing import TYPE_CHECKING

from tests.soak.commands import by_commands
from tests.soak.cycles import Figures, soak
from tests.soak.target import Wrong

from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

WORKERS = min(2, os.cpu_count() or 1)
SHOWN_EVERY = 50
#: One in so many cycles goes by way of the program.
BY_COMMANDS = 250


def work(seed: int, cycles: int, results: Queue[Figures | str | int]) -> None:
    """On a server of its own."""
    try:
        with scratch("supabase") as server:
            figures = soak(server, seed, cycles, tell=lambda _: results.put(1))
            for number in range(-(-cycles // BY_COMMANDS)):
                figures.add(by_commands(server, seed + number, f"by_commands_{number}"))
            results.put(figures)
    except (Wrong, AssertionError) as wrong:
        results.put(f"{wrong}\n\nto see it again: make soak CYCLES={cycles * WORKERS} SEED={seed}")
    except BaseException as error:
        results.put(f"seed {seed}: {error!r}")
        raise


def main() -> int:
    """All of it."""
    parser = argparse.ArgumentParser(description="Deploys and rolls back while applications write.")
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    # Processes of their own, not forked: each starts a server and threads.
    context = multiprocessing.get_context("spawn")
    results: Queue[Figures | str | int] = context.Queue()
    share = -(-wanted.cycles // WORKERS)
    for number in range(WORKERS):
        context.Process(target=work, args=(wanted.seed + number, share, results), daemon=True).start()
    begun, done, over, total = time.monotonic(), 0, 0, Figures()
    while over < WORKERS:
        found = results.get()
        if isinstance(found, str):
            sys.stdout.write(f"✗ {found}\n")
            return 1
        if isinstance(found, int):
            done += found
            if done % SHOWN_EVERY == 0:
                sys.stdout.write(f"  {done:,} cycles in {time.monotonic() - begun:,.0f} s\n")
                sys.stdout.flush()
        else:
            over += 1
            total.add(found)
    sys.stdout.write(f"✓ {total}; {time.monotonic() - begun:,.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
