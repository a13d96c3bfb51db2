"""From the times of a statement at two sizes to its time at a third. Pure."""

from __future__ import annotations

import math
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.model.forecast import Forecast, Machine, Measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["SAMPLE_ROWS", "forecast", "fractions", "machine", "together"]

#: Of the largest table, at the larger of the two sizes.
SAMPLE_ROWS = 100_000
#: The smaller size is this part of the larger.
PART = 4
#: What two runs of one statement on one machine may differ by.
NOISE = 1.15


def fractions(sizes: Mapping[str, int]) -> tuple[float, float]:
    """Which parts of the target's rows are generated: the smaller and the larger one, never more than all."""
    larger = min(1.0, SAMPLE_ROWS / max(1, *sizes.values()))
    return larger / PART, larger


def forecast(measured: Sequence[Measured], rows: int, tables: Iterable[str], *, sorts: bool = False) -> Forecast:
    """The time at so many rows.

    The lower end is the cheaper of two lines: through both sizes, and from nought through the larger one. The upper
    end is the dearer of the two, times what sorting adds: n log n over n.

    Args:
        measured: several runs, at one size or at two.
        rows: of the target.
        tables: what the statement works on.
        sorts: whether it builds an index.
    """
    largest = max(one.rows for one in measured)
    at_large = [one.seconds for one in measured if one.rows == largest]
    at_small = [one.seconds for one in measured if one.rows < largest]
    low, high = min(at_large), max(at_large)
    if largest and rows > largest:
        slope = _slope(measured, largest, low, at_small)
        lines = [low + slope * (rows - largest), low * rows / largest, high * rows / largest]
        sorting = math.log(rows) / math.log(max(largest, 2)) if sorts else 1.0
        low, high = min(lines), max(lines) * sorting
    return Forecast(low=low / NOISE, high=high * NOISE, rows=rows, tables=tuple(tables), measured=tuple(measured))


def _slope(measured: Sequence[Measured], largest: int, low: float, at_small: Sequence[float]) -> float:
    if not at_small:
        return low / largest
    smallest = min(one.rows for one in measured)
    return max(0.0, (low - min(at_small)) / (largest - smallest))


def together(parts: Sequence[Forecast]) -> Forecast:
    """The time of several statements, one after the other."""
    largest = max(parts, key=lambda part: part.rows)
    return Forecast(
        low=sum(part.low for part in parts), high=sum(part.high for part in parts), rows=largest.rows,
        tables=largest.tables, measured=largest.measured, assumed=any(part.assumed for part in parts),
    )  # fmt: skip


def machine(server: str) -> Machine:
    """This one."""
    return Machine(
        processors=os.cpu_count() or 1,
        model=_model(),
        system=f"{platform.system()} {platform.machine()}",
        server=server,
    )


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
