"""A table that a change of the schema reads from end to end while it is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.words import effect
from seatrial.rules.locks.work import scanned
from seatrial.rules.naming import along

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_FIX = "Add the check as NOT VALID, and read the rows with VALIDATE CONSTRAINT in a migration of its own"


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement that reads whole tables of before under a lock of its transaction."""
    for transaction in moments(trial):
        for moment in transaction:
            if tables := scanned(moment):
                one = moment.one
                locks = {lock.relation: lock for lock in (*moment.taken, *(moment.held[table] for table in tables))}
                yield Hit(
                    script=one.script,
                    offset=one.statement.start,
                    what=f"{along(tables)} {'are' if len(tables) > 1 else 'is'} read from end to end while locked",
                    effect=effect(locks.values(), one.held or one.forecast),
                    fix=one.safer or _FIX,
                )
