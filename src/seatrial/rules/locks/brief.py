"""Locks that a statement takes without going through rows itself, and what the transaction does while it holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.source import Transaction
from seatrial.rules.locks.work import is_reported, worked_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.evidence import Lock
    from seatrial.rules.locks.moments import Moment

__all__ = ["Taken", "taken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One lock of one statement."""

    moment: Moment
    lock: Lock
    #: Statements behind it that go through the rows of other tables.
    over: tuple[Moment, ...]
    #: Those tables.
    tables: tuple[str, ...]
    #: Whether a statement behind it goes through the rows of this one, which is that statement's finding.
    over_itself: bool


def taken(transaction: Sequence[Moment]) -> Iterator[Taken]:
    """Every lock that would be over in a moment if the transaction ended with its statement."""
    if not transaction[-1].held:
        return
    work = [(moment, worked_on(moment, in_schema_change=True)) for moment in transaction]
    for at, moment in enumerate(transaction):
        alone = moment.one.statement.transaction is Transaction.STANDALONE
        if alone or not moment.taken or is_reported(moment):
            continue
        for lock in moment.taken:
            others = [(m, [t for t in tables if t != lock.relation]) for m, tables in work[at + 1 :]]
            yield Taken(
                moment=moment,
                lock=lock,
                over=tuple(m for m, tables in others if tables),
                tables=tuple(dict.fromkeys(table for _, tables in others for table in tables)),
                over_itself=any(lock.relation in tables for _, tables in work[at + 1 :]),
            )
