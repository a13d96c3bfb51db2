"""The Bot API of Telegram: https://core.telegram.org/bots/api."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Field, Healthy, Sent, Trouble, TroubleKind
from integrations_hub.domain.secret import Secret
from integrations_hub.providers.document import at, text
from integrations_hub.providers.form import Shapes, filled, misconfigured
from integrations_hub.providers.http import Answer, Web, unintelligible
from integrations_hub.providers.pacing import Pace
from integrations_hub.providers.telegram.errors import trouble_of
from integrations_hub.providers.telegram.webhook import KINDS, received

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrations_hub.domain.outside import Account, Message, Received, WebhookCall
    from integrations_hub.settings import Provider as Operators

__all__ = ["Telegram", "create"]

ADDRESS = "https://api.telegram.org"
LONGEST = 4096
CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")
SHAPES: Shapes = {
    "bot_token": (
        re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,100}"),
        "it must be as BotFather gives it: digits, a colon, and some 35 letters and digits, without blanks",
    ),
    "webhook_secret": (
        re.compile(r"[A-Za-z0-9_-]{16,256}"), "it must have 16 to 256 letters, digits, _ and -",
    ),
}  # fmt: skip


class Telegram:
    """One bot for each integration."""

    integration_type = "telegram"
    label = "Telegram"
    receiver = "chat"
    fields: tuple[Field, ...] = (
        Field(
            name="bot_token", label="Bot token", is_secret=True, kind="password",
            help="@BotFather shows it for /newbot and, for a bot that exists, for /token",
        ),
        Field(
            name="webhook_secret", label="Webhook secret", is_secret=True, kind="password", is_required=False,
            help="Telegram sends it with each call, as proof; leave it empty and the hub makes one",
        ),
    )  # fmt: skip

    def __init__(self, settings: Operators) -> None:
        self._web = Web(self.label, settings.address or ADDRESS, settings.timeout)

    def door(self, _configuration: Mapping[str, object]) -> str:
        """The same for every bot."""
        return self._web.address

    def paces(self, message: Message) -> tuple[Pace, ...]:
        """30 messages a second to all chats, one to each, and 20 a minute to a group."""
        chat = message.to.strip()
        paces = (Pace(messages=30, seconds=1), Pace(messages=1, seconds=1, receiver=chat))
        return (*paces, Pace(messages=20, seconds=60, receiver=chat)) if chat[:1] in {"-", "@"} else paces

    def validate(self, configuration: Mapping[str, object], secret: Secret) -> tuple[dict[str, object], Secret]:
        """As Telegram documents it; makes a webhook secret where there is none."""
        settings, given = filled(self.label, self.fields, SHAPES, configuration, secret)
        return settings, Secret({"webhook_secret": secrets.token_urlsafe(32), **given.reveal_all()})

    def check(self, account: Account) -> Healthy:
        """Ask who the bot is."""
        begun = time.perf_counter()
        answer = self._call(account, "getMe")
        name = text(answer.document, "result", "username", longest=64)
        if at(answer.document, "ok") is not True or not name:
            raise unintelligible(self.label, answer.status, sends=False)
        return Healthy(said=f"the bot @{name}", duration_ms=(time.perf_counter() - begun) * 1000)

    def send(self, account: Account, message: Message) -> Sent:
        """Send plain text."""
        chat = message.to.strip()
        if not CHAT.fullmatch(chat):
            raise _rejected("the chat must be its number, or the name of a public channel with @ before it")
        if not message.text.strip() or len(message.text.encode("utf-16-le")) // 2 > LONGEST:
            raise _rejected(f"the text must have 1 to {LONGEST} characters")
        body = {"chat_id": chat, "text": message.text, "link_preview_options": {"is_disabled": True}}
        answer = self._call(account, "sendMessage", body, sends=True)
        number = text(answer.document, "result", "message_id", longest=40)
        if at(answer.document, "ok") is not True or not number:
            raise unintelligible(self.label, answer.status, sends=True)
        return Sent(provider_id=f"{text(answer.document, 'result', 'chat', 'id', longest=40) or chat}:{number}")

    def announce(self, account: Account, address: str) -> None:
        """Let the bot's updates be sent to an address, with the secret."""
        body = {"url": address, "secret_token": account.secret.reveal("webhook_secret"), "allowed_updates": list(KINDS)}
        try:
            self._call(account, "setWebhook", body)
        except Trouble as trouble:
            if trouble.kind is not TroubleKind.REJECTED:
                raise
        else:
            return
        raise misconfigured(
            "Telegram does not take the address of this hub: it must begin with https, be reached from the internet "
            "on port 443, 80, 88 or 8443, and have a certificate that browsers take; tell the operator"
        )

    def receive(self, account: Account, call: WebhookCall) -> Received:
        """Read an update."""
        return received(account.secret.reveal("webhook_secret"), call)

    def _call(
        self, account: Account, method: str, body: Mapping[str, object] | None = None, *, sends: bool = False
    ) -> Answer:
        # The token is in the address, as Telegram wants it; `Web` and its troubles show no address.
        path = f"/bot{account.secret.reveal('bot_token')}/{method}"
        answer = self._web.ask("POST" if body else "GET", path, body=body, sends=sends)
        if not answer.is_good or at(answer.document, "ok") is False:
            raise trouble_of(answer, sends=sends)
        return answer


def _rejected(words: str) -> Trouble:
    return Trouble(TroubleKind.REJECTED, f"nothing was sent: {words}")


def create(settings: Operators) -> Telegram:
    """The provider, for the registry."""
    return Telegram(settings)
