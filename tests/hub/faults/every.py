"""`make soak`: minutes of services in every mood, a database that restarts and processes that are killed, under load.

    python tests/hub/faults/every.py --minutes 5 --seed 1

Prints what was seen; ends with 1 where anything was lost, sent twice, another's, or not true at the end.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.hub.faults.scenario import scenario
from tests.hub.faults.weather import BLOWS


def main() -> int:
    """Run it and print what was seen."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--log", type=Path, help="a file in which the hub's log is kept")
    asked = options.parse_args()
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the mail server's own words
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = scenario(Path(folder), seed=asked.seed, seconds=asked.minutes * 60, pause=(1.5, 6))
    if asked.log:
        asked.log.write_text(outcome.log, encoding="utf-8")
    counts = outcome.counts
    blows = {blow: counts[blow] for blow in sorted(set(BLOWS))}
    moods = sum(number for name, number in counts.items() if name.startswith("mood "))
    others = {name: counts[name] for name in sorted(counts) if name not in blows and not name.startswith("mood ")}
    sys.stdout.write(
        f"seed {asked.seed}, {time.monotonic() - begun:,.0f} s: {blows}, {moods:,} moods\n"
        f"{outcome.events:,} events, messages {outcome.messages}, {outcome.written:,} rows added, "
        f"{outcome.integrations} integrations\n{others}\n"
    )
    for what, number in outcome.failures.most_common():
        sys.stdout.write(f"failure in the log, {number} times: {what}\n")
    for each in outcome.wrong:
        sys.stdout.write(f"WRONG: {each}\n")
    sys.stdout.write(f"{len(outcome.wrong)} wrong\n")
    return int(bool(outcome.wrong))


if __name__ == "__main__":
    sys.exit(main())
