"""A lock that is held while the transaction goes through the rows of other tables."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.brief import taken
from seatrial.rules.locks.building import builds
from seatrial.rules.locks.changing import changes
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.rewriting import rewrites
from seatrial.rules.locks.scanning import scans
from seatrial.rules.locks.taking import taken as tables_taken
from seatrial.rules.locks.words import effect
from seatrial.rules.naming import along, line_at, lines
from seatrial.rules.usage import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Schema
    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_UNKNOWN = "locked until the transaction ends, for as long as that takes: rehearse with --from TARGET to learn it"


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement whose lock on a table in use waits for the work of another behind it."""
    works = sorted(
        (each for found in (rewrites, scans, builds, changes) for each in found(schema)),
        key=lambda each: each.occasion.number,
    )
    busy = {each.occasion.transaction for each in works}
    reported = {whole(each.occasion) for each in works}
    for occasion in schema.occasions:
        if occasion.transaction in busy and whole(occasion) not in reported:
            later = [
                each
                for each in works[bisect_right(works, occasion.number, key=lambda one: one.occasion.number) :]
                if each.occasion.transaction == occasion.transaction
            ]
            tables = tables_taken(schema, occasion) if later else ()
            if tables and (over := [each for each in later if each.table not in tables]):
                reported.add(whole(occasion))
                numbers = sorted({line_at(each.occasion.script, each.offset) for each in over})
                yield Hit(
                    script=occasion.script,
                    offset=occasion.offset,
                    what=_what(tables, dict.fromkeys(each.table for each in over), numbers),
                    effect=f"{along(tables)} {'are' if len(tables) > 1 else 'is'} {_UNKNOWN}",
                    fix=_fix(numbers),
                )


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
                what=_what((each.lock.relation for each in locks), tables, work),
                effect=effect((each.lock for each in locks), one.held),
                fix=_fix(work),
            )


def _what(locked: Iterable[str], tables: Iterable[str], work: Iterable[int]) -> str:
    return f"{along(locked)} stays locked while the same transaction goes through {along(tables)} ({lines(work)})"


def _fix(work: Iterable[int]) -> str:
    return f"Move this statement into a migration of its own, behind the work of {lines(work)}"
