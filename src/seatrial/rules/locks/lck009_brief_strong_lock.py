"""Tables that are locked for a moment, by a file that does not say how long that may be waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Maintain
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.brief import taken
from seatrial.rules.locks.moments import moments
from seatrial.rules.locks.taking import limited
from seatrial.rules.locks.taking import taken as tables_taken
from seatrial.rules.locks.words import waiting
from seatrial.rules.naming import joined, line_at, lines, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.schema import Schema
    from seatrial.model.trial import Trial
    from seatrial.rules.locks.brief import Taken

LEVEL = Level.INFORMS

_FIX = "SET LOCAL lock_timeout = '2s';\n-- as the first statement; when it gives up, deploy again"


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each LOCK TABLE; what else takes such a lock is many a good statement, and left to a rehearsal."""
    patient = limited(schema)
    for occasion in schema.occasions:
        lock = occasion.command
        if not isinstance(lock, Maintain) or lock.kind != "lock" or lock.nowait or occasion.number in patient:
            continue
        if tables := tables_taken(schema, occasion):
            mode = lock.mode or "access exclusive"
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"locked for a moment: {joined(f'{quoted(table)} ({mode.upper()})' for table in tables)}",
                effect=_effect("reads and writes wait" if mode == "access exclusive" else "writes wait"),
                fix=_FIX,
            )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each file, at the first lock that readers or writers may wait for."""
    files: dict[str, list[Taken]] = {}
    for transaction in moments(trial):
        for each in taken(transaction):
            if not (each.over or each.over_itself or each.moment.limited):
                files.setdefault(each.moment.one.script.source.path, []).append(each)
    for found in files.values():
        one = found[0].moment.one
        yield Hit(
            script=one.script,
            offset=one.statement.start,
            what=f"locked for a moment: {_tables(found)}",
            effect=_effect(waiting(each.lock for each in found)),
            fix=_FIX,
        )


def _effect(who_waits: str) -> str:
    return (
        "a lock is waited for until the last transaction on its table is over, and whoever comes later queues behind "
        f"it: {who_waits}, however little there is to do"
    )


def _tables(found: Sequence[Taken]) -> str:
    by_table: dict[str, list[Taken]] = {}
    for each in found:
        by_table.setdefault(each.lock.relation, []).append(each)
    return joined(
        f"{quoted(table)} ({max(each.lock.mode for each in locks).words}, {lines(map(_line, locks))})"
        for table, locks in by_table.items()
    )


def _line(found: Taken) -> int:
    return line_at(found.moment.one.script, found.moment.one.statement.start)
