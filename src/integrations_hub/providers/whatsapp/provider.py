"""The Cloud API of WhatsApp: https://developers.facebook.com/documentation/business-messaging/whatsapp."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Field, Healthy, Sent, Trouble, TroubleKind
from integrations_hub.providers.document import at, text
from integrations_hub.providers.form import Shapes, filled
from integrations_hub.providers.http import Answer, Web, unintelligible
from integrations_hub.providers.pacing import Pace
from integrations_hub.providers.whatsapp.errors import trouble_of
from integrations_hub.providers.whatsapp.webhook import received

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrations_hub.domain.outside import Account, Message, Received, WebhookCall
    from integrations_hub.domain.secret import Secret
    from integrations_hub.settings import Provider as Operators

__all__ = ["VERSION", "WhatsApp", "create"]

ADDRESS = "https://graph.facebook.com"
#: Of the Graph API; Meta keeps it until 29 July 2028.
VERSION = "v25.0"
LONGEST = 4096
NUMBER = re.compile(r"[1-9][0-9]{6,14}")
IDENTIFIER = re.compile(r"[0-9]{5,25}")
SHAPES: Shapes = {
    "phone_number_id": (IDENTIFIER, "it is a number that Meta gives, not the telephone number itself"),
    "business_account_id": (IDENTIFIER, "it is a number that Meta gives"),
    "access_token": (re.compile(r"[A-Za-z0-9_.|-]{20,1000}"), "it must be as Meta gives it, without blanks"),
    "app_secret": (re.compile(r"[0-9a-f]{32}"), "it has 32 digits and letters from a to f"),
    "verify_token": (re.compile(r"[\x21-\x7e]{16,200}"), "it must have 16 to 200 letters, digits or signs, no blanks"),
}


class WhatsApp:
    """One telephone number of a WhatsApp Business account for each integration."""

    integration_type = "whatsapp"
    label = "WhatsApp"
    receiver = "telephone number"
    fields: tuple[Field, ...] = (
        Field(
            name="phone_number_id", label="Phone number ID",
            help="in the app dashboard of Meta under WhatsApp, API Setup, below the number",
        ),
        Field(
            name="business_account_id", label="WhatsApp Business account ID",
            help="in the app dashboard of Meta under WhatsApp, API Setup, beside the phone number ID",
        ),
        Field(
            name="access_token", label="Access token", is_secret=True, kind="password",
            help="of a system user of your business, with whatsapp_business_messaging and whatsapp_business_management",
        ),
        Field(
            name="app_secret", label="App secret", is_secret=True, kind="password",
            help="in the app dashboard of Meta under App settings, Basic; Meta signs its calls with it",
        ),
        Field(
            name="verify_token", label="Verify token", is_secret=True, kind="password",
            help="think of one of at least 16 letters and digits; Meta repeats it when it looks for the hub",
        ),
    )  # fmt: skip

    def __init__(self, settings: Operators) -> None:
        self._web = Web(self.label, settings.address or ADDRESS, settings.timeout)

    def door(self, _configuration: Mapping[str, object]) -> str:
        """The same for every number."""
        return self._web.address

    def paces(self, message: Message) -> tuple[Pace, ...]:
        """80 messages a second from a number, and to one receiver one in 6 seconds, of which 45 may come at once."""
        return Pace(messages=80, seconds=1), Pace(messages=45, seconds=270, receiver=_digits(message.to))

    def validate(self, configuration: Mapping[str, object], secret: Secret) -> tuple[dict[str, object], Secret]:
        """As Meta documents them."""
        return filled(self.label, self.fields, SHAPES, configuration, secret)

    def check(self, account: Account) -> Healthy:
        """Ask for the number's name; the proof that goes with it shows whether the app secret is that of the token."""
        begun = time.perf_counter()
        path = f"/{account.configuration['phone_number_id']}"
        answer = self._call(account, "GET", path, query={"fields": "display_phone_number,verified_name,quality_rating"})
        number, name = (
            text(answer.document, each, longest=100) for each in ("display_phone_number", "verified_name")
        )  # fmt: skip
        if not number:
            raise unintelligible(self.label, answer.status, sends=False)
        return Healthy(said=f"{name} ({number})".strip(), duration_ms=(time.perf_counter() - begun) * 1000)

    def send(self, account: Account, message: Message) -> Sent:
        """Send plain text."""
        to = _digits(message.to)
        if not NUMBER.fullmatch(to):
            raise _rejected("the receiver must be a telephone number with its country code, such as +49 30 123456")
        if not message.text.strip() or len(message.text) > LONGEST:
            raise _rejected(f"the text must have 1 to {LONGEST} characters")
        body = {
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text",
            "text": {"preview_url": False, "body": message.text},
            # Comes back with what Meta tells of the message later.
            "biz_opaque_callback_data": message.key[:512],
        }  # fmt: skip
        answer = self._call(account, "POST", f"/{account.configuration['phone_number_id']}/messages", body, sends=True)
        if not (identifier := text(answer.document, "messages", 0, "id", longest=300)):
            raise unintelligible(self.label, answer.status, sends=True)
        return Sent(provider_id=identifier)

    def announce(self, account: Account, address: str) -> None:
        """Subscribe the app to the account, and let what concerns the number be sent to an address.

        Meta calls the address before it answers, with the verify token: the integration must be there already.
        """
        self._call(account, "POST", f"/{account.configuration['business_account_id']}/subscribed_apps", {})
        callback = {"override_callback_uri": address, "verify_token": account.secret.reveal("verify_token")}
        path = f"/{account.configuration['phone_number_id']}"
        self._call(account, "POST", path, {"webhook_configuration": callback})

    def receive(self, account: Account, call: WebhookCall) -> Received:
        """Answer Meta's look for the hub, or read what it tells of this number."""
        return received(account, call)

    def _call(
        self, account: Account, method: str, path: str, body: Mapping[str, object] | None = None, *,
        query: Mapping[str, str] | None = None, sends: bool = False,
    ) -> Answer:  # fmt: skip
        token = account.secret.reveal("access_token")
        # https://developers.facebook.com/docs/graph-api/guides/secure-requests
        proof = hmac.new(account.secret.reveal("app_secret").encode(), token.encode(), hashlib.sha256).hexdigest()
        answer = self._web.ask(
            method, f"/{VERSION}{path}", body=body, sends=sends,
            query={**(query or {}), "appsecret_proof": proof}, headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        if not answer.is_good or at(answer.document, "error") is not None:
            raise trouble_of(answer, sends=sends)
        return answer


def _digits(number: str) -> str:
    return re.sub(r"[ ()./+-]", "", number)


def _rejected(words: str) -> Trouble:
    return Trouble(TroubleKind.REJECTED, f"nothing was sent: {words}")


def create(settings: Operators) -> WhatsApp:
    """The provider, for the registry."""
    return WhatsApp(settings)
