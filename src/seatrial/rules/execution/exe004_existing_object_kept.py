"""An object of which the file has a definition and the target has another one, perhaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.execution.made import Made, kept
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.trial import Trial

LEVEL = Level.INFORMS


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement whose IF NOT EXISTS met something of before."""
    made = Made()
    for one in trial.statements:
        found = {name: said for name, said in kept(one).items() if not made.knows(name)}
        if found:
            yield Hit(
                script=one.script,
                offset=one.statement.start,
                what=f"{joined(found.values())} is there already and stays as it is",
                effect="nothing compares what is there with what the file says; what comes later may rest on a "
                "definition that the target does not have",
                fix="Compare the two; then take the statement out, or ALTER what is there into what it should be",
            )
        made.add(one)
