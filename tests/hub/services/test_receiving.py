"""Calls of providers: each event once, none lost, and nothing for whoever does not sign."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.hub.ground import ADA, HARBOUR, LIGHTHOUSE
from tests.hub.services.pretence import TOKEN, at_once, call, person

from integrations_hub.domain.outside import Received
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.services.refusals import WebhookRefused

if TYPE_CHECKING:
    from tests.hub.services.pretence import At

    from integrations_hub.domain.outside import WebhookCall

FIRST = {"id": "e1", "event_type": "message.received", "payload": {"text": "hello"}}
FAILED = {"id": "e2", "event_type": "message.failed", "error_code": "131026"}


@pytest.fixture
def connected(at: At) -> str:
    """An integration that works."""
    secret = Secret({"token": TOKEN})
    return at.cases.integrations.connect(person(ADA), HARBOUR, "telegram", {"number": "1"}, secret).id


def receive(at: At, integration: str, told: WebhookCall, integration_type: str = "telegram") -> Received:
    return at.cases.receiving.receive(integration_type, integration, told)


def refusal(at: At, integration: str, told: WebhookCall, integration_type: str = "telegram") -> Refusal:
    with pytest.raises(Refusal) as caught:
        receive(at, integration, told, integration_type)
    return caught.value


def kept(at: At) -> list[dict[str, Any]]:
    """Beside those of the seed."""
    query = "select * from public.crm_events where id::text not like '32000000-%%' order by event_type, occurred_at"
    return at.rows(query)


def calls(at: At, integration: str) -> list[tuple[int, int]]:
    query = "select calls, failures from public.integration_usage_statistics where integration_id = %s"
    return [(row["calls"], row["failures"]) for row in at.rows(query, integration)]


def test_what_a_provider_tells_is_kept(at: At, connected: str) -> None:
    assert receive(at, connected, call(FIRST, FAILED)).reply == "ok"

    failed, first = kept(at)
    assert (first["payload"], str(first["organization_id"])) == ({"text": "hello"}, HARBOUR)
    uses = {use["event_type"]: (use["is_success"], use["error_code"]) for use in at.uses(connected)}
    assert (failed["event_type"], first["event_type"]) == tuple(sorted(uses))
    assert uses == {"message.received": (True, None), "message.failed": (False, "131026")}
    assert calls(at, connected) == [(2, 1)]


def test_a_handshake_is_answered_and_keeps_nothing(at: At, connected: str) -> None:
    assert receive(at, connected, call(method="GET", challenge="1158201444")).reply == "1158201444"
    assert (kept(at), at.uses(connected)) == ([], [])


def test_the_same_delivery_twenty_times_at_once_is_one_event(at: At, connected: str) -> None:
    told = call(FIRST, FAILED)

    results = at_once(lambda: receive(at, connected, told), 20)

    assert all(isinstance(result, Received) for result in results), results
    assert len(kept(at)) == len(at.uses(connected)) == 2
    assert calls(at, connected) == [(2, 1)]


def test_the_same_event_at_moments_of_different_months_at_once_is_one_event(at: At, connected: str) -> None:
    """Each time lies in another partition, and so no key of the table can tell that it is the same."""
    at.rows("select * from public.purge_usage_history()")
    told = call(FIRST)
    moments = iter([replace(told, at=told.at - timedelta(days=days)) for days in (0, 40, 80, 0, 33, 66) * 2])

    results = at_once(lambda: receive(at, connected, next(moments)), 12)

    assert all(isinstance(result, Received) for result in results), results
    assert len(kept(at)) == len(at.uses(connected)) == 1
    assert calls(at, connected) == [(1, 0)]


def test_deliveries_that_overlap_in_any_order_do_not_wait_for_ever(at: At, connected: str) -> None:
    events = [{"id": f"e{number}", "event_type": "message.read", "payload": {"n": number}} for number in range(40)]
    told = iter([call(*events), call(*reversed(events)), call(*events[20:], *events[:20]), call(*events[::2])] * 4)

    results = at_once(lambda: receive(at, connected, next(told)), 16)

    assert all(isinstance(result, Received) for result in results), results
    assert len(at.uses(connected)) == 40
    assert calls(at, connected) == [(40, 0)]


def test_an_event_that_is_told_twice_in_one_call_is_one(at: At, connected: str) -> None:
    receive(at, connected, call(FIRST, FIRST))

    assert len(at.uses(connected)) == 1


def test_an_event_that_is_told_after_its_use_was_purged_is_no_new_one(at: At, connected: str) -> None:
    receive(at, connected, call(FIRST))
    at.execute("delete from public.integration_usage_events")

    receive(at, connected, call(FIRST))

    assert (at.uses(connected), calls(at, connected)) == ([], [(1, 0)])


def test_nobody_takes_the_place_of_an_event_by_its_id(at: At, connected: str) -> None:
    """Members choose the ids of the events that they record in their own organization."""
    taken = str(uuid.uuid5(uuid.UUID(connected), "event e1"))
    at.execute(
        "insert into public.crm_events (id, organization_id, event_type) values (%s, %s, 'note.made')",
        taken,
        LIGHTHOUSE,
    )

    receive(at, connected, call(FIRST))
    receive(at, connected, call(FIRST))

    assert [(str(event["organization_id"]), event["payload"]) for event in kept(at)] == [
        (HARBOUR, {"text": "hello"}), (LIGHTHOUSE, {}),
    ]  # fmt: skip
    assert len(at.uses(connected)) == 1


def test_the_same_id_of_another_integration_is_another_event(at: At, connected: str) -> None:
    other = at.cases.integrations.connect(person(ADA), HARBOUR, "whatsapp", {}, Secret({"token": TOKEN})).id
    receive(at, connected, call(FIRST))
    receive(at, other, call(FIRST), "whatsapp")

    assert len(kept(at)) == 2


def test_what_is_not_signed_is_refused_and_kept_nowhere(at: At, connected: str) -> None:
    before = at.integration(connected)

    refused = refusal(at, connected, call(FIRST, token="somebody else's"))

    assert isinstance(refused, WebhookRefused)
    assert (refused.status, refused.code) == (401, "webhook_refused")
    assert (kept(at), at.uses(connected), at.integration(connected)) == ([], [], before)


def test_what_is_off_and_what_is_not_there_is_told_in_the_same_words(at: At, connected: str) -> None:
    at.cases.integrations.disable(person(ADA), connected)
    told = call(FIRST)
    email = "60000000-0000-4000-8000-0000000000a2"

    bodies = [
        refusal(at, integration, told, integration_type).body()
        for integration, integration_type in (
            (connected, "telegram"), (str(uuid.uuid4()), "telegram"), (connected, "whatsapp"), (email, "email"),
            (connected, "no_such_type"),
        )
    ]  # fmt: skip

    assert {body["code"] for body in bodies} == {"webhook_not_found"}
    assert all(body == bodies[0] for body in bodies)


def test_what_is_signed_and_not_understood_is_not_taken(at: At, connected: str) -> None:
    assert (refusal(at, connected, call(body=b"{")).status, kept(at)) == (400, [])


def test_what_cannot_be_verified_is_called_again(at: At, connected: str) -> None:
    at.execute("update private.integration_credentials set key_id = 'elsewhere' where integration_id = %s", connected)
    assert refusal(at, connected, call(FIRST)).status == 503
    at.execute(
        "update private.integration_credentials set key_id = 'old', nonce = decode(repeat('00', 12), 'hex')"
        " where integration_id = %s", connected,
    )  # fmt: skip
    assert (refusal(at, connected, call(FIRST)).status, kept(at)) == (503, [])


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "a\0b"}, {"text": "\ud83d alone"}, {"text": "\ud83d\ude00 whole"}, {"a\0": {"b": ["\0"]}},
        {"text": "'; drop table public.crm_events; --"}, {"deep": [[[[[[1]]]]]]}, {"number": 10**300},
    ],
)  # fmt: skip
def test_whatever_a_customer_writes_can_be_kept(at: At, connected: str, payload: dict[str, Any]) -> None:
    receive(at, connected, call({"id": "odd", "event_type": "message.received", "payload": payload}))

    (event,) = kept(at)
    assert "\0" not in json.dumps(event["payload"])
    if payload == {"text": "\ud83d\ude00 whole"}:
        assert event["payload"] == {"text": "😀 whole"}


def test_being_called_is_an_exchange_and_no_proof_of_the_credentials(at: At, connected: str) -> None:
    at.execute(
        "update public.integrations set status = 'error', last_error = 'revoked', last_sync_at = now() - interval '1 h'"
        " where id = %s", connected,
    )  # fmt: skip
    told = call(FIRST)

    receive(at, connected, told)

    row = at.integration(connected)
    assert (row["status"], row["last_error"], row["last_sync_at"]) == ("error", "revoked", told.at)


def test_a_call_that_could_not_be_kept_is_taken_when_it_comes_again(at: At, connected: str) -> None:
    at.execute(
        "alter table public.integration_usage_events"
        " add constraint full_disk check (event_type <> 'message.received') not valid"
    )
    told = call(FIRST)
    assert refusal(at, connected, told).status >= 400
    assert kept(at) == []
    at.execute("alter table public.integration_usage_events drop constraint full_disk")

    receive(at, connected, told)

    assert len(kept(at)) == len(at.uses(connected)) == 1
