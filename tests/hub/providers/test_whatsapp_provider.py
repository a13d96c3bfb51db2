"""WhatsApp: every recorded error in words, the calls of Meta, and what is refused of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hub.providers.accounts import Ready, account, ready, trouble
from tests.hub.providers.fakes.whatsapp import NUMBER_ID, VERIFY_TOKEN, WhatsAppFake

import integrations_hub.providers.whatsapp
from integrations_hub.domain.outside import Event, Received, TroubleKind, WebhookCall
from integrations_hub.domain.secret import Secret
from integrations_hub.providers.guard import Guarded
from integrations_hub.providers.whatsapp.provider import VERSION, create
from integrations_hub.settings import Provider as Operators

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDED = Path(integrations_hub.providers.whatsapp.__file__).parent / "recorded"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
#: Kind, seconds to wait, and some of the words.
ERRORS: dict[str, tuple[TroubleKind, float | None, str]] = {
    "error_2": (TroubleKind.UNAVAILABLE, None, "not sent again"),
    "error_4": (TroubleKind.RATE_LIMITED, 300, "in an hour"),
    "error_10": (TroubleKind.REFUSED, None, "permissions"),
    "error_100": (TroubleKind.REJECTED, None, "check the receiver and the text"),
    "error_100_proof": (TroubleKind.REFUSED, None, "the app secret is not that of the app"),
    "error_100_unknown_number": (TroubleKind.REFUSED, None, "no such phone number ID"),
    "error_190": (TroubleKind.REFUSED, None, "revoked or mistyped"),
    "error_190_expired": (TroubleKind.REFUSED, None, "it has expired; make a new one in Meta Business settings"),
    "error_368": (TroubleKind.REFUSED, None, "Account quality"),
    "error_80007": (TroubleKind.RATE_LIMITED, 300, "in an hour"),
    "error_130429": (TroubleKind.RATE_LIMITED, 5, "send less at once"),
    "error_131000": (TroubleKind.UNAVAILABLE, None, "try again"),
    "error_131016": (TroubleKind.UNAVAILABLE, None, "try again later"),
    "error_131026": (TroubleKind.REJECTED, None, "may not use WhatsApp"),
    "error_131030": (TroubleKind.REJECTED, None, "list of the test number"),
    "error_131047": (TroubleKind.REJECTED, None, "24 hours"),
    "error_131056": (TroubleKind.RATE_LIMITED, 6, "to this receiver"),
}


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Ready]:
    with ready("whatsapp", tmp_path) as found:
        yield found


@pytest.fixture
def meta() -> WhatsAppFake:
    """For the calls that Meta makes; nothing listens."""
    return WhatsAppFake()


def receive(call: WebhookCall) -> Received:
    return Guarded(create(Operators())).receive(account("whatsapp"), call)


def post(body: bytes, headers: dict[str, str] | None = None, at: datetime = NOW) -> WebhookCall:
    signed = WhatsAppFake.headers(body) if headers is None else headers
    return WebhookCall(method="POST", headers=signed, query={}, body=body, at=at)


def look(**changes: str) -> WebhookCall:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY_TOKEN}
    changed = {**query, **{name.replace("_", ".", 1): value for name, value in changes.items()}}
    return WebhookCall(method="GET", headers={}, query=changed, body=b"", at=NOW)


def test_every_recorded_error_has_its_words() -> None:
    assert {path.stem for path in RECORDED.glob("error_*.json")} == ERRORS.keys()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_what_to_do(it: Ready, name: str) -> None:
    kind, wait, words = ERRORS[name]
    it.fake.errors["49301234567"] = name
    secret_words = json.loads((RECORDED / f"{name}.json").read_text())["body"]["error"]["message"]

    caught = trouble(lambda: it.provider.send(it.account, it.message(to="+49 30 1234567")))

    assert (caught.kind, caught.retry_after) == (kind, wait)
    assert words in caught.reason
    assert secret_words not in caught.reason
    assert it.fake.sent == []


def test_a_message_is_sent_as_meta_documents_it(it: Ready) -> None:
    it.provider.send(it.account, it.message(to="+49 (30) 123-4567", key="key-7"))

    asked = it.fake.asked[0]
    assert asked.path == f"/{VERSION}/{NUMBER_ID}/messages"
    assert asked.body == {
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "49301234567", "type": "text",
        "text": {"preview_url": False, "body": "Is the berth free?"}, "biz_opaque_callback_data": "key-7",
    }  # fmt: skip


def test_a_check_finds_an_app_secret_that_is_not_the_tokens(it: Ready) -> None:
    other = it.of("second", app_secret="f" * 32)

    assert "app secret" in trouble(lambda: it.provider.check(other)).reason


def test_a_number_is_told_whom_to_call(it: Ready) -> None:
    it.provider.announce(it.account, "https://hub.example.org/webhooks/whatsapp/1")

    expected = {"override_callback_uri": "https://hub.example.org/webhooks/whatsapp/1", "verify_token": VERIFY_TOKEN}
    assert it.fake.callbacks == [expected]


def test_the_time_that_a_header_says_is_believed(it: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = it.fake.limited()
    usage = '{"102290129340398": [{"type": "messages", "call_count": 100, "estimated_time_to_regain_access": 12}]}'
    said = replace(limited, headers={"X-Business-Use-Case-Usage": usage})
    monkeypatch.setattr(WhatsAppFake, "answer", lambda _self, _asked: said)

    assert trouble(lambda: it.provider.send(it.account, it.message())).retry_after == 720


def test_the_hub_is_found_by_whoever_knows_the_verify_token() -> None:
    assert receive(look()).reply == "1158201444"
    for wrong in (
        look(hub_verify_token="another"), look(hub_verify_token=""), look(hub_mode="unsubscribe"),
        look(hub_challenge="<script>"), look(hub_verify_token="ü"),
    ):  # fmt: skip
        assert trouble(lambda wrong=wrong: receive(wrong)).kind is TroubleKind.REFUSED  # type: ignore[misc]


def test_a_message_of_a_customer_is_an_event(meta: WhatsAppFake) -> None:
    body = meta.notification("webhook_message", at=NOW.timestamp())

    assert receive(post(body)).events == (
        Event(
            id="wamid.HBgKNDkzMDAwMDAwMRUCABIYFDNBMDAwMDAwMDAwMDAwMDAwMDAxAA==",
            event_type="message.received", occurred_at=NOW,
            payload={
                "message_id": "wamid.HBgKNDkzMDAwMDAwMRUCABIYFDNBMDAwMDAwMDAwMDAwMDAwMDAxAA==", "from": "4930000001",
                "name": "Nora", "kind": "text", "text": "Is the berth free?",
            },
        ),
    )  # fmt: skip


def test_a_picture_is_an_event_with_its_caption(meta: WhatsAppFake) -> None:
    (event,) = receive(post(meta.notification("webhook_image", at=NOW.timestamp()))).events

    assert (event.payload["kind"], event.payload["text"]) == ("image", "Berth 4")


def test_each_status_is_an_event_of_its_own_and_names_the_message_that_was_sent(meta: WhatsAppFake) -> None:
    events = receive(post(meta.notification("webhook_statuses", at=NOW.timestamp()))).events

    assert [event.event_type for event in events] == ["message.delivered", "message.read"]
    assert [event.id.rpartition(":")[2] for event in events] == ["delivered", "read"]
    assert {event.payload["key"] for event in events} == {"key-1"}


def test_a_failure_is_an_event_with_its_code_and_words(meta: WhatsAppFake) -> None:
    (event,) = receive(post(meta.notification("webhook_failed", at=NOW.timestamp()))).events

    assert (event.event_type, event.error_code) == ("message.failed", "131026")
    assert "may not use WhatsApp" in event.payload["reason"]


def test_what_is_about_something_else_is_taken_and_is_no_event(meta: WhatsAppFake) -> None:
    assert receive(post(meta.notification("webhook_other"))).events == ()


def test_what_is_about_another_number_of_the_app_is_no_event(meta: WhatsAppFake) -> None:
    body = meta.notification(at=NOW.timestamp()).replace(NUMBER_ID.encode(), b"999999999999999")

    assert receive(post(body)).events == ()


def test_a_call_that_meta_has_not_signed_is_refused(meta: WhatsAppFake) -> None:
    body = meta.notification(at=NOW.timestamp())
    good = meta.headers(body)["x-hub-signature-256"]
    for headers in (
        {}, {"x-hub-signature-256": ""}, {"x-hub-signature-256": good.removeprefix("sha256=")},
        {"x-hub-signature-256": good[:-1]}, {"x-hub-signature-256": "ü" + good}, meta.headers(body, "0" * 32),
    ):  # fmt: skip
        assert trouble(lambda headers=headers: receive(post(body, headers))).kind is TroubleKind.REFUSED  # type: ignore[misc]

    changed = post(body.replace(b"free", b"gone"), meta.headers(body))
    assert trouble(lambda: receive(changed)).kind is TroubleKind.REFUSED


def test_a_delivery_comes_again_for_a_week_and_never_later(meta: WhatsAppFake) -> None:
    body = meta.notification(at=NOW.timestamp())
    first = receive(post(body))

    assert receive(post(body, at=NOW + timedelta(days=7))).events == first.events
    replay = post(body, at=NOW + timedelta(days=7, minutes=11))
    assert "replay" in trouble(lambda: receive(replay)).reason
    early = post(body, at=NOW - timedelta(minutes=11))
    caught = trouble(lambda: receive(early))
    assert (caught.kind, "in the future" in caught.reason) == (TroubleKind.REFUSED, True)


def test_a_body_is_as_old_as_the_newest_thing_that_it_tells(meta: WhatsAppFake) -> None:
    document = json.loads(meta.notification(at=NOW.timestamp()))
    (message,) = document["entry"][0]["changes"][0]["value"]["messages"]
    late = {**message, "id": "wamid.late", "timestamp": str(int((NOW - timedelta(days=8)).timestamp()))}
    document["entry"][0]["changes"][0]["value"]["messages"].append(late)

    assert len(receive(post(json.dumps(document).encode())).events) == 2


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"object": "page"}', b"\xff", b"[" * 100_000])
def test_what_is_signed_and_no_notification_is_not_understood(body: bytes) -> None:
    assert trouble(lambda: receive(post(body))).kind is TroubleKind.UNINTELLIGIBLE


JSON = st.recursive(
    # As a time none lies in the future, for which the whole call would be refused.
    st.none() | st.booleans() | st.integers(max_value=10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["body", "code", "profile"]), inner),
)
TOLD = st.dictionaries(st.sampled_from(["id", "status", "type", "text", "errors", "recipient_id", "timestamp"]), JSON)


@settings(max_examples=100, deadline=None)
@given(told=TOLD, contacts=JSON, others=st.lists(JSON, max_size=2))
def test_any_shape_within_a_signed_call_is_passed_over_and_the_rest_is_kept(
    told: dict[str, object], contacts: object, others: list[object]
) -> None:
    now = str(int(NOW.timestamp()))
    good = {"id": "wamid.good", "status": "read", "timestamp": now}
    value = {
        "metadata": {"phone_number_id": NUMBER_ID}, "contacts": contacts, "messages": [*others, told, good],
        "statuses": [*others, {"id": "wamid.odd", "status": "failed", "timestamp": now, **told}, good],
    }  # fmt: skip
    changes = [*others, {"field": "messages", "value": value}]
    document = {"object": "whatsapp_business_account", "entry": [*others, {"changes": changes}]}

    events = receive(post(json.dumps(document).encode())).events

    assert {"wamid.good", "wamid.good:read"} <= {event.id for event in events}
    assert all(isinstance(each, str) for event in events for each in event.payload.values())


def test_a_secret_with_the_line_end_that_came_along_is_taken() -> None:
    whole = account("whatsapp")
    given = Secret({**whole.secret.reveal_all(), "access_token": whole.secret.reveal("access_token") + "\n"})

    assert create(Operators()).validate(whole.configuration, given)[1].reveal_all() == whole.secret.reveal_all()
