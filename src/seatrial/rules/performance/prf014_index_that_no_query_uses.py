"""An index of the release that no query of the workload uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.words import figure
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.performance.measured import index_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.speed_trial import SpeedTrial

LEVEL = Level.WARNS


def measure(trial: SpeedTrial) -> Iterator[Hit]:
    """One hit for each."""
    for one in trial.performance.unused:
        script, offset = index_place(trial, one.index, one.table)
        yield Hit(
            script=script,
            offset=offset,
            what=f"no query of the workload uses the index {quoted(one.index)}",
            effect=f"every row that is written to {quoted(one.table)} goes into it, and nothing reads it",
            fix=f"Name the query that it is for in [[workload]], or take it back: drop index {one.index};",
            figures=f"{figure(one.bytes, 'bytes')} on generated rows",
            subject=one.index,
        )
