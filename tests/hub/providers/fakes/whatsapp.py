"""The Cloud API of WhatsApp as Meta documents it: numbers, messages, callbacks, and the calls that Meta makes."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
from tests.hub.providers.fakes.web import Answered, Asked, Mood, WebFake, recorded, served

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "ACCESS_TOKEN",
    "APP_SECRET",
    "CONFIGURATION",
    "MOODS",
    "RECEIVER",
    "SECRETS",
    "VERIFY_TOKEN",
    "WhatsAppFake",
    "fake",
    "whatsapp",
]

ACCESS_TOKEN = "EAAGm0PX4ZCpsBAKZCtheAccessTokenOfTheTests"
APP_SECRET = "0123456789abcdef0123456789abcdef"
VERIFY_TOKEN = "a-verify-token-of-the-tests"
NUMBER_ID = "106540352242922"
ACCOUNT_ID = "102290129340398"
#: What an administrator fills in for it.
CONFIGURATION = {"phone_number_id": NUMBER_ID, "business_account_id": ACCOUNT_ID}
SECRETS = {"access_token": ACCESS_TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
RECEIVER = "+49 30 1234567"
#: It can be in all of them.
MOODS = tuple(Mood)


class WhatsAppFake(WebFake):
    """One app with one number and one account."""

    def __init__(self) -> None:
        super().__init__()
        #: Those that work; take one out and it has expired.
        self.tokens = {ACCESS_TOKEN}
        #: Numbers of receivers, in digits, with the name of the recorded error that they lead to.
        self.errors: dict[str, str] = {}
        #: What the phone number was told to call, with the token for the challenge.
        self.callbacks: list[dict[str, str]] = []

    def expire(self) -> None:
        """From now on no token works."""
        self.tokens.clear()

    def answer(self, asked: Asked) -> Answered:
        """As documented."""
        return self._refusal(asked) or self._done(asked)

    def _refusal(self, asked: Asked) -> Answered | None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return error("error_190_expired")
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if asked.query.get("appsecret_proof", proof) != proof:
            return error("error_100_proof")
        return None

    def _done(self, asked: Asked) -> Answered:
        match asked.method, asked.path.split("/")[2:]:
            case "GET", [number] if number == NUMBER_ID:
                return Answered(status=200, document=recorded("whatsapp", "number"))
            case "POST", [number, "messages"] if number == NUMBER_ID:
                return self._message(asked)
            case "POST", [number] if number == NUMBER_ID:
                self.callbacks.append(asked.body["webhook_configuration"])
                return Answered(status=200, document=recorded("whatsapp", "success"))
            case "POST", [account, "subscribed_apps"] if account == ACCOUNT_ID:
                return Answered(status=200, document=recorded("whatsapp", "success"))
        return error("error_100_unknown_number")

    def _message(self, asked: Asked) -> Answered:
        body = asked.body
        if body.get("messaging_product") != "whatsapp" or body.get("type") != "text" or not body["text"]["body"]:
            return error("error_100")
        if name := self.errors.get(body["to"]):
            return error(name)
        self.sent.append(body)
        document = copy.deepcopy(recorded("whatsapp", "sent"))
        document["contacts"] = [{"input": body["to"], "wa_id": body["to"].lstrip("+")}]
        name = base64.b64encode(f"{body['to']}-{len(self.sent)}".encode()).decode()
        document["messages"][0]["id"] = f"wamid.{name}"
        return Answered(status=200, document=document)

    def limited(self) -> Answered:
        """More messages a second than the number may."""
        answered = error("error_130429")
        return Answered(
            status=answered.status, document=answered.document, headers={"Retry-After": str(self.retry_after)}
        )  # fmt: skip

    def broken(self) -> Answered:
        """For the moment."""
        return error("error_131016")

    def notification(self, name: str = "webhook_message", *, at: float | None = None, **changes: str) -> bytes:
        """The body of a call of Meta's, made now unless `at` says when; `changes` are put into what it tells."""
        document = recorded("whatsapp", name)
        value = document["entry"][0]["changes"][0]["value"]
        for told in (*value.get("messages", ()), *value.get("statuses", ())):
            told["timestamp"] = str(int(time.time() if at is None else at))
            told.update(changes)
        return json.dumps(document).encode()

    @staticmethod
    def headers(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
        """Those that Meta sends with a body."""
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}

    def call(self, address: str, body: bytes) -> httpx.Response:
        """Call an address as Meta does."""
        return httpx.post(address, content=body, headers=self.headers(body), trust_env=False, timeout=30)

    @staticmethod
    def challenge(address: str, token: str = VERIFY_TOKEN) -> httpx.Response:
        """Look for the hub at an address as Meta does."""
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
        return httpx.get(address, params=query, trust_env=False, timeout=30)


def error(name: str) -> Answered:
    """A recorded error."""
    document: dict[str, Any] = recorded("whatsapp", name)
    return Answered(status=document["status"], document=document["body"])


@contextmanager
def whatsapp(tls: ssl.SSLContext | None = None) -> Iterator[WhatsAppFake]:
    """One that listens; its `address` is for settings.providers.whatsapp.address."""
    with served(WhatsAppFake(), tls) as fake:
        yield fake


@contextmanager
def fake(_folder: Path) -> Iterator[WhatsAppFake]:
    """As every module of this folder has it."""
    with whatsapp() as made:
        yield made
