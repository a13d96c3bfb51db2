"""What the release declares to be watched on its own tables: it answers, as the deploying role, and costs little."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.postgres.release.deployed import ROOT

from seatrial.model.watch import Declared
from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes.tenants import PROBE
from seatrial.pg.connection import connect, snapshot
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.release.deployed import Release

    from seatrial.monitoring.probe import Looked
    from seatrial.pg.connection import Connection

ROWS = Path(__file__).with_name("watched_rows.sql")
QUERIES = read_settings(ROOT / "seatrial.toml").watch.query
#: That grow with use, and must never be read from end to end.
GROWING = ("integration_usage_events", "system_health_checks", "system_alert_history")


@pytest.fixture
def used(release: Release) -> Iterator[Connection]:
    """The release after two months."""
    with connect(release.dsn) as connection:
        connection.execute(ROWS.read_bytes())
        yield connection


def _look(connection: Connection) -> Looked:
    declared = tuple(Declared(name=one.name, sql=one.sql, per=one.per, limit=one.limit) for one in QUERIES)
    with snapshot(connection):
        return PROBE.look(connection, Scope(declared=declared, since=time.time() - 660, now=time.time()))


def test_each_query_answers_worst_first_for_whom_it_is_about(used: Connection) -> None:
    found = _look(used)
    assert found.unread == {}
    events = {(what, subject): number for (what, subject), number in found.events.items() if number}
    # Harbour Trading has three integrations, one of them by mail; of ten minutes one failed.
    assert events["tenants.bad", "failed sends: Harbour Trading (000a)"] == pytest.approx(1, abs=1)
    assert events["tenants.of", "failed sends: Harbour Trading (000a)"] == pytest.approx(33, abs=6)
    assert ("tenants.bad", "failed sends: Lighthouse Logistics (000b)") not in events
    assert events["tenants.of", "failed sends of a provider: whatsapp"] == pytest.approx(22, abs=4)
    # The sample tenants have an unhealthy check of another component.
    assert events["tenants.bad", "unhealthy checks: Harbour Trading (000a)"] == 2
    assert events["tenants.of", "unhealthy checks: the system"] == 2
    assert events["tenants.bad", "unhealthy components: queue"] == 1
    assert events["tenants.of", "unhealthy components: queue"] == 4
    assert events["tenants.count", "open alerts: Integrations in error"] == 1
    assert events["tenants.count", "critical alerts of the system: Integration health is not recorded"] == 1


def test_an_alert_is_new_right_after_a_deployment(used: Connection) -> None:
    used.execute("UPDATE public.system_alert_history SET fired_at = now() WHERE status = 'open'")
    assert not [subject for _, subject in _look(used).events if subject.startswith("critical alerts")]


def test_the_limits_that_the_settings_have_tell_good_from_bad(used: Connection) -> None:
    """A release without failures stays below each of them."""
    used.execute("DELETE FROM public.integration_usage_events WHERE NOT is_success")
    used.execute("UPDATE public.system_health_checks SET status = 'healthy' WHERE status <> 'healthy'")
    used.execute(
        "UPDATE public.system_alert_history SET status = 'resolved', resolved_at = now() WHERE status <> 'resolved'"
    )
    found = _look(used)
    assert not any(number for (what, _), number in found.events.items() if what != "tenants.of")


def test_what_grows_with_use_is_never_read_from_end_to_end(used: Connection) -> None:
    for query in QUERIES:
        asked = query.sql.replace("$1", "now() - interval '1 minute'").replace("$2", "now()")
        plan = "\n".join(row[0] for row in used.execute(b"EXPLAIN " + asked.encode()).fetchall())
        assert not any(f"Seq Scan on {table}" in plan for table in GROWING), f"{query.name}\n{plan}"
