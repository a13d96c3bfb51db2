"""Updates that Telegram sends: whose they are, whether they are fresh, what they say.

Telegram signs nothing. It sends a secret that only it and the hub know, and keeps an update for 24 hours while the hub
does not take it. So an update about something older is no delivery of Telegram's and is refused. One that is not older
may come any number of times: it has the same update_id, and whoever keeps the events takes it once, which needs what
was taken to be remembered for longer than the window.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

from integrations_hub.domain.outside import Event, Received, Trouble, TroubleKind, WebhookCall
from integrations_hub.providers.document import at, parsed, text

__all__ = ["KINDS", "received"]

HEADER = "x-telegram-bot-api-secret-token"
#: The updates that the hub asks for.
KINDS = ("message", "channel_post")
#: Telegram keeps what was not taken for 24 hours; the rest is for clocks that differ and a call on its way.
OLDEST = timedelta(hours=24, minutes=10)
NEWEST = timedelta(minutes=10)
#: What a message may be beside text, and is kept by name only.
OTHERS = (
    "photo", "document", "voice", "audio", "video", "video_note", "sticker", "animation", "location", "venue",
    "contact", "poll", "dice",
)  # fmt: skip


def received(secret: str, call: WebhookCall) -> Received:
    """The event in an update that was sent with the secret.

    Raises:
        Trouble: REFUSED, UNINTELLIGIBLE.
    """
    given = call.headers.get(HEADER, "")
    if call.method != "POST" or not hmac.compare_digest(given.encode(), secret.encode()):
        raise Trouble(TroubleKind.REFUSED, "the call does not hold the webhook secret, so it is not from Telegram")
    update = parsed(call.body)
    number = at(update, "update_id")
    if update is None or not isinstance(number, int) or isinstance(number, bool):
        raise Trouble(TroubleKind.UNINTELLIGIBLE, "the call is not an update as Telegram documents it")
    return Received(events=_events(update, number, call.at), reply="ok")


def _events(update: dict[str, object], number: int, now: datetime) -> tuple[Event, ...]:
    kind = next((kind for kind in KINDS if isinstance(update.get(kind), dict)), None)
    if kind is None:
        return ()
    message = update[kind]
    at_ = _moment(at(message, "date"))
    if at_ is None:
        raise Trouble(TroubleKind.UNINTELLIGIBLE, "the message has no date as Telegram documents it")
    if at_ > now + NEWEST:
        raise Trouble(TroubleKind.REFUSED, "the update is dated in the future, which none of Telegram's is")
    if at_ < now - OLDEST:
        raise Trouble(TroubleKind.REFUSED, "the update is older than Telegram keeps any, so it is a replay")
    payload = {
        "message_id": text(message, "message_id"), "chat": text(message, "chat", "id"),
        "from": text(message, "from", "id"), "name": text(message, "from", "first_name", longest=200),
        "kind": _kind(message), "text": text(message, "text") or text(message, "caption"),
    }  # fmt: skip
    return (Event(id=str(number), event_type="message.received", occurred_at=at_, payload=payload),)


def _kind(message: object) -> str:
    if at(message, "text"):
        return "text"
    return next((each for each in OTHERS if at(message, each)), "other")


def _moment(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if isinstance(seconds, int) else None
    except (ValueError, OverflowError, OSError):
        return None
