"""A BEGIN inside a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Transaction
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.transactions.walk import line_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.WARNS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each BEGIN while the author's own transaction is open."""
    for script in texts(scripts):
        for visit in walk(script):
            if visit.statement.transaction is Transaction.BEGIN and visit.begin:
                yield Hit(
                    script=script,
                    offset=visit.statement.start,
                    what=f"a transaction is open since line {line_of(script, visit.begin)}: this BEGIN begins nothing",
                    effect="transactions do not nest: the next COMMIT ends the first one, and what follows it is "
                    "outside any transaction",
                    fix="Delete this BEGIN and its COMMIT, or write savepoint part; … release savepoint part;",
                )
