"""Rows that are changed in bulk in a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.changing import LOST, changes
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.reading import by_statement
from seatrial.rules.locks.words import effect
from seatrial.rules.locks.work import changed
from seatrial.rules.naming import along, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.model.trial import Trial
    from seatrial.rules.locks.moments import Moment

LEVEL = Level.WARNS

_ROWS = "the rows stay locked {}; whoever writes to one of them waits, and what was there is left to VACUUM"
_FIX = "Change the rows in batches, each in a transaction of its own, outside of the migration that changes the schema"


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement that fills new columns in all rows, or copies a table inside a schema change."""
    for found in by_statement(each for each in changes(schema) if each.fix != LOST):
        first = found[0]
        yield Hit(
            script=first.occasion.script,
            offset=first.offset,
            what=f"one statement {joined(each.why for each in found)}",
            effect=_ROWS.format("for as long as it takes: --from TARGET tells"),
            fix="\n".join(dict.fromkeys(each.fix for each in found)),
        )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement that changes all rows of a table, or many inside a change of the schema."""
    for transaction in moments(trial):
        inside = bool(transaction[-1].held)
        for moment in transaction:
            if moment.one.statement.batch:
                continue
            if tables := changed(moment, in_schema_change=inside):
                one = moment.one
                verb = "copies" if one.statement.node == "insert_stmt" else "changes"
                where = "in the transaction of a schema change" if inside else "in one go"
                yield Hit(
                    script=one.script,
                    offset=one.statement.start,
                    what=f"{verb} the rows of {along(tables)} {where}",
                    effect=_effect(moment),
                    fix=one.safer or _FIX,
                )


def _effect(moment: Moment) -> str:
    if moment.held:
        return effect(moment.held.values(), moment.one.held or moment.one.forecast)
    lasts = moment.one.held or moment.one.forecast
    known = f"for {lasts}" if lasts else "for as long as it takes: --from TARGET tells"
    return _ROWS.format(known)
