"""An index that queries of the workload would gain by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.speed import milliseconds
from seatrial.model.words import figure
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.performance.measured import table_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.speed_trial import SpeedTrial

LEVEL = Level.WARNS


def measure(trial: SpeedTrial) -> Iterator[Hit]:
    """One hit for each index that was built and measured."""
    for one in trial.performance.proposed:
        script, offset = table_place(trial, one.table)
        gains = (
            f"{gain.query}{f' as {gain.caller}' if gain.caller else ''} takes {milliseconds(gain.before)} ms, "
            f"and {milliseconds(gain.after)} ms with it"
            for gain in one.gains
        )
        yield Hit(
            script=script,
            offset=offset,
            what=f"{quoted(one.table)} has no index that {joined(gain.query for gain in one.gains)} would gain by",
            effect="; ".join(gains),
            fix=f"{one.sql};",
            figures=f"{figure(one.bytes, 'bytes')}, {one.inserts_after:,.0f} rows inserted a second with it "
            f"instead of {one.inserts_before:,.0f}",
            subject=f"index on {one.table} {one.sql.partition(' USING ')[2]}",
        )
