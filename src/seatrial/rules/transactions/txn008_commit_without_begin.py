"""A COMMIT at the end of a file that began no transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Transaction
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.transactions.walk import changes, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script, Statement

LEVEL = Level.WARNS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each such COMMIT after the last change of the file.

    One in the middle is TXN001's, and one that a nested BEGIN has left over is TXN007's.
    """
    for script in texts(scripts):
        visits = list(walk(script))
        if any(visit.statement.transaction is Transaction.BEGIN and visit.begin for visit in visits):
            continue
        last = max((visit.statement.start for visit in visits if changes(visit.statement)), default=-1)
        for visit in visits:
            if _stray(visit.statement, visit.begin) and visit.statement.start > last:
                yield Hit(
                    script=script,
                    offset=visit.statement.start,
                    what="COMMIT ends a transaction that this file did not begin",
                    effect="it ends the tool's own transaction, and the ledger's row is written outside of it: a "
                    "failure between the two leaves the change without its row",
                    fix="Delete the COMMIT: the file is one transaction without it",
                )


def _stray(statement: Statement, begin: Statement | None) -> bool:
    return statement.transaction is Transaction.COMMIT and begin is None
