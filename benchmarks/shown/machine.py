"""The machine that a comparison ran on, as far as somebody has to know it: no name, no path, no user."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from seatrial.scratch.installation import find

__all__ = ["machine", "revision", "today"]

ROOT = Path(__file__).parents[2]
#: Noted when the script begins, as its own load is no news.
LOAD_AT_START = os.getloadavg()[0]


def machine() -> dict[str, object]:
    """Processor, cores, memory, kernel, Python, PostgreSQL, and the load before the script began."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": str(find()).removeprefix("PostgreSQL "),
        "load": round(LOAD_AT_START, 2),
    }


def revision() -> str:
    """The commit, and whether something was changed since; empty outside of a checkout."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    # What the scripts themselves write is no change of what was measured.
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmarks/results", ":!docs")
    return f"{commit} and changes" if commit and changed else commit


def today() -> str:
    """In UTC, `2026-11-26`."""
    return f"{datetime.now(tz=UTC):%Y-%m-%d}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    names = [line for line in told.read_text(encoding="utf-8").splitlines() if line.startswith("model name")] \
        if told.exists() else []  # fmt: skip
    return names[0].partition(":")[2].strip() if names else platform.machine()


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if not done.returncode else ""
