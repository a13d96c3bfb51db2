"""How long `seatrial --help` takes, from the first byte of the process to the last, against a Python that does nothing.

Whole processes in turn, with the files of all modules read once beforehand. A person notices what takes longer than
150 ms; it is the limit of the middle one on a machine that has nothing else to do.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measured import Comparison, publish

ROUNDS = 25
LIMIT_MS = 150.0
HELP = [str(Path(sys.executable).with_name("seatrial")), "--help"]
NOTHING = [sys.executable, "-c", "pass"]


def milliseconds(command: list[str]) -> float:
    """Wall-clock time of a command that must succeed."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - begun)


def main() -> int:
    """Print the median; 1 above the limit."""
    milliseconds(HELP)
    rounds = tuple((milliseconds(HELP), milliseconds(NOTHING)) for _ in range(ROUNDS))
    against_limit = tuple((ours, LIMIT_MS) for ours, _ in rounds)
    return publish(
        Path(__file__).stem,
        [
            Comparison(
                name="the help of the command line", ours="seatrial --help", other="what a person notices", unit="ms",
                rounds=against_limit, limit=1.0, aim=f"below {LIMIT_MS:.0f} ms",
            ),
            Comparison(
                name="the help against a start of Python", ours="seatrial --help", other="python -c pass", unit="ms",
                rounds=rounds,
            ),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
