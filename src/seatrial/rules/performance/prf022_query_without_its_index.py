"""A query of the workload whose plan has not the index that it must use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.speed import plan_of
from seatrial.model.workload import Unmeasured
from seatrial.rules.performance.measured import query_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.speed_trial import SpeedTrial
    from seatrial.model.workload import WorkloadTiming
    from seatrial.rules.hit import Hit

LEVEL = Level.BLOCKS


def measure(trial: SpeedTrial) -> Iterator[Hit]:
    """One hit for each query, with the kinds of user for which it is so."""
    yield from query_hits(
        trial, _other, what="does not use the index {index}",
        fix="Write the condition as the index has it, let policies compare plain columns, or name another index",
    )  # fmt: skip


def _other(timing: WorkloadTiming) -> str:
    if isinstance(timing.after, Unmeasured) or timing.uses_its_index is not False:
        return ""
    left_out = f", {timing.after.removed:,} rows read and left out" if timing.after.removed else ""
    return f"{plan_of(timing.after)}{left_out}"
