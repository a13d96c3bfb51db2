"""A table that a change of the schema reads from end to end while it is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.building import builds
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.reading import by_statement, lasting
from seatrial.rules.locks.rewriting import rewrites
from seatrial.rules.locks.scanning import scans
from seatrial.rules.locks.words import effect
from seatrial.rules.locks.work import scanned
from seatrial.rules.naming import along, joined
from seatrial.rules.usage import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Schema
    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_FIX = "Add the check as NOT VALID, and read the rows with VALIDATE CONSTRAINT in a migration of its own"


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement that reads whole tables in use, where it does not work on them in a longer way."""
    longer = {whole(each.occasion) for found in (rewrites, builds) for each in found(schema)}
    for found in by_statement(each for each in scans(schema) if whole(each.occasion) not in longer):
        first = found[0]
        yield Hit(
            script=first.occasion.script,
            offset=first.offset,
            what=f"{_read(dict.fromkeys(each.table for each in found))}: {joined(each.why for each in found)}",
            effect=lasting(found),
            fix="\n".join(dict.fromkeys(each.fix for each in found)),
        )


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
                    what=_read(tables),
                    effect=effect(locks.values(), one.held or one.forecast),
                    fix=one.safer or _FIX,
                )


def _read(tables: Iterable[str]) -> str:
    named = tuple(tables)
    return f"{along(named)} {'are' if len(named) > 1 else 'is'} read from end to end while locked"
