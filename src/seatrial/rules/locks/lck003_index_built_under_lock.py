"""An index that is built while writes wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.evidence import LockMode
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.building import builds
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.reading import by_statement, lasting
from seatrial.rules.locks.rewriting import rewrites
from seatrial.rules.locks.words import effect
from seatrial.rules.locks.work import indexed
from seatrial.rules.naming import along, joined
from seatrial.rules.usage import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_FIXES = {
    "index_stmt": "Write CREATE INDEX CONCURRENTLY, in a migration of its own",
    "reindex_stmt": "Write REINDEX … CONCURRENTLY, in a migration of its own",
}
_CONSTRAINT = (
    "Build the index with CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then add the constraint USING "
    "INDEX; for EXCLUDE there is no other way: deploy it when nobody writes"
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement that builds an index of a table in use, where it does not write it anew as well."""
    anew = {whole(each.occasion) for each in rewrites(schema)}
    for found in by_statement(each for each in builds(schema) if whole(each.occasion) not in anew):
        first = found[0]
        tables = along(dict.fromkeys(each.table for each in found))
        yield Hit(
            script=first.occasion.script,
            offset=first.offset,
            what=f"an index of {tables} is built while the table is locked: {joined(each.why for each in found)}",
            effect=lasting(found),
            fix="\n".join(dict.fromkeys(each.fix for each in found)),
        )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement that builds an index of a table of before under a lock."""
    for transaction in moments(trial):
        for moment in transaction:
            if tables := indexed(moment):
                one = moment.one
                locks = [moment.lock_on(table, LockMode.SHARE) for table in tables]
                yield Hit(
                    script=one.script,
                    offset=one.statement.start,
                    what=f"an index of {along(tables)} is built while the table is locked",
                    effect=effect(locks, one.held or one.forecast),
                    fix=one.safer or _FIXES.get(one.statement.node, _CONSTRAINT),
                )
