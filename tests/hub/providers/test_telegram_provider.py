"""Telegram: every recorded error in words, its webhook, its updates, and what is refused of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hub.providers.accounts import Ready, account, ready, trouble
from tests.hub.providers.fakes.telegram import BOT_TOKEN, CHAT, WEBHOOK_SECRET, TelegramFake
from tests.hub.providers.fakes.web import Answered, Mood

import integrations_hub.providers.telegram
from integrations_hub.domain.outside import Event, Received, Trouble, TroubleKind, WebhookCall
from integrations_hub.domain.secret import Secret
from integrations_hub.providers.guard import Guarded
from integrations_hub.providers.telegram.provider import create
from integrations_hub.settings import Provider as Operators

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDED = Path(integrations_hub.providers.telegram.__file__).parent / "recorded"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ERRORS: dict[str, tuple[TroubleKind, float | None, str]] = {
    "error_400_chat_not_found": (TroubleKind.REJECTED, None, "let the person write to the bot"),
    "error_400_upgraded": (TroubleKind.REJECTED, None, "write to -1001234567890"),
    "error_400_webhook": (TroubleKind.REJECTED, None, "error 400"),
    "error_401": (TroubleKind.REFUSED, None, "ask @BotFather"),
    "error_403_blocked": (TroubleKind.REJECTED, None, "has blocked the bot"),
    "error_404": (TroubleKind.REFUSED, None, "ask @BotFather"),
    "error_429": (TroubleKind.RATE_LIMITED, 34, "for 34 s"),
    "error_500": (TroubleKind.UNAVAILABLE, None, "not sent again"),
}


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Ready]:
    with ready("telegram", tmp_path) as found:
        yield found


@pytest.fixture
def bot() -> TelegramFake:
    """For the updates that Telegram sends; nothing listens."""
    return TelegramFake()


def receive(body: bytes, secret: str = WEBHOOK_SECRET, *, at: datetime = NOW, method: str = "POST") -> Received:
    call = WebhookCall(method=method, headers=TelegramFake.headers(secret), query={}, body=body, at=at)
    return Guarded(create(Operators())).receive(account("telegram"), call)


def test_every_recorded_error_has_its_words() -> None:
    assert {path.stem for path in RECORDED.glob("error_*.json")} == ERRORS.keys()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_what_to_do(it: Ready, name: str) -> None:
    kind, wait, words = ERRORS[name]
    it.fake.errors[CHAT] = name

    caught = trouble(lambda: it.provider.send(it.account, it.message()))

    assert (caught.kind, caught.retry_after) == (kind, wait)
    assert words in caught.reason
    assert json.loads((RECORDED / f"{name}.json").read_text())["description"] not in caught.reason


def test_a_message_is_sent_as_telegram_documents_it(it: Ready) -> None:
    sent = it.provider.send(it.account, it.message())

    assert it.fake.asked[0].path.endswith("/sendMessage")
    assert it.fake.sent == [
        {"chat_id": CHAT, "text": "Is the berth free?", "link_preview_options": {"is_disabled": True}}
    ]
    assert sent.provider_id == f"{CHAT}:41"


def test_a_limit_that_is_short_is_waited_for(it: Ready) -> None:
    it.fake.next(Mood.LIMITING)
    it.fake.retry_after = 3

    it.provider.send(it.account, it.message())

    assert len(it.fake.sent) == 1
    assert 3 <= it.clock.slept[0] < 4


def test_the_bot_is_told_whom_to_call_and_with_which_secret(it: Ready) -> None:
    it.provider.announce(it.account, "https://hub.example.org/webhooks/telegram/1")

    assert it.fake.callbacks == [{
        "url": "https://hub.example.org/webhooks/telegram/1", "secret_token": WEBHOOK_SECRET,
        "allowed_updates": ["message", "channel_post"],
    }]  # fmt: skip


def test_an_address_that_telegram_cannot_call_is_for_the_operator(it: Ready) -> None:
    it.fake.errors["webhook"] = "error_400_webhook"

    caught = trouble(lambda: it.provider.announce(it.account, "http://127.0.0.1:8400/"))

    assert caught.kind is TroubleKind.MISCONFIGURED
    assert "must begin with https" in caught.reason


def test_a_webhook_secret_is_made_where_there_is_none() -> None:
    whole = account("telegram")
    only_token = Secret({"bot_token": whole.secret.reveal("bot_token")})
    made = [create(Operators()).validate({}, only_token)[1].reveal("webhook_secret") for _ in range(2)]

    assert all(len(secret) >= 32 for secret in made)
    assert made[0] != made[1]


def test_a_message_is_an_event_by_the_number_of_its_update(bot: TelegramFake) -> None:
    assert receive(bot.update(at=NOW.timestamp(), number=870000001)).events == (
        Event(
            id="870000001", event_type="message.received", occurred_at=NOW,
            payload={
                "message_id": "12", "chat": CHAT, "from": CHAT, "name": "Nora", "kind": "text",
                "text": "Is the berth free?",
            },
        ),
    )  # fmt: skip


def test_a_picture_in_a_channel_is_an_event_with_its_caption(bot: TelegramFake) -> None:
    (event,) = receive(bot.update("update_channel_post", at=NOW.timestamp())).events

    assert (event.payload["kind"], event.payload["text"]) == ("photo", "Berth 4")


def test_an_update_of_another_kind_is_taken_and_is_no_event(bot: TelegramFake) -> None:
    assert receive(bot.update("update_other")).events == ()


@pytest.mark.parametrize("secret", ["", "wrong", WEBHOOK_SECRET[:-1], WEBHOOK_SECRET + "a", "ü"])
def test_an_update_without_the_secret_is_refused(bot: TelegramFake, secret: str) -> None:
    assert trouble(lambda: receive(bot.update(at=NOW.timestamp()), secret)).kind is TroubleKind.REFUSED


def test_only_a_post_is_an_update(bot: TelegramFake) -> None:
    assert trouble(lambda: receive(bot.update(at=NOW.timestamp()), method="GET")).kind is TroubleKind.REFUSED


def test_an_update_comes_again_for_a_day_and_never_later(bot: TelegramFake) -> None:
    body = bot.update(at=NOW.timestamp())
    first = receive(body)

    assert receive(body, at=NOW + timedelta(hours=24)).events == first.events
    assert "replay" in trouble(lambda: receive(body, at=NOW + timedelta(hours=24, minutes=11))).reason
    early = trouble(lambda: receive(body, at=NOW - timedelta(minutes=11)))
    assert (early.kind, "in the future" in early.reason) == (TroubleKind.REFUSED, True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text"]), inner),
)


@settings(max_examples=100, deadline=None)
@given(message=st.dictionaries(st.sampled_from(["message_id", "date", "chat", "from", "text", "photo"]), JSON))
def test_any_shape_of_a_message_of_now_is_an_event_or_trouble(message: dict[str, object]) -> None:
    dated = {"date": int(NOW.timestamp()), **message}

    try:
        (event,) = receive(json.dumps({"update_id": 7, "message": dated}).encode()).events
    except Trouble as caught:
        kind = caught.kind
    else:
        assert all(isinstance(value, str) for value in event.payload.values())
        return
    assert kind in {TroubleKind.REFUSED, TroubleKind.UNINTELLIGIBLE}
    assert "date" in message


@pytest.mark.parametrize("update", [{}, {"update_id": "7"}, {"update_id": True}, {"update_id": 7, "message": {}}])
def test_what_is_no_update_is_not_understood(update: dict[str, object]) -> None:
    assert trouble(lambda: receive(json.dumps(update).encode())).kind is TroubleKind.UNINTELLIGIBLE


def test_a_name_that_repeats_the_token_is_not_told(it: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    named = Answered(status=200, document={"ok": True, "result": {"username": BOT_TOKEN}})
    monkeypatch.setattr(TelegramFake, "answer", lambda _self, _asked: named)

    assert it.provider.check(it.account).said == "the bot @…"


def test_messages_to_one_chat_wait_for_their_turn(it: Ready) -> None:
    for number in range(3):
        it.provider.send(it.account, it.message(key=f"key-{number}"))

    assert it.clock.slept == [1.0, 1.0]
    assert len(it.fake.sent) == 3
