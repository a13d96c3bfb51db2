"""Makes calls of the queries of the workload: who sends them, and with which values, drawn from the rows there are.

Always the same ones of the same rows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.model.performance import Call, Sender
from seatrial.performance.senders.people import Crowd, Person
from seatrial.performance.senders.requests import sender_of
from seatrial.performance.senders.values import Values
from seatrial.pg.connection import execute

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.tenancy import Tenancy
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["as_written", "calls_of"]

#: Millions of users are put in order.
_ROOM = "SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL jit = off"


def calls_of(
    connection: Connection, queries: Sequence[WorkloadQuery], tenancy: Tenancy | None, *, most: int = 50
) -> tuple[tuple[Call, ...], tuple[str, ...]]:
    """Each query as each of its kinds of user, with senders; and notes on what could not be drawn.

    The first sender is one of the largest tenant, as a limit is for the worst case: whoever can send a query only once
    sends that. Then tenants of every size take turns with those that are drawn by lot, which are as most users are.

    Args:
        connection: of a superuser, idle, to a database with rows; nothing of it stays.
        queries: of the workload.
        tenancy: who the kinds of user are; without it all queries are as they are written.
        most: senders of a call.
    """
    calls, notes = [], []
    execute(connection, "BEGIN")
    try:
        execute(connection, _ROOM)
        drawing = _Drawing(connection, tenancy, most) if tenancy else None
        for query in queries:
            if drawing is None or not query.callers:
                calls.append(as_written(query))
                notes += [f"{query.name}: no tenancy says who {', '.join(query.callers)} are"] if query.callers else []
            else:
                for caller in query.callers:
                    call, said = drawing.call(query, caller)
                    calls.append(call)
                    notes += [f"{query.name} as {caller}: {one}" for one in said]
    finally:
        execute(connection, "ROLLBACK")
    return tuple(calls), tuple(dict.fromkeys(notes))


def as_written(query: WorkloadQuery, *, caller: str = "", role: str = "") -> Call:
    """A query as its settings have it, or as another role with the same claims and values."""
    sender = Sender(role=role or query.role, claims=query.claims, params=query.params)
    return Call(query=query, caller=caller, senders=(sender,))


class _Drawing:
    """Of one database."""

    def __init__(self, connection: Connection, tenancy: Tenancy, most: int) -> None:
        self._tenancy, self._most = tenancy, most
        self._crowd = Crowd(connection, tenancy, most)
        self._values = Values(connection, tenancy, most)

    def call(self, query: WorkloadQuery, caller: str) -> tuple[Call, list[str]]:
        """One call, and what could not be drawn for it."""
        people = self._crowd.people(query, caller)
        if not people:
            return as_written(query, caller=caller), [f"{self._crowd.why(caller)}: it is sent as it is written"]
        drawn, notes = self._drawn(query, people)
        senders = [
            sender_of(self._tenancy, caller, person, _params(query, person, row))
            for person, row in zip(people, drawn, strict=True)
        ]
        return Call(query=query, caller=caller, senders=_once(senders)), notes

    def _drawn(self, query: WorkloadQuery, people: Sequence[Person]) -> tuple[list[dict[str, str]], list[str]]:
        """For each person the values of the columns that the query wants, and what there is none of."""
        drawn: list[dict[str, str]] = [{} for _ in people]
        notes: list[str] = []
        for table, columns in _wanted(query):
            found = self._values.of(table, columns, frozenset(person.tenant for person in people))
            if isinstance(found, str):
                notes.append(f"{found}: the value in params is sent")
                continue
            for number, (person, row) in enumerate(zip(people, drawn, strict=True)):
                held = found.get(person.tenant, found.get("", ()))
                row.update(held[number % len(held)] if held else {})
        return drawn, notes


def _wanted(query: WorkloadQuery) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The columns by table: what is taken from one table is taken from one row of it."""
    found: dict[str, dict[str, None]] = {}
    for source in query.draw:
        if source not in {"", "tenant", "user"}:
            table, _, _ = source.rpartition(".")
            found.setdefault(table, {})[source] = None
    return ((table, tuple(columns)) for table, columns in found.items())


def _params(query: WorkloadQuery, person: Person, row: dict[str, str]) -> list[str | int | float | bool | None]:
    """What nothing could be drawn for is as it is written."""
    known = {"tenant": person.tenant, "user": person.user, **row}
    sources = query.draw or ("",) * len(query.params)
    return [known.get(source) or written for source, written in zip(sources, query.params, strict=True)]


def _once(senders: Sequence[Sender]) -> tuple[Sender, ...]:
    """Where nothing depends on who sends it, one is enough."""
    told = {json.dumps([one.claims, one.params, dict(one.settings)], sort_keys=True): one for one in reversed(senders)}
    return tuple(reversed(told.values()))
