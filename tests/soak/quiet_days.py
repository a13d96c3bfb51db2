"""`make quiet-days`: 200 simulated days in which nothing happens, and none of which may be an alarm.

    python tests/soak/quiet_days.py --days 200

Half of them on each processor. Ends with 1 if there was an alarm, and says which.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time

from tests.unit.monitoring.replay.quiet import DAYS, alarm, quiet

__all__ = ["main"]


def watched(number: int) -> tuple[int, str, int]:
    """One database: its alarm, and how often something was over a limit without being one."""
    found = quiet(number)
    return number, alarm(found), len(found.judged.troubles)


def main() -> int:
    """All of them."""
    parser = argparse.ArgumentParser(description="Watches days in which nothing happens.")
    parser.add_argument("--days", type=int, default=200)
    days = parser.parse_args().days
    begun, alarms, breaches = time.monotonic(), 0, 0
    numbers = range(-(-days // DAYS))
    with multiprocessing.get_context("spawn").Pool(min(2, os.cpu_count() or 1)) as pool:
        for number, said, single in pool.imap_unordered(watched, numbers):
            breaches += single
            if said:
                alarms += 1
                sys.stdout.write(f"✗ database {number}: {said}\n")
                sys.stdout.flush()
    took = time.monotonic() - begun
    sign = "✗" if alarms else "✓"
    total = len(numbers) * DAYS
    sys.stdout.write(
        f"{sign} {total} quiet days, {alarms} alarms; {breaches:,} times something was over its limit and no alarm;"
        f" {took:,.0f} s\n"
    )
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
