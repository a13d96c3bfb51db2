"""What row security costs: the same query of the same caller with it and without it, in turn.

Without: switched off for the table in a transaction that is rolled back. What a user may read is then asked for by the
query alone, so that both sides read the same rows.
"""

from __future__ import annotations

import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison
from benchmarks.release.asked import QUERIES, Caller, Query, callers, rolled_back, times

from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.pg.connection import Connection

__all__ = ["Cost", "comparisons", "measure"]

ROUNDS = 7
#: Seconds after which no other round is begun.
PATIENCE = 60.0
#: Seconds for the calls of a round.
BUDGET = 5.0
#: Milliseconds that row security may add to a query of a few rows, and what it may multiply one of very many by.
POINT_MS, WIDE = 0.2, 1.10
MANY = 10_000
#: Read by the queries, so that row security is switched off for them.
TABLES = ("integrations", "crm_events", "contacts", "audit_logs")
FEW = (
    ("active_integrations", "member"), ("active_integrations", "administrator"), ("active_integrations", "operator"),
    ("integrations_of_organization", "member"), ("events_by_date", "member"), ("contacts_by_name", "member"),
    ("audit_log_of_organization", "administrator"), ("audit_log_of_organization", "operator"),
)  # fmt: skip
BY_TYPE = "select event_type, count(*), max(occurred_at) from public.crm_events"
#: Of one organization, which the query names.
OF_ONE = (
    Query(name="events_counted", sql="select count(*) from public.crm_events where organization_id = $1"),
    Query(name="events_by_type", sql=f"{BY_TYPE} where organization_id = $1 group by event_type"),
    Query(
        name="contacts_of_events",
        sql="select count(distinct contact_id), min(occurred_at) from public.crm_events where organization_id = $1",
    ),
)
#: Of a thousand organizations: row security finds them, or the query names them.
OF_MANY = Query(name="events_of_all_customers", sql=f"{BY_TYPE} group by event_type", parameters="")
NAMED = Query(
    name="events_of_all_customers",
    sql=f"{BY_TYPE} where organization_id = any ($1) group by event_type",
    parameters="(uuid[])",
)
OF_ALL = Query(
    name="integrations_by_status", sql="select status, count(*) from public.integrations group by status", parameters=""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One query as one kind of user, with its rounds: with row security, without it, in milliseconds."""

    query: str
    kind: str
    rounds: tuple[tuple[float, float], ...]
    #: Rows that it reads; 0 for a few.
    read: int
    #: Whether each call was planned for its values, and not once for all.
    planned: bool

    @property
    def as_json(self) -> dict[str, object]:
        """For the results."""
        secured, bare = (statistics.median(side) for side in zip(*self.rounds, strict=True))
        return {
            "query": self.query, "as": self.kind, "planned_anew": self.planned, "rows_read": self.read,
            "secured_ms": round(secured, 4), "bare_ms": round(bare, 4), "ratio": round(secured / bare, 3),
        }  # fmt: skip


def measure(connection: Connection, *, calls: int = 210, wide_calls: int = 31) -> list[Cost]:
    """Queries of a few rows, and of very many as a member of the largest organization, a consultant, an operator.

    Args:
        connection: of a superuser, to a database that `fill` has made.
        calls: of a round, of a query of a few rows, each from another caller.
        wide_calls: of a round, of one of many.
    """
    few = [
        Cost(
            query=name, kind=kind, read=0, planned=False,
            rounds=_rounds(connection, (QUERIES[name],) * 2, callers(connection, kind, calls), planned=False),
        )
        for name, kind in FEW
    ]  # fmt: skip
    return few + [
        Cost(
            query=pair[0].name, kind=kind, read=_read(connection, pair[1], caller), planned=planned,
            rounds=_rounds(connection, pair, [caller] * wide_calls, planned=planned),
        )
        for kind, pair, caller in _wide(connection)
        for planned in (False, True)
    ]  # fmt: skip


def comparisons(costs: Sequence[Cost]) -> list[Comparison]:
    """Each against its limit: what it multiplies many rows by, or what it adds to few."""
    return [_multiplied(one) if one.read >= MANY else _added(one) for one in costs if one.read >= MANY or not one.read]


def _wide(connection: Connection) -> Iterator[tuple[str, tuple[Query, Query], Caller]]:
    """Who reads very many rows: with which query under row security, and with which one without."""
    for query in OF_ONE:
        yield "member of the largest organization", (query, query), _owner_of_the_largest(connection)
    yield "consultant", (OF_MANY, NAMED), _consultant(connection)
    yield "operator", (OF_ALL, OF_ALL), callers(connection, "operator", 1)[0]


def _multiplied(one: Cost) -> Comparison:
    return Comparison(
        name=f"{one.query} as {one.kind}{', planned for its values' if one.planned else ''}",
        ours="with row security", other="without", unit="ms", rounds=one.rounds, limit=WIDE,
        aim=f"at most {WIDE:.2f} times where {MANY:,} rows and more are read",
    )  # fmt: skip


def _added(one: Cost) -> Comparison:
    return Comparison(
        name=f"added to {one.query} as {one.kind}", ours="row security", other="limit", unit="ms",
        rounds=tuple((max(secured - bare, 0.0), POINT_MS) for secured, bare in one.rounds), limit=1.0,
        aim=f"at most {POINT_MS} ms",
    )  # fmt: skip


def _rounds(
    connection: Connection, pair: tuple[Query, Query], crowd: Sequence[Caller], *, planned: bool
) -> tuple[tuple[float, float], ...]:
    found: list[tuple[float, float]] = []
    begun = time.monotonic()
    while not found or (len(found) < ROUNDS and time.monotonic() - begun < PATIENCE):
        secured = times(connection, pair[0], crowd, budget=BUDGET, planned=planned).p50
        with _without(connection):
            found.append((secured, times(connection, pair[1], crowd, budget=BUDGET, planned=planned).p50))
    return tuple(found)


def _read(connection: Connection, query: Query, caller: Caller) -> int:
    """Rows that it reads, as it counts them itself by its own condition."""
    counted = f"select from {query.sql.partition(' from ')[2].partition(' group by ')[0]}"
    with _without(connection):
        return times(connection, Query(name=query.name, sql=counted, parameters=query.parameters), [caller]).rows


@contextmanager
def _without(connection: Connection) -> Iterator[None]:
    with rolled_back(connection):
        off = (f"alter table public.{table} disable row level security" for table in TABLES)
        execute_script(connection, "; ".join(off))
        yield


def _owner_of_the_largest(connection: Connection) -> Caller:
    [one] = rows(connection, """
        select json_build_object('sub', scale.id('user', 1), 'role', 'authenticated')::text as claims,
               scale.id('organization', 1)::text as organization""")  # fmt: skip
    return Caller(**one)


def _consultant(connection: Connection) -> Caller:
    """With all organizations that are open to the one who works for a thousand."""
    [one] = rows(connection, """
        select json_build_object('sub', m.user_id, 'role', 'authenticated')::text as claims,
               array_agg(m.organization_id)::text as organization
          from public.organization_members m
         where m.user_id = scale.id('user', scale.organizations() + 1) and m.status = 'active'
         group by m.user_id""")  # fmt: skip
    return Caller(**one)
