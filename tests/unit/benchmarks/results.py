"""Comparisons and results as a benchmark could have left them."""

from __future__ import annotations

from typing import Any

from benchmarks.measured import Comparison
from benchmarks.shown.results import Result

__all__ = ["MACHINE", "compared", "result"]

MACHINE = {
    "processor": "Abacus", "cores": 2, "memory_gb": 8.0, "kernel": "Linux 6.1", "python": "3.11.7",
    "postgresql": "18.6 (embedded)", "load": 0.2,
}  # fmt: skip


def compared(*ratios: float, other: float = 2.0, **more: Any) -> Comparison:  # noqa: ANN401 - any field of it
    """A comparison with a round for each ratio; what it was held against took a little longer each time."""
    rounds = tuple((ratio * (other + n), other + n) for n, ratio in enumerate(ratios))
    return Comparison(**{"name": "a start", "ours": "ours", "other": "initdb", "unit": "s", "rounds": rounds, **more})


def result(*comparisons: Comparison, **machine: object) -> Result:
    """A result on the same machine, unless something of it is another."""
    return Result(
        script="start", date="2026-11-01", revision="abc", machine=MACHINE | machine, comparisons=comparisons,
        figures={"tables": 5000, "lost": 0.25, "on": "disk", "each": [1, 2]},
    )  # fmt: skip
