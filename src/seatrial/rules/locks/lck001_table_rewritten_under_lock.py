"""A table that is written anew while it is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.evidence import LockMode
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.reading import by_statement, lasting
from seatrial.rules.locks.rewriting import rewrites
from seatrial.rules.locks.words import effect
from seatrial.rules.locks.work import rewritten
from seatrial.rules.naming import along, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Schema
    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_FIX = "Make what is new beside what is there, fill it in batches, and switch over in a later migration"


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement that gives tables in use a new file with their rows in it."""
    for found in by_statement(rewrites(schema)):
        first = found[0]
        yield Hit(
            script=first.occasion.script,
            offset=first.offset,
            what=f"{_written(dict.fromkeys(each.table for each in found))}: {joined(each.why for each in found)}",
            effect=lasting(found),
            fix="\n".join(dict.fromkeys(each.fix for each in found)),
        )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement that gives tables of before a new file with their rows in it."""
    for transaction in moments(trial):
        for moment in transaction:
            if tables := rewritten(moment.one):
                one = moment.one
                rewriting = {table: moment.lock_on(table, LockMode.ACCESS_EXCLUSIVE) for table in tables}
                locks = {lock.relation: lock for lock in moment.taken} | rewriting
                yield Hit(
                    script=one.script,
                    offset=one.statement.start,
                    what=_written(tables),
                    effect=effect(locks.values(), one.held or one.forecast),
                    fix=one.safer or _FIX,
                )


def _written(tables: Iterable[str]) -> str:
    named = tuple(tables)
    return f"{along(named)} {'are' if len(named) > 1 else 'is'} written anew while locked"
