"""What Meta tells the hub: whose call it is, whether it is fresh, what it says.

Meta signs the whole body with the secret of the app, and calls again for up to 7 days while the hub does not take it.
A body never changes, so it is as old as the newest thing that it tells; when that is older than 7 days, the call is no
delivery of Meta's and is refused as a replay. Within the window the same call may come any number of times, from Meta
or from whoever has got hold of it: the identity of an event is that of the message and its status, and whoever keeps
the events takes each once, which needs what was taken to be remembered for longer than the window.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from integrations_hub.domain.outside import Account, Event, Received, Trouble, TroubleKind, WebhookCall
from integrations_hub.providers.document import at, items, parsed, text
from integrations_hub.providers.whatsapp.errors import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["received"]

HEADER = "x-hub-signature-256"
#: As long as Meta goes on calling; the rest is for clocks that differ and a call on its way.
OLDEST = timedelta(days=7, minutes=10)
NEWEST = timedelta(minutes=10)
CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}")
#: Statuses that are events; `sent` says no more than the answer to the request did.
STATUSES = {"delivered": "message.delivered", "read": "message.read", "failed": "message.failed"}


def received(account: Account, call: WebhookCall) -> Received:
    """The events of this number in a call of Meta, or the answer to its look for the hub.

    Raises:
        Trouble: REFUSED, UNINTELLIGIBLE.
    """
    if call.method == "GET":
        return Received(reply=_challenge(account.secret.reveal("verify_token"), call))
    if call.method != "POST" or not _is_signed(account.secret.reveal("app_secret"), call):
        raise _refused("the call is not signed with the app secret, so it is not from Meta")
    document = parsed(call.body)
    if document is None or document.get("object") != "whatsapp_business_account":
        raise Trouble(TroubleKind.UNINTELLIGIBLE, "the call is not a notification as WhatsApp documents it")
    values = [
        at(change, "value") for entry in items(document, "entry") for change in items(entry, "changes")
        if at(change, "field") == "messages"
    ]  # fmt: skip
    _fresh(values, call.at)
    # An app has one secret and may have many numbers; the others are not this integration's.
    own = [value for value in values if _is_of(value, account)]
    return Received(events=tuple(event for value in own for event in _events(value)), reply="ok")


def _challenge(token: str, call: WebhookCall) -> str:
    given, challenge = call.query.get("hub.verify_token", ""), call.query.get("hub.challenge", "")
    is_known = hmac.compare_digest(given.encode(), token.encode())
    if call.query.get("hub.mode") != "subscribe" or not is_known or not CHALLENGE.fullmatch(challenge):
        raise _refused("the verify token is not that of this integration: enter the same one at Meta and here")
    return challenge


def _is_signed(app_secret: str, call: WebhookCall) -> bool:
    expected = "sha256=" + hmac.new(app_secret.encode(), call.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(call.headers.get(HEADER, "").encode(), expected.encode())


def _fresh(values: list[Any], now: datetime) -> None:
    told = [
        moment for value in values for kind in ("messages", "statuses") for each in items(value, kind)
        if (moment := _moment(each)) is not None
    ]  # fmt: skip
    if told and max(told) > now + NEWEST:
        raise _refused("the call is dated in the future, which none of Meta's is")
    if told and max(told) < now - OLDEST:
        raise _refused("the call is older than Meta ever delivers, so it is a replay")


def _is_of(value: object, account: Account) -> bool:
    return text(value, "metadata", "phone_number_id") == str(account.configuration["phone_number_id"])


def _events(value: object) -> Iterator[Event]:
    for message in items(value, "messages"):
        identity, moment = text(message, "id", longest=300), _moment(message)
        if identity and moment:
            yield Event(
                id=identity, event_type="message.received", occurred_at=moment, payload=_message(value, message)
            )  # fmt: skip
    for status in items(value, "statuses"):
        identity, moment, name = text(status, "id", longest=300), _moment(status), text(status, "status")
        if identity and moment and name in STATUSES:
            yield Event(
                id=f"{identity}:{name}", event_type=STATUSES[name], occurred_at=moment, payload=_status(status),
                error_code=text(status, "errors", 0, "code", longest=20) or None if name == "failed" else None,
            )  # fmt: skip


def _message(value: object, message: object) -> dict[str, str]:
    kind = text(message, "type", longest=50)
    return {
        "message_id": text(message, "id", longest=300), "from": text(message, "from", longest=50),
        "name": text(value, "contacts", 0, "profile", "name", longest=200), "kind": kind,
        "text": text(message, "text", "body") or text(message, kind, "caption"),
    }  # fmt: skip


def _status(status: object) -> dict[str, str]:
    payload = {
        "message_id": text(status, "id", longest=300), "to": text(status, "recipient_id", longest=50),
        "key": text(status, "biz_opaque_callback_data", longest=512),
    }  # fmt: skip
    code = at(status, "errors", 0, "code")
    return payload if code is None else {**payload, "reason": meaning(code)}


def _moment(told: object) -> datetime | None:
    """Documented as seconds since 1970, in a string."""
    seconds = text(told, "timestamp", longest=20)
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _refused(words: str) -> Trouble:
    return Trouble(TroubleKind.REFUSED, words)
