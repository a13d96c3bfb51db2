"""DROP INDEX or DETACH PARTITION without CONCURRENTLY."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.words import waiting
from seatrial.rules.locks.work import dropped_or_detached
from seatrial.rules.naming import along, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_FIX = (
    "Write CONCURRENTLY, in a migration of its own; for the index of a partitioned table, and where there is a default "
    "partition, that is not to be had: SET LOCAL lock_timeout = '2s'; before it"
)


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each such statement on tables of before, where nothing limits the waiting for the lock."""
    for transaction in moments(trial):
        for moment in transaction:
            tables = dropped_or_detached(moment)
            if tables and not moment.limited:
                locks = joined(f"{lock.mode.words} on {lock.relation}" for lock in moment.taken)
                yield Hit(
                    script=moment.one.script,
                    offset=moment.one.statement.start,
                    what=f"locks {along(tables)} although it could do without",
                    effect=f"{locks}, waited for until others are through with the table; {waiting(moment.taken)}",
                    fix=moment.one.safer or _FIX,
                )
