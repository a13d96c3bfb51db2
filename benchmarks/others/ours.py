"""Seatrial, run as a program like the others."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.others.tools import Tool, for_supabase, of_pypi, put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.others.release import File

__all__ = ["OURS", "deployment", "rehearsal", "seatrial"]


def write(folder: Path, files: Sequence[File], dsn: str) -> None:
    """Files as for the Supabase CLI, and a target whose address comes from the environment."""
    for_supabase(folder, files, dsn)
    put(folder, {"seatrial.toml": '[targets.here]\ndsn = "env(DATABASE_URL)"\n'})


def rehearsal(folder: Path) -> list[str]:
    """The words that rehearse for the target, and leave the plan in the folder."""
    return ["rehearse", str(folder), "--from", "here", "--plan", str(folder / "plan.json")]


def deployment(folder: Path) -> list[str]:
    """The words that deploy that plan."""
    return ["deploy", str(folder), "--plan", str(folder / "plan.json"), "--target", "here", "--yes", "here"]


def seatrial(words: list[str], dsn: str) -> float:
    """Run a command that must succeed; the seconds that it took."""
    environment = {**os.environ, "DATABASE_URL": dsn}
    begun = time.perf_counter()
    ran = subprocess.run([OURS.program(), *words], env=environment, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    if ran.returncode:
        sys.exit(f"seatrial {words[0]} ended with {ran.returncode}: {ran.stdout[-1000:]}{ran.stderr[-1000:]}")
    return taken


OURS = Tool(
    name="seatrial",
    program=lambda: of_pypi("seatrial", "seatrial"),
    write=write,
    command=lambda program, folder, _dsn: [str(program), *deployment(folder)],
    environment={"HOME": os.environ.get("HOME", "")},
)
