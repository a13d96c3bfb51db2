"""DROP INDEX or DETACH PARTITION without CONCURRENTLY."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, Drop
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.building import table_of
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.taking import limited
from seatrial.rules.locks.words import waiting
from seatrial.rules.locks.work import dropped_or_detached
from seatrial.rules.naming import along, joined
from seatrial.rules.spelling import relation
from seatrial.rules.usage import is_in_use, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Occasion, Schema
    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_WAITED_FOR = "waited for until others are through with the table"
_FIX = (
    "Write CONCURRENTLY, in a migration of its own; for the index of a partitioned table, and where there is a default "
    "partition, that is not to be had: SET LOCAL lock_timeout = '2s'; before it"
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such statement on tables in use, where nothing limits the waiting for the lock."""
    patient = limited(schema)
    for _, group in groupby(schema.occasions, key=whole):
        found = [(one, *each) for one in group if one.number not in patient for each in _found(schema, one)]
        if found:
            first, tables = found[0][0], list(dict.fromkeys(table for _, table, _ in found))
            yield Hit(
                script=first.script,
                offset=first.offset,
                what=_what(tables),
                effect=f"ACCESS EXCLUSIVE on {joined(tables)}, {_WAITED_FOR}; reads and writes wait",
                fix="\n".join(dict.fromkeys(fix for *_, fix in found)),
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
                    what=_what(tables),
                    effect=f"{locks}, {_WAITED_FOR}; {waiting(moment.taken)}",
                    fix=moment.one.safer or _FIX,
                )


def _found(schema: Schema, occasion: Occasion) -> Iterator[tuple[str, str]]:
    """The table that is locked, and the same without the lock."""
    match occasion.command:
        case Drop(kind="index", concurrently=False, names=indexes):
            for index in indexes:
                table = table_of(schema, index, occasion)
                if table and is_in_use(schema, table.name, occasion):
                    plain = f"drop index concurrently {relation(index)};"
                    yield table.name, _FIX if table.partitioned else f"-- alone in a migration of its own:\n{plain}"
        case AlterTable(table=table) as altered if is_in_use(schema, table, occasion):
            for action in altered.actions:
                if action.kind == "detach partition" and not (action.concurrently or action.detail):
                    part = relation(action.name)
                    plain = f"alter table {relation(table)} detach partition {part} concurrently;"
                    yield table, f"-- alone in a migration of its own:\n{plain}"
        case _:
            pass


def _what(tables: Iterable[str]) -> str:
    return f"locks {along(tables)} although it could do without"
