"""A query of the workload that takes longer after the release than before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.regression import regressed
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
        trial, _slower, what="is slower than before the release",
        fix="Compare its plans before and after with seatrial report, and give back what its plan has lost",
    )  # fmt: skip


def _slower(timing: WorkloadTiming) -> str:
    if isinstance(timing.before, Unmeasured) or isinstance(timing.after, Unmeasured):
        return ""
    return regressed(timing.before, timing.after)
