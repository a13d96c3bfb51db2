"""A statement that no transaction can hold, between the author's own BEGIN and COMMIT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Transaction
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.transactions.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each such statement."""
    for script in texts(scripts):
        for visit in walk(script):
            if visit.statement.transaction is Transaction.STANDALONE and visit.begin:
                yield Hit(
                    script=script,
                    offset=visit.statement.start,
                    what="PostgreSQL refuses this statement between BEGIN and COMMIT",
                    effect="sent as it stands, the file fails with 25001; Seatrial runs the statement alone, outside "
                    "the transaction that was asked for",
                    fix="Move the statement into a migration of its own, without BEGIN and COMMIT",
                )
