"""The use-cases over HTTP, on a hub that runs, with the Bot API as Telegram documents it."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.hub.ground import (
    ADA,
    HARBOUR,
    LIGHTHOUSE,
    MAX,
    NOBODY,
    OTTO,
    SAM,
    SUPER,
    VERA,
    anon_key,
    bearer,
    running,
    service_key,
    settings_for,
)
from tests.hub.providers.fakes.telegram import BOT_TOKEN, CHAT, SECRETS, TelegramFake, telegram
from tests.hub.providers.fakes.web import Mood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground

#: Telegram of Harbour, as the seed has it.
TELEGRAM = "60000000-0000-4000-8000-0000000000a3"
PATH = f"/v1/organizations/{HARBOUR}/integrations/telegram"


class Api:
    """A hub and the service behind it."""

    def __init__(self, address: str, fake: TelegramFake) -> None:
        self.fake = fake
        self.address = address
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=30)

    def __call__(
        self, method: str, path: str, *, user: str | None = ADA, body: object = None, **headers: str
    ) -> httpx.Response:
        """A request of a user, or of a visitor."""
        who = {"apikey": anon_key()} if user is None else bearer(user)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.request(method, path, json=body, headers=who | named)

    def close(self) -> None:
        """Let go of its connections."""
        self._client.close()

    def connect(self, user: str = ADA, path: str = PATH) -> httpx.Response:
        """Connect the bot."""
        return self("PUT", path, user=user, body={"secret": SECRETS})


@pytest.fixture
def api(ground: Ground) -> Iterator[Api]:
    """A hub with its own Telegram."""
    with telegram() as fake:
        settings = settings_for(ground, providers={"telegram": {"address": fake.address, "timeout": 30}})
        with running(settings) as address:
            made = Api(address, fake)
            yield made
            made.close()


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert set(body) == {"code", "message", "details", "hint", "request_id"}
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def told(ground: Ground, event_type: str) -> list[dict[str, Any]]:
    """The security events of a kind, as soon as there are some; they are written beside the requests."""
    query = b"select user_id::text, details from public.security_events where event_type = %s"
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with ground.superuser() as connection:
            rows = connection.execute(query, (event_type,)).fetchall()
        if rows:
            return [{"user_id": user, "details": details} for user, details in rows]
        time.sleep(0.05)
    return []


def test_from_connecting_to_usage(api: Api) -> None:
    connected = api.connect()
    assert connected.status_code == 200, connected.text
    assert connected.json() | {"id": TELEGRAM, "status": "active", "is_active": True} == connected.json()
    assert api.fake.callbacks[0]["url"].endswith(f"/v1/webhooks/telegram/{TELEGRAM}")

    sent = api("POST", f"/v1/integrations/{TELEGRAM}/test", body={"to": CHAT, "text": "hello"}, Idempotency_Key="a-key")
    again = api(
        "POST", f"/v1/integrations/{TELEGRAM}/test", body={"to": CHAT, "text": "hello"}, Idempotency_Key="a-key"
    )
    assert (sent.status_code, again.json()) == (200, sent.json())
    assert len(api.fake.sent) == 1

    assert api("POST", f"/v1/integrations/{TELEGRAM}/check").json()["said"]
    assert api("POST", f"/v1/integrations/{TELEGRAM}/disable").json()["status"] == "inactive"
    assert api("POST", f"/v1/integrations/{TELEGRAM}/enable").json()["status"] == "active"
    rotated = api("PUT", f"/v1/integrations/{TELEGRAM}/credentials", body={"secret": SECRETS})
    assert rotated.status_code == 200, rotated.text

    health = {
        row["integration_type"]: row for row in api("GET", f"/v1/organizations/{HARBOUR}/health", user=VERA).json()
    }
    assert health["telegram"]["health"] == "healthy"
    # Of two days, as midnight may lie between; nobody has used it before.
    usage = api("GET", f"/v1/organizations/{HARBOUR}/usage?days=2", user=VERA).json()
    assert [row["calls"] for row in usage if row["integration_id"] == TELEGRAM] == [1]


def test_no_answer_has_the_secret(api: Api) -> None:
    seen = [api.connect().text]
    seen += [
        api(method, path, user=user).text
        for user in (ADA, MAX, SUPER)
        for method, path in (
            ("GET", "/v1/types"), ("GET", PATH), ("GET", f"/v1/integrations/{TELEGRAM}"),
            ("GET", f"/v1/integrations/{TELEGRAM}/credentials"), ("GET", f"/v1/organizations/{HARBOUR}/health"),
            ("GET", f"/v1/organizations/{HARBOUR}/usage"), ("GET", "/rest/v1/integrations?select=*"),
            ("GET", "/rest/v1/integration_credentials?select=*"), ("GET", "/rest/v1/audit_logs?select=*"),
        )
    ]  # fmt: skip
    api.fake.expire()
    seen.append(api("POST", f"/v1/integrations/{TELEGRAM}/check").text)
    seen.append(api.connect().text)
    seen.append(
        api("PUT", f"/v1/integrations/{TELEGRAM}/credentials", body={"secret": {"bot_token": [BOT_TOKEN]}}).text
    )
    seen.append(api("PUT", PATH, body={"secret": SECRETS, "unknown": BOT_TOKEN}).text)

    for secret in SECRETS.values():
        assert not [text for text in seen if secret in text]


@pytest.mark.parametrize(("user", "status", "code"), [
    (MAX, 403, "admin_needed"), (VERA, 403, "admin_needed"), (SAM, 404, "organization_not_found"),
    (OTTO, 404, "organization_not_found"), (NOBODY, 404, "organization_not_found"), (None, 401, "sign_in_needed"),
])  # fmt: skip
def test_only_administrators_of_the_organization_connect(api: Api, user: str | None, status: int, code: str) -> None:
    refused(api("PUT", PATH, user=user, body={"secret": SECRETS}), status, code)
    assert api.fake.asked == []


def test_a_foreign_organization_is_told_in_the_audit_trail(api: Api, ground: Ground) -> None:
    theirs = api("GET", f"/v1/organizations/{LIGHTHOUSE}/health")
    none = api("GET", f"/v1/organizations/{uuid.uuid4()}/health")
    assert {**refused(theirs, 404, "organization_not_found"), "request_id": ""} == {
        **refused(none, 404, "organization_not_found"), "request_id": "",
    }  # fmt: skip

    assert told(ground, "access.refused")[0]["user_id"] == ADA


def test_an_integration_of_another_organization_is_told_as_well(api: Api, ground: Ground) -> None:
    api.connect()

    refused(api("POST", f"/v1/integrations/{TELEGRAM}/check", user=OTTO), 404, "integration_not_found")

    assert told(ground, "access.refused")[0]["user_id"] == OTTO


def test_what_the_service_says_comes_back_in_words(api: Api) -> None:
    api.connect()
    api.fake.expire()
    body = refused(api("POST", f"/v1/integrations/{TELEGRAM}/check"), 422, "provider_refused")
    assert BOT_TOKEN not in str(body)
    assert api("GET", f"/v1/organizations/{HARBOUR}/health").json()[1]["last_error"] is not None


@pytest.mark.parametrize("mood", [Mood.DOWN, Mood.BROKEN, Mood.HTML, Mood.TRUNCATED, Mood.ECHOING, Mood.LIMITING])
def test_a_service_in_any_mood_is_no_fault_of_ours(api: Api, mood: Mood) -> None:
    api.connect()
    api.fake.mood = mood
    before = api("POST", f"/v1/integrations/{TELEGRAM}/check")
    assert before.status_code in (422, 502, 503, 504), before.text
    assert before.json()["code"].startswith("provider_")
    assert BOT_TOKEN not in before.text


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("PUT", PATH, {"secrets": {}}, {}), ("PUT", PATH, {"secret": {"bot_token": 5}}, {}), ("PUT", PATH, [], {}),
        ("PUT", PATH, {"configuration": {"a\0": 1}}, {}), ("PUT", PATH.replace("telegram", "Telegram"), {}, {}),
        ("PUT", "/v1/organizations/harbour/integrations/telegram", {}, {}),
        ("PUT", f"/v1/integrations/{TELEGRAM}/credentials", {"secret": {}}, {}),
        ("POST", f"/v1/integrations/{TELEGRAM}/test", {"to": "1", "text": "x"}, {}),
        ("POST", f"/v1/integrations/{TELEGRAM}/test", {"to": "1", "text": "x"}, {"Idempotency_Key": "a b"}),
        ("POST", f"/v1/integrations/{TELEGRAM}/test", {"to": "", "text": "x"}, {"Idempotency_Key": "a"}),
        ("GET", f"/v1/organizations/{HARBOUR}/usage?days=0", None, {}),
        ("GET", f"/v1/organizations/{HARBOUR}/usage?days=many", None, {}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_shape(
    api: Api, method: str, path: str, body: object, headers: dict[str, str]
) -> None:
    refused(api(method, path, body=body, **headers), 422, "invalid_request")


def test_the_service_role_may_connect_for_an_organization(api: Api) -> None:
    response = httpx.put(
        f"{api.address}{PATH}", json={"secret": SECRETS}, trust_env=False, timeout=30,
        headers={"Authorization": f"Bearer {service_key()}"},
    )  # fmt: skip
    assert response.status_code == 200, response.text


def test_updates_of_telegram_are_taken_once(api: Api, ground: Ground) -> None:
    api.connect()
    address = f"{api.address}/v1/webhooks/telegram/{TELEGRAM}"
    update = api.fake.update()
    assert [api.fake.call(address, update).status_code for _ in range(3)] == [200, 200, 200]
    assert api.fake.call(address, update, "wrong").status_code == 401
    assert told(ground, "webhook.refused")

    with ground.superuser() as connection:
        query = b"select count(*) from public.integration_usage_events where integration_id = %s"
        row = connection.execute(query, (TELEGRAM,)).fetchone()
    assert row == (1,)


def test_an_address_without_an_integration_is_not_told_from_one_that_is_off(api: Api) -> None:
    off = api.fake.call(f"{api.address}/v1/webhooks/telegram/{TELEGRAM}", api.fake.update())
    none = api.fake.call(f"{api.address}/v1/webhooks/telegram/nothing", api.fake.update())

    assert refused(off, 404, "webhook_not_found") | {"request_id": ""} == refused(none, 404, "webhook_not_found") | {
        "request_id": ""
    }


def test_the_description_of_the_api_names_every_answer(api: Api) -> None:
    paths = api("GET", "/v1/openapi.json").json()["paths"]
    described = [
        operation["responses"] for path, item in paths.items() if "integrations" in path for operation in item.values()
    ]

    assert len(described) == 6
    for responses in described:
        assert {"200", "401", "403", "404", "409", "422", "429", "503"} <= set(responses)
        assert responses["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")
