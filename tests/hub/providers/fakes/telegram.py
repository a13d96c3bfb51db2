"""The Bot API of Telegram as it is documented: a bot, its messages, its webhook, and the updates that it gets."""

from __future__ import annotations

import copy
import json
import time
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
from tests.hub.providers.fakes.web import Answered, Asked, Mood, WebFake, recorded, served

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "BOT_TOKEN",
    "CHAT",
    "CONFIGURATION",
    "MOODS",
    "RECEIVER",
    "SECRETS",
    "WEBHOOK_SECRET",
    "TelegramFake",
    "fake",
    "telegram",
]

BOT_TOKEN = "7000000001:AAF0theBotTokenOfTheTests_0123456789"
WEBHOOK_SECRET = "the-webhook-secret-of-the-tests"
CHAT = "510000001"
#: What an administrator fills in for it.
CONFIGURATION: dict[str, object] = {}
SECRETS = {"bot_token": BOT_TOKEN, "webhook_secret": WEBHOOK_SECRET}
RECEIVER = CHAT
#: It can be in all of them.
MOODS = tuple(Mood)


class TelegramFake(WebFake):
    """One bot."""

    def __init__(self) -> None:
        super().__init__()
        #: Those that work; take one out and it was revoked.
        self.tokens = {BOT_TOKEN}
        #: Chats with the name of the recorded error that they lead to.
        self.errors: dict[str, str] = {}
        #: What setWebhook was given.
        self.callbacks: list[dict[str, Any]] = []
        self._updates = count(870000001)

    def expire(self) -> None:
        """From now on no token works."""
        self.tokens.clear()

    def answer(self, asked: Asked) -> Answered:
        """As documented."""
        _, bot, method = asked.path.split("/")
        if bot.removeprefix("bot") not in self.tokens:
            return error("error_401" if ":" in bot else "error_404")
        match method:
            case "getMe":
                return Answered(status=200, document=recorded("telegram", "me"))
            case "sendMessage":
                return self._message(asked.body)
            case "setWebhook":
                if "webhook" in self.errors:
                    return error(self.errors["webhook"])
                self.callbacks.append(asked.body)
                return Answered(status=200, document=recorded("telegram", "webhook_set"))
        return error("error_404")

    def _message(self, body: dict[str, Any]) -> Answered:
        if name := self.errors.get(str(body["chat_id"])):
            return error(name)
        self.sent.append(body)
        document = copy.deepcopy(recorded("telegram", "sent"))
        document["result"].update(message_id=40 + len(self.sent), text=body["text"], date=int(time.time()))
        document["result"]["chat"]["id"] = int(body["chat_id"]) if body["chat_id"].lstrip("-").isdecimal() else -100
        return Answered(status=200, document=document)

    def limited(self) -> Answered:
        """Too many messages."""
        answered = error("error_429")
        document = {**answered.document, "parameters": {"retry_after": self.retry_after}}  # type: ignore[dict-item]
        return Answered(status=429, document=document)

    def broken(self) -> Answered:
        """Its own fault."""
        return error("error_500")

    def update(self, name: str = "update_message", *, at: float | None = None, number: int | None = None) -> bytes:
        """The body of a call of Telegram's: a new update each time unless it has a number, made now unless `at`."""
        document = recorded("telegram", name)
        document["update_id"] = next(self._updates) if number is None else number
        for kind in ("message", "channel_post"):
            if kind in document:
                document[kind]["date"] = int(time.time() if at is None else at)
        return json.dumps(document).encode()

    @staticmethod
    def headers(secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        """Those that Telegram sends with an update."""
        return {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}

    def call(self, address: str, body: bytes, secret: str = WEBHOOK_SECRET) -> httpx.Response:
        """Call an address as Telegram does."""
        return httpx.post(address, content=body, headers=self.headers(secret), trust_env=False, timeout=30)


def error(name: str) -> Answered:
    """A recorded error."""
    document: dict[str, Any] = recorded("telegram", name)
    return Answered(status=document["error_code"], document=document)


@contextmanager
def telegram(tls: ssl.SSLContext | None = None) -> Iterator[TelegramFake]:
    """One that listens; its `address` is for settings.providers.telegram.address."""
    with served(TelegramFake(), tls) as fake:
        yield fake


@contextmanager
def fake(_folder: Path) -> Iterator[TelegramFake]:
    """As every module of this folder has it."""
    with telegram() as made:
        yield made
