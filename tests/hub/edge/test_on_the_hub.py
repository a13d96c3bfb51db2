"""The same on the hub as it is put together: who is refused, and where that is read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.hub.edge.door import metric
from tests.hub.ground import ADA, LIGHTHOUSE, OTTO, SUPER, bearer, running, service_key, settings_for, token
from tests.hub.identity.attacks import ATTACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground

METRICS = {"Authorization": "Bearer the token of Prometheus"}
#: One of each kind; all of them are tried on the edge by itself.
KINDS = (
    "of another project", "expired", "alg 'nOnE'", "public key as HMAC secret", "wrong audience", "role 'postgres'",
    "claims of another organization", "kid out of the folder", "forged jku", "signature stripped", "huge", "truncated",
)  # fmt: skip


@pytest.fixture
def client(ground: Ground) -> Iterator[httpx.Client]:
    """Of a hub with figures."""
    settings = settings_for(ground, service={"metrics_token": METRICS["Authorization"].removeprefix("Bearer ")})
    with running(settings) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as made:
        yield made


def _events(client: httpx.Client, user: str, event_type: str) -> list[dict[str, Any]]:
    """As a user reads them through the API."""
    answer = client.get(
        "/rest/v1/security_events",
        params={"event_type": f"eq.{event_type}", "select": "organization_id,user_id,details,source_ip"},
        headers=bearer(user),
    )
    assert answer.status_code == 200, answer.text
    return [event for event in answer.json() if "count" in event["details"]]


def _awaited(client: httpx.Client, event_type: str, reasons: set[str]) -> list[dict[str, Any]]:
    """When they are written, which is a matter of seconds."""
    ends = time.monotonic() + 60
    while True:
        events = _events(client, SUPER, event_type)
        if {event["details"]["reason"] for event in events} >= reasons:
            return events
        assert time.monotonic() < ends, events
        time.sleep(0.1)


@pytest.mark.parametrize("path", ["/rest/v1/integrations", "/rest/v1/rpc/security_posture", "/v1/types"])
def test_attacks_are_refused_counted_and_read_by_super_administrators_alone(client: httpx.Client, path: str) -> None:
    reasons = set()
    for what in KINDS:
        answer = client.get(path, headers={"Authorization": f"Bearer {ATTACKS[what][0]()}"})
        assert answer.status_code == 401, (what, answer.text)
        assert set(answer.json()) == {"code", "message", "details", "hint", "request_id"}
        reasons.add(answer.json()["details"])

    events = _awaited(client, "token.refused", reasons)

    assert {event["source_ip"] for event in events} == {"127.0.0.1"}
    assert {event["organization_id"] for event in events} == {None}
    assert _events(client, ADA, "token.refused") == []
    figures = client.get("/metrics", headers=METRICS).text
    assert all(metric(figures, "hub_refused_total", event="token.refused", reason=reason) >= 1 for reason in reasons)


def test_a_row_in_another_organization_is_refused_and_told(client: httpx.Client) -> None:
    row = {"organization_id": LIGHTHOUSE, "integration_type": "telegram"}

    answer = client.post("/rest/v1/integrations", json=row, headers=bearer(ADA))

    assert (answer.status_code, answer.json()["code"]) == (403, "42501")
    [event] = _awaited(client, "access.refused", {"42501"})
    assert (event["user_id"], event["organization_id"]) == (ADA, LIGHTHOUSE)
    assert _events(client, OTTO, "access.refused") == [event], "its owner reads it"


def test_naming_another_organization_is_refused_and_told(client: httpx.Client) -> None:
    for user in (ADA, OTTO):
        answer = client.get(f"/v1/organizations/{LIGHTHOUSE}/health", headers=bearer(user))
        assert answer.status_code == (200 if user == OTTO else 404)

    [event] = _awaited(client, "access.refused", {"organization"})
    assert (event["user_id"], event["details"]["about"]) == (ADA, LIGHTHOUSE)
    assert _events(client, OTTO, "access.refused") == [event], "its owner reads it"
    assert _events(client, ADA, "access.refused") == []


def test_the_key_of_the_service_is_not_limited_and_a_user_is(ground: Ground) -> None:
    with running(settings_for(ground, service={"requests_per_minute": 2})) as address:

        def statuses(key: str) -> list[int]:
            path, headers = f"{address}/rest/v1/integrations", {"apikey": key}
            return [httpx.get(path, headers=headers, timeout=30).status_code for _ in range(7)]

        assert statuses(service_key()) == [200] * 7
        assert statuses(token(ADA)).count(429) >= 3


def test_figures_know_the_pools_and_the_routes(client: httpx.Client) -> None:
    client.get("/rest/v1/integrations", headers=bearer(ADA))

    figures = client.get("/metrics", headers=METRICS).text

    assert metric(figures, "hub_requests_total", route="/rest/v1/{relation}", status="200") == 1
    for pool in ("database", "dialect"):
        assert metric(figures, f"hub_{pool}_connections_most") == 8
