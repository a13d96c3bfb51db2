"""`make faults`: tries every point, and writes the page with what came of them.

    python tests/faults/every.py             every point, on two workers for each processor
    python tests/faults/every.py --sample N  N points of each run, by chance that can be drawn again
    python tests/faults/every.py --run R     one run only: Deployment, Rollback; the page keeps what it says of others

Ends with 1 when a point is mixed; the page is written all the same.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.ground import ground
from tests.faults.points import every_point
from tests.faults.runs import RUNS
from tests.faults.states import State
from tests.faults.table import page, part, parts_of
from tests.faults.trial import Tried, try_point

from seatrial.scratch.installation import find

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
SEED = 1
#: A point waits as much as it works.
WORKERS = 2 * (os.cpu_count() or 1)
SHOWN_EVERY = 100


def work(title: str, number: int, workers: int, sample: int, results: Queue[Tried | int | str]) -> None:
    """Every so many-th point; first how many there are and how many messages, then what came of each."""
    try:
        with ground(next(run.ground for run in RUNS if run.title == title)) as made:
            points = list(every_point(made.undisturbed))
            # The same order for all of them; a worker whose run had another message or two leaves out or adds as many.
            random.Random(SEED).shuffle(points)  # noqa: S311 - a sample, no secret
            mine = points[: sample or len(points)][number::workers]
            results.put(len(made.undisturbed.messages))
            for point in mine:
                results.put(try_point(made, point))
    finally:
        results.put("over")


def collect(title: str, workers: int, sample: int) -> tuple[list[Tried], int]:
    """What came of all of them, and the messages of an undisturbed run; tells how it comes along."""
    # Processes of their own, not forked: each starts a server and threads.
    context = multiprocessing.get_context("spawn")
    results: Queue[Tried | int | str] = context.Queue()
    for number in range(workers):
        context.Process(target=work, args=(title, number, workers, sample, results), daemon=True).start()
    tried, messages, begun, over = [], 0, time.monotonic(), 0
    while over < workers:
        found = results.get()
        if isinstance(found, Tried):
            tried.append(found)
            if found.wrong:
                sys.stderr.write(f"✗ {found.report}\n")
            if len(tried) % SHOWN_EVERY == 0:
                sys.stderr.write(f"  {len(tried):,} points, {(time.monotonic() - begun) / len(tried):.2f} s each\n")
        elif isinstance(found, int):
            messages = max(messages, found)
        else:
            over += 1
    return tried, messages


def main() -> int:
    """All of it."""
    parser = argparse.ArgumentParser(description="Breaks a deployment and a rollback at every message.")
    parser.add_argument("--sample", type=int, default=0, help="how many points of each; all of them by default")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--run", choices=[run.title for run in RUNS], help="this one only; both by default")
    wanted = parser.parse_args()
    parts, mixed, number = parts_of(PAGE.read_text(encoding="utf-8")), 0, 0
    for run in RUNS:
        if wanted.run in {None, run.title}:
            tried, messages = collect(run.title, wanted.workers, wanted.sample)
            mixed += sum(one.state is State.MIXED for one in tried)
            number += len(tried)
            parts[run.title] = part(
                run, tried, is_complete=not wanted.sample, messages=messages, server=str(find())
            )  # fmt: skip
    PAGE.write_text(page({run.title: parts[run.title] for run in RUNS if run.title in parts}), encoding="utf-8")
    sys.stdout.write(f"{'✗' if mixed else '✓'} {number:,} points, {mixed} mixed: {PAGE.name} is written.\n")
    return int(bool(mixed) or not number)


if __name__ == "__main__":
    sys.exit(main())
