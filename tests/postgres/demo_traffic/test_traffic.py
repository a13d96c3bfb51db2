"""Applications use the demo's production before, while and after Phase 3 is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.postgres.demo_traffic.production import shipped, until
from tests.postgres.release.deployed import apply, migrations

from seatrial.flows.demo_applications import applications
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from collections import Counter

    from tests.postgres.demo_traffic.production import Production

#: What the old tables are enough for.
OLD = {
    "events_by_date", "contacts_by_name", "contacts_to_follow_up", "log_event", "open_opportunities", "touch_contact",
    "workflows_by_activity", "agent_runs_by_status", "active_workflows_due", "pending_automation_requests",
    "rate_limit_check", "pending_notifications",
}  # fmt: skip


def _everything() -> set[str]:
    return {query.name for one in applications(shipped().release.workload) for query in one.asks}


def _asked(counts: Counter[tuple[str, str]]) -> set[str]:
    return {name for name, _ in counts}


def _failed(counts: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    return {key: number for key, number in counts.items() if key[1]}


def test_it_goes_on_while_the_release_is_deployed_and_nothing_fails(before: Production) -> None:
    with before.traffic() as traffic:
        counts = until(traffic, lambda counts: _asked(counts) >= OLD)
        assert _asked(counts) == OLD
        apply(before.dsn, migrations("20250"))
        traffic.release_is_there()
        counts = until(traffic, lambda counts: _asked(counts) == _everything())
    assert _failed(traffic.counts()) == {}


def test_it_is_of_several_roles_and_organizations_and_leaves_rows(after: Production) -> None:
    with after.traffic() as traffic:
        traffic.release_is_there()
        until(traffic, lambda counts: counts["save_integration", ""] > 20 and counts["send_message", ""] > 60)
    with connect(after.dsn) as connection:
        [found] = rows(
            connection,
            """SELECT count(DISTINCT organization_id) AS organizations, bool_and(is_success) AS fine
               FROM public.integration_usage_events""",
        )
        saved = rows(connection, "SELECT organization_id::text AS id FROM public.integrations ORDER BY 1")
    assert found == {"organizations": 4, "fine": True}
    assert [row["id"][-2:] for row in saved] == ["07", "08", "12", "14"]


def test_a_session_that_is_ended_comes_back(after: Production) -> None:
    with after.traffic() as traffic:
        traffic.release_is_there()
        first = until(traffic, lambda counts: counts["events_by_date", ""] > 0)
        with after.server.superuser(after.database) as connection:
            rows(
                connection,
                """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name ~ '^(web|worker|sender|admin)'""",
            )
        until(traffic, lambda counts: counts["events_by_date", ""] > first["events_by_date", ""] + 5)
