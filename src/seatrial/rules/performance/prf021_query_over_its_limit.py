"""A query of the workload that takes longer than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.speed import milliseconds, plan_of
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
        trial, _over, what="takes longer than it may",
        fix="Ask for fewer rows, change the query or its policies; or give it the limit that users accept",
    )  # fmt: skip


def _over(timing: WorkloadTiming) -> str:
    after, limit = timing.after, timing.query.limit_ms
    if isinstance(after, Unmeasured) or limit is None or timing.within_limit:
        return ""
    return f"{milliseconds(after.milliseconds)} ms, and it may take {limit:g} ms: {plan_of(after)}"
