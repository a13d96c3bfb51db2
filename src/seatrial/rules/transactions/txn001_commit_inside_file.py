"""A COMMIT with statements before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Transaction
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.transactions.walk import changes, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script, Statement

LEVEL = Level.WARNS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file that COMMIT cuts into parts, at the first such COMMIT."""
    for script in texts(scripts):
        cuts = _cuts(script.statements)
        if cuts:
            lines = ", ".join(str(line_of(script, cut)) for cut in cuts)
            yield Hit(
                script=script,
                offset=cuts[0].start,
                what=f"COMMIT cuts the file into {len(cuts) + 1} parts (line{'s' if len(cuts) > 1 else ''} {lines})",
                effect="the file is not applied as a whole: when a later part fails, the earlier ones stay; Seatrial "
                "goes on at the part that failed, other tools begin the file again",
                fix="Move what follows the COMMIT into a migration of its own, or delete the COMMIT where one "
                "transaction will do",
            )


def _cuts(statements: Sequence[Statement]) -> list[Statement]:
    """The COMMITs that have work on both sides, counted from the COMMIT before."""
    working = [at for at, statement in enumerate(statements) if changes(statement)]
    cuts: list[Statement] = []
    since = 0
    for at, statement in enumerate(statements):
        if statement.transaction is Transaction.COMMIT:
            if any(since <= work < at for work in working) and working[-1] > at:
                cuts.append(statement)
            since = at
    return cuts
