"""Who tries at an organization what they may not: its administrators read it, and others do not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.hub.ground import ADA, HARBOUR, OLGA, OTTO, SUPER, VERA, bearer, running, settings_for
from tests.hub.providers.fakes.telegram import SECRETS, TelegramFake, telegram

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground

TELEGRAM = "60000000-0000-4000-8000-0000000000a3"
FORGED = 30


@pytest.fixture
def fake() -> Iterator[TelegramFake]:
    """The Bot API."""
    with telegram() as made:
        yield made


@pytest.fixture
def client(ground: Ground, fake: TelegramFake) -> Iterator[httpx.Client]:
    """Of a hub before it."""
    settings = settings_for(ground, providers={"telegram": {"address": fake.address, "timeout": 30}})
    with running(settings) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as made:
        yield made


def _read(client: httpx.Client, user: str, event_type: str) -> list[dict[str, Any]]:
    """Those of the hub, as a user reads them through the API."""
    query = {"event_type": f"eq.{event_type}", "select": "organization_id,user_id,details"}
    answer = client.get("/rest/v1/security_events", params=query, headers=bearer(user))
    assert answer.status_code == 200, answer.text
    return [event for event in answer.json() if "count" in event["details"]]


def _awaited(client: httpx.Client, user: str, event_type: str, number: int = 1) -> list[dict[str, Any]]:
    """As soon as there are so many: they are written beside the requests."""
    end = time.monotonic() + 60
    while len(events := _read(client, user, event_type)) < number:
        assert time.monotonic() < end, "nothing is told"
        time.sleep(0.1)
    return events


def test_forged_calls_are_told_to_the_organization_of_the_integration(client: httpx.Client, fake: TelegramFake) -> None:
    path = f"/v1/organizations/{HARBOUR}/integrations/telegram"
    assert client.put(path, json={"secret": SECRETS}, headers=bearer(ADA)).status_code == 200
    address = f"{client.base_url}/v1/webhooks/telegram/{TELEGRAM}"
    for _ in range(FORGED):
        assert fake.call(address, fake.update(), "wrong").status_code == 401

    events = _awaited(client, ADA, "webhook.refused")

    assert len(events) < FORGED, "a flood is gathered"
    assert {event["organization_id"] for event in events} == {HARBOUR}
    assert {(event["details"]["reason"], event["details"]["about"]) for event in events} == {("signature", "telegram")}
    assert [_read(client, user, "webhook.refused") for user in (OTTO, VERA)] == [[], []]
    assert {event["organization_id"] for event in _read(client, SUPER, "webhook.refused")} == {HARBOUR}


def test_who_names_an_organization_that_is_not_theirs_is_told_to_it_once(client: httpx.Client) -> None:
    theirs = client.get(f"/v1/organizations/{HARBOUR}/health", headers=bearer(OTTO))
    nobodys = client.get("/v1/organizations/20000000-0000-4000-8000-00000000dead/health", headers=bearer(OTTO))

    assert theirs.status_code == nobodys.status_code == 404
    assert {**theirs.json(), "request_id": ""} == {**nobodys.json(), "request_id": ""}
    [event] = _awaited(client, OLGA, "access.refused")
    assert (event["user_id"], event["organization_id"]) == (OTTO, HARBOUR)
    assert _read(client, OTTO, "access.refused") == []
    # What is told while the first is written is written the next time.
    everything = _awaited(client, SUPER, "access.refused", 2)
    assert {each["organization_id"] for each in everything} == {HARBOUR, None}
    assert len(everything) == 2


def test_who_acts_on_an_integration_that_is_not_theirs_is_told_to_its_organization(client: httpx.Client) -> None:
    assert client.post(f"/v1/integrations/{TELEGRAM}/check", headers=bearer(OTTO)).status_code == 404

    [event] = _awaited(client, ADA, "access.refused")
    assert (event["user_id"], event["organization_id"]) == (OTTO, HARBOUR)
