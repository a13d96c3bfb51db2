"""Several tables that one transaction locks one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.moments import moments
from seatrial.rules.naming import joined, line_at, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.trial import Trial

LEVEL = Level.INFORMS


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each transaction that locks a table while it keeps another locked, at the second lock."""
    for transaction in moments(trial):
        order = {
            lock.relation: moment for moment in reversed(transaction) for lock in moment.taken if lock.kind != "view"
        }
        by_time = sorted(order.items(), key=lambda each: each[1].one.statement.start)
        starts = [moment.one.statement.start for _, moment in by_time]
        if len(set(starts)) > 1:
            one = next(moment.one for _, moment in by_time if moment.one.statement.start > starts[0])
            named = joined(
                f"{quoted(table)} in line {line_at(m.one.script, m.one.statement.start)}" for table, m in by_time
            )
            yield Hit(
                script=one.script,
                offset=one.statement.start,
                what=f"one transaction locks {len(order)} tables and keeps them to its end: {named}",
                effect="whoever works on them in another order can end in a deadlock with the migration: one of them "
                "is thrown out with 40P01",
                fix="One table a migration; or lock them in the order in which the application does",
            )
