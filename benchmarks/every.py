"""Runs every comparison of this folder, one after the other, and says at the end what falls short or became worse.

A script that fails keeps none of the others from running. `python benchmarks/every.py linters watch_cost` runs some.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import RESULTS
from benchmarks.shown.page import write
from benchmarks.shown.regression import notes, regressions
from benchmarks.shown.results import Result, committed, parsed, scripts

__all__ = ["Ran", "summary", "wanted"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of one script."""

    script: str
    exit_code: int
    seconds: float
    #: None where it has written nothing down.
    result: Result | None
    before: Result | None

    @property
    def shortcomings(self) -> list[str]:
        """Why it is not well: one line each."""
        found = [f"{one.name} falls short" for one in self.result.comparisons if one.falls_short] if self.result else []
        if self.result and self.before:
            found += [f"worse than committed: {line}" for line in regressions(self.before, self.result)]
        if self.result is None:
            found.append(f"ended with {self.exit_code} and measured nothing")
        elif self.exit_code and not found:
            found.append(f"ended with {self.exit_code}")
        return found


def wanted(only: list[str]) -> list[str]:
    """The names of all, or of those that are asked for."""
    every = scripts()
    if unknown := sorted(set(only) - set(every)):
        raise SystemExit(f"no such comparison: {', '.join(unknown)}; there are {', '.join(every)}")
    return only or every


def run(script: str) -> Ran:
    """One script, as a process of its own."""
    print(f"== {script}", flush=True)
    written = RESULTS / f"{script}.json"
    stamp = written.stat().st_mtime_ns if written.exists() else 0
    begun = time.perf_counter()
    code = subprocess.run([sys.executable, FOLDER / f"{script}.py"], check=False).returncode
    is_new = written.exists() and written.stat().st_mtime_ns != stamp
    return Ran(
        script=script, exit_code=code, seconds=time.perf_counter() - begun,
        result=parsed(written.read_text(encoding="utf-8")) if is_new else None, before=committed(script),
    )  # fmt: skip


def summary(ran: list[Ran]) -> list[str]:
    """A line for each script, and below it what is wrong and what has to be known."""
    lines = []
    for one in ran:
        ratios = [f"{each.ratio:.2f}" for each in one.result.comparisons] if one.result else []
        lines.append(f"{'no' if one.shortcomings else 'ok'}  {one.script:28} {one.seconds:6.0f} s  {' '.join(ratios)}")
        lines += [f"      {line}" for line in one.shortcomings]
        if one.result and one.before:
            lines += [f"      ({line})" for line in notes(one.before, one.result)]
    return lines


def main() -> int:
    """Run, write the page, print the summary; 1 where something falls short or became worse."""
    ran = [run(script) for script in wanted(sys.argv[1:])]
    write()
    print("\n".join(["", *summary(ran)]))
    return int(any(one.shortcomings for one in ran))


if __name__ == "__main__":
    sys.exit(main())
