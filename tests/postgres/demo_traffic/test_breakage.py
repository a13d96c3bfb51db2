"""What breaks the demo on purpose is noticed by what the release declares and by the applications."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.postgres.demo_traffic.production import shipped, until
from tests.postgres.release.deployed import ROOT

from seatrial.catalog.security import security_of
from seatrial.flows.demo_applications import FAILING
from seatrial.flows.demo_traffic import break_on_purpose
from seatrial.model.breakage import Breakage
from seatrial.model.watch import Baseline, Declared
from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes import plans, security, tenants
from seatrial.pg.connection import connect, snapshot
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from tests.postgres.demo_traffic.production import Production

    from seatrial.monitoring.probe import Looked, Probe


def _look(production: Production, probe: Probe, scope: Scope) -> Looked:
    with connect(production.dsn) as connection, snapshot(connection):
        return probe.look(connection, scope)


def _proved(production: Production) -> Baseline:
    with connect(production.dsn) as connection:
        return Baseline(
            since=0, until=1, security=security_of(connection),
            plans=plans.plans_of(connection, shipped().release.workload),
        )  # fmt: skip


def test_an_index_of_the_release_that_is_made_useless_is_lost_to_a_query_that_is_asked(after: Production) -> None:
    scope = Scope(workload=shipped().release.workload, baseline=_proved(after))
    assert set(_look(after, plans.PROBE, scope).levels.values()) == {0.0}
    with after.traffic() as traffic:
        traffic.release_is_there()
        break_on_purpose(after.dsn, Breakage.INDEX, traffic)
        found = _look(after, plans.PROBE, scope)
        seen = traffic.counts()["events_by_date", ""]
        until(traffic, lambda counts: counts["events_by_date", ""] > seen + 2)
    assert {name for (_, name), lost in found.levels.items() if lost} == {"events_by_date"}
    # It is of use to nobody else either: the table is read from end to end, which it was not before the release.
    with connect(after.dsn) as connection:
        now = plans.plans_of(connection, shipped().release.workload)
    assert now["events_by_date"] == ()


def test_a_replaced_policy_denies_what_admins_save_and_is_drift(after: Production) -> None:
    scope = Scope(baseline=_proved(after))
    with after.traffic() as traffic:
        traffic.release_is_there()
        until(traffic, lambda counts: counts["save_integration", ""] > 2)
        break_on_purpose(after.dsn, Breakage.POLICY, traffic)
        counts = until(traffic, lambda counts: counts["save_integration", "42501"] > 5)
    assert {key for key in counts if key[1]} == {("save_integration", "42501")}
    assert {subject for _, subject in _look(after, security.PROBE, scope).levels} == {
        "policy integrations_insert on public.integrations", "policy integrations_update on public.integrations",
    }  # fmt: skip


def test_one_organizations_failures_are_its_own(after: Production) -> None:
    with after.traffic() as traffic:
        traffic.release_is_there()
        until(traffic, lambda counts: counts["save_integration", ""] > 20)
        begun = time.time()
        break_on_purpose(after.dsn, Breakage.INTEGRATION, traffic)
        sent = traffic.counts()["send_message", ""]
        until(traffic, lambda counts: counts["send_message", ""] > sent + 40 and counts["record_health", ""] > 0)
    found = _look(after, tenants.PROBE, Scope(declared=_declared(), since=begun, now=time.time()))
    assert found.unread == {}
    failed = {subject: number for (what, subject), number in found.events.items() if what == "tenants.bad" and number}
    assert f"failed sends: Organization {FAILING} (00{FAILING})" in failed
    assert "failed sends of a provider: whatsapp" in failed
    assert not any("Organization 7 " in subject for subject in failed)
    assert found.events["tenants.of", "failed sends: Organization 7 (0007)"] > 5


def _declared() -> tuple[Declared, ...]:
    queries = read_settings(ROOT / "seatrial.toml").watch.query
    return tuple(Declared(name=one.name, sql=one.sql, per=one.per, limit=one.limit) for one in queries)
