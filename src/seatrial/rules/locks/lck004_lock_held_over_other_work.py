"""A lock that is held while the transaction goes through the rows of other tables."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.brief import taken
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.words import effect
from seatrial.rules.naming import along, line_at, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.trial import Trial

LEVEL = Level.WARNS


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement whose locks could have been over at once, and are not."""
    for transaction in moments(trial):
        held = (each for each in taken(transaction) if each.over)
        for _, group in groupby(held, key=lambda each: each.moment.one.statement.start):
            locks = list(group)
            one = locks[0].moment.one
            tables = dict.fromkeys(table for each in locks for table in each.tables)
            work = sorted({line_at(one.script, over.one.statement.start) for each in locks for over in each.over})
            yield Hit(
                script=one.script,
                offset=one.statement.start,
                what=f"{along(each.lock.relation for each in locks)} stays locked while the same transaction goes "
                f"through {along(tables)} ({lines(work)})",
                effect=effect((each.lock for each in locks), one.held),
                fix=f"Move this statement into a migration of its own, behind the work of {lines(work)}",
            )
