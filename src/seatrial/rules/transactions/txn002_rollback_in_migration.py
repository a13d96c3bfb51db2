"""ROLLBACK in a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Transaction
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each statement that ends a transaction and throws its work away."""
    for script in texts(scripts):
        for statement in script.statements:
            if statement.transaction is Transaction.ROLLBACK:
                yield Hit(
                    script=script,
                    offset=statement.start,
                    what="ROLLBACK throws away what the file did before it",
                    effect="the ledger says that the file is applied, while its change is not in the database",
                    fix="Delete the ROLLBACK; what is only tried out belongs in a test, not in a migration",
                )
