"""Queries as an application sends them, and what the server takes for each: prepared, as a role, under row security.

PostgREST prepares its queries, so a session has the plan after the first few; with `planned` the server plans each
call anew, as it does behind a pooler of transactions. Every call comes from somebody else, about another organization.
"""

from __future__ import annotations

import re
import statistics
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.release.data import MIGRATIONS, text

from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.pg.connection import Connection

__all__ = [
    "QUERIES",
    "Caller",
    "Query",
    "Times",
    "callers",
    "plan",
    "rolled_back",
    "seed_shaped",
    "times",
    "without_indexes",
]

#: After so many calls a session has settled on a plan; they are not counted.
SETTLING = 10
INDEX = re.compile(r"create index if not exists (\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One that is prepared; `$1` is an organization."""

    name: str
    sql: str
    parameters: str = "(uuid)"

    def call(self, organization: str) -> str:
        """How it is executed for one."""
        return f"execute {self.name}('{organization}')" if self.parameters else f"execute {self.name}"


QUERIES = {
    one.name: one
    for one in (
        Query(
            name="active_integrations",
            sql="select id, integration_type, status, configuration, last_sync_at from public.integrations"
            " where organization_id = $1 and is_active order by integration_type",
        ),
        Query(
            name="integrations_of_organization",
            sql="select id, integration_type, is_active, status from public.integrations"
            " where organization_id = $1 order by integration_type",
        ),
        # What Supabase's clients send where nobody says which organization: row security is the filter.
        Query(
            name="my_active_integrations",
            sql="select id, integration_type, status, configuration, last_sync_at from public.integrations"
            " where is_active order by integration_type limit 1000",
            parameters="",
        ),
        Query(
            name="events_by_date",
            sql="select id, event_type, contact_id, occurred_at from public.crm_events where organization_id = $1"
            " and occurred_at >= now() - interval '30 days' order by occurred_at desc limit 100",
        ),
        Query(
            name="contacts_by_name",
            sql="select id, full_name from public.contacts where organization_id = $1 order by full_name limit 50",
        ),
        # A log: its policies make an array of every organization for an operator.
        Query(
            name="audit_log_of_organization",
            sql="select id, action, actor_id, created_at from public.audit_logs where organization_id = $1"
            " order by created_at desc limit 50",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody, and the organization that it is about."""

    claims: str
    organization: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of the server."""

    milliseconds: tuple[float, ...]
    #: Of all calls together.
    rows: int

    @property
    def p50(self) -> float:
        """The middle one."""
        return statistics.median(self.milliseconds)

    @property
    def p99(self) -> float:
        """What 99 of 100 calls did not exceed; the longest where there are fewer."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]

    @property
    def as_json(self) -> dict[str, float]:
        """For the results."""
        return {
            "p50_ms": round(self.p50, 4),
            "p99_ms": round(self.p99, 4),
            "runs": len(self.milliseconds),
            "rows_per_run": round(self.rows / len(self.milliseconds), 2),
        }


def callers(connection: Connection, kind: str, most: int) -> list[Caller]:
    """As many as there are, always the same: `member`, `administrator`, `operator`."""
    found = rows(connection, "select claims, organization::text from scale.callers(%s, %s)", (kind, most))
    return [Caller(**one) for one in found]


def times(
    connection: Connection, query: Query, crowd: Sequence[Caller], *, budget: float = 30.0, planned: bool = False
) -> Times:
    """What each of them waits for the server.

    Args:
        connection: of a superuser.
        query: what they ask.
        crowd: in turn; each once, less the first few.
        budget: seconds for all of it, but three calls at least are made.
        planned: whether each call is planned anew.
    """
    mode = "force_custom_plan" if planned else "auto"
    with _prepared(connection, query, mode):
        found = rows(
            connection,
            "select milliseconds, returned from scale.times(%s, %s, %s)",
            ([query.call(one.organization) for one in crowd], [one.claims for one in crowd], budget),
        )
    counted = found[SETTLING:] if len(found) > 3 * SETTLING else found
    return Times(
        milliseconds=tuple(one["milliseconds"] for one in counted), rows=sum(int(one["returned"]) for one in counted)
    )


def plan(connection: Connection, query: Query, caller: Caller, *, settled: bool = True) -> tuple[str, ...]:
    """With the pages that it read, of one call.

    Args:
        connection: of a superuser.
        query: what is asked.
        caller: by whom.
        settled: whether the session has had its calls before, and chosen its plan.
    """
    call = query.call(caller.organization)
    with _prepared(connection, query, "auto"), connection.cursor() as cursor:
        cursor.execute("select set_config('request.jwt.claims', %s, true)", (caller.claims,))
        for _ in range(SETTLING if settled else 0):
            cursor.execute(call.encode())
        cursor.execute(f"explain (analyze, buffers, timing off, costs off, summary off) {call}".encode())
        return tuple(line for (line,) in cursor.fetchall())


@contextmanager
def _prepared(connection: Connection, query: Query, mode: str) -> Iterator[None]:
    with rolled_back(connection):
        execute_script(
            connection,
            f"deallocate all; set local role authenticated; set local plan_cache_mode = {mode};"
            f" prepare {query.name} {query.parameters} as {query.sql}",
        )
        yield


@contextmanager
def rolled_back(connection: Connection) -> Iterator[None]:
    """What happens inside is undone; inside of another one too."""
    with connection.transaction(force_rollback=True):
        yield


@contextmanager
def without_indexes(connection: Connection) -> Iterator[None]:
    """The state before the release: none of its performance indexes, and only the primary key on integrations."""
    shipped = INDEX.findall((MIGRATIONS / "20250123000000_phase3_performance_indexes.sql").read_text(encoding="utf-8"))
    drops = "; ".join(f"drop index if exists public.{name}" for name in shipped)
    with rolled_back(connection):
        execute_script(connection, f"{text('no_indexes.sql')}; {drops}")
        yield


@contextmanager
def seed_shaped(connection: Connection) -> Iterator[None]:
    """The policies as the seed describes them in place of ours."""
    with rolled_back(connection):
        execute_script(connection, text("seed_policies.sql"))
        yield
