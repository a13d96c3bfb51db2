"""What the release says of itself: its declared queries, with an answer for each organization."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.monitoring.probe import Looked, Probe
from seatrial.monitoring.probes.refused import why_refused
from seatrial.pg.declared import answers
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.sample import Key
    from seatrial.model.watch import Declared
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["FIRST_SECONDS", "MOST", "PROBE"]

#: Answers of one query that are kept, the worst.
MOST = 5_000
#: What the first look asks about: as long as there is usually between two.
FIRST_SECONDS = 60.0
#: Whose something is that is nobody's, such as a check of the whole system.
NOBODY = "(none)"
#: What a query answers: who, and how many; or who, how many failed, and of how many.
COUNTED, SHARED = 2, 3


class _Unusable(Exception):
    """An answer is none that can be watched; with why."""


def _look(connection: Connection, scope: Scope) -> Looked:
    since = scope.since or scope.now - FIRST_SECONDS
    events: dict[Key, float] = {}
    unread: dict[str, str] = {}
    for query in scope.declared:
        try:
            found = _asked(connection, query, since, scope.now)
            for key, number in _told(query, found[:MOST]):
                events[key] = events.get(key, 0.0) + number
        except StatementFailed as error:
            unread[query.name] = why_refused(error)
        except _Unusable as error:
            unread[query.name] = str(error)
        else:
            if len(found) > MOST:
                unread[query.name] = f"it answers for more than {MOST:,} {query.per}s: only the worst are watched"
    return Looked(events=events, unread=unread)


def _asked(connection: Connection, query: Declared, since: float, now: float) -> list[tuple[Any, ...]]:
    """One query's failure is its own."""
    execute_statement(connection, "SAVEPOINT seatrial_declared")
    try:
        return answers(connection, query.sql, since, now, most=MOST + 1)
    finally:
        execute_statement(connection, "ROLLBACK TO SAVEPOINT seatrial_declared; RELEASE SAVEPOINT seatrial_declared")


def _told(query: Declared, found: Sequence[Sequence[Any]]) -> list[tuple[Key, float]]:
    names = {COUNTED: ("tenants.count",), SHARED: ("tenants.bad", "tenants.of")}.get(
        len(found[0]) if found else COUNTED
    )
    if names is None:
        raise _Unusable(f"it answers with {len(found[0])} columns: {query.per}, how many failed and of how many")
    told = []
    for who, *numbers in found:
        subject = f"{query.name}: {NOBODY if who is None else who}"
        # Null is what nobody knows, and no zero.
        told += [((name, subject), _number(one)) for name, one in zip(names, numbers, strict=True) if one is not None]
    return told


def _number(value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise _Unusable("what it counts is no number") from None
    if not math.isfinite(number) or number < 0:
        raise _Unusable("what it counts is negative, or no number")
    return number


PROBE = Probe(source="tenants", look=_look)
