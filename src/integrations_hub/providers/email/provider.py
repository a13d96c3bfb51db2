"""Sends e-mail through the organization's own mail server: SMTP (RFC 5321) with STARTTLS (3207) and a login (4954)."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from integrations_hub.domain.outside import Field, Healthy, Sent, Trouble, TroubleKind
from integrations_hub.providers.email.conversation import Conversation, Login, held
from integrations_hub.providers.email.letter import ADDRESS, identity, letter, plain_domain
from integrations_hub.providers.email.place import Place
from integrations_hub.providers.form import Shapes, filled, misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrations_hub.domain.outside import Account, Message, Received, WebhookCall
    from integrations_hub.domain.secret import Secret
    from integrations_hub.providers.pacing import Pace
    from integrations_hub.settings import Provider as Operators

__all__ = ["Email", "create"]

LONGEST = 100_000
#: Of mail; any other would let an organization knock at the doors of others.
PORTS = (25, 465, 587, 2525)
TLS_FIRST = 465
LAST_PORT = 65535
SHAPES: Shapes = {
    "host": (
        re.compile(r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]{2,45}\]?"),
        "it must be a name such as smtp.example.org, without a scheme and without a port",
    ),
    "from_address": (ADDRESS, "it must be one address such as harbour@example.org"),
    "from_name": (re.compile(r"[^<>\"\\]{0,100}"), "it must have at most 100 letters, and no quotes or angle brackets"),
}


class Email:
    """One mail account for each integration."""

    integration_type = "email"
    label = "E-mail"
    receiver = "address"
    fields: tuple[Field, ...] = (
        Field(
            name="host", label="Mail server", is_destination=True,
            help="such as smtp.example.org, as your mail provider names it",
        ),
        Field(
            name="port", label="Port", kind="number", default="587", is_destination=True,
            help="587 as a rule, 465 with TLS",
        ),
        Field(
            name="encryption", label="Encryption", kind="select", default="starttls", choices=("starttls", "tls"),
            is_destination=True, help="starttls on port 587, tls on port 465; there is no sending without",
        ),
        Field(name="username", label="User name", is_destination=True, help="the address, as a rule"),
        Field(
            name="password", label="Password", is_secret=True, kind="password",
            help="better an application password that your mail provider makes for this than your own",
        ),
        Field(name="from_address", label="Sender", kind="email", help="from which the account may send"),
        Field(name="from_name", label="Sender's name", is_required=False, help="shown beside the address"),
    )  # fmt: skip

    def __init__(self, settings: Operators) -> None:
        self._settings = settings

    def door(self, configuration: Mapping[str, object]) -> str:
        """Each mail server has its own."""
        return str(self._place(configuration))

    def paces(self, _message: Message) -> tuple[Pace, ...]:
        """Each mail provider has its own limits; they show in its replies."""
        return ()

    def validate(self, configuration: Mapping[str, object], secret: Secret) -> tuple[dict[str, object], Secret]:
        """Names and addresses that are what they should be, a port of mail, and the encryption that goes with it."""
        given = dict(configuration)
        if isinstance(given.get("from_address"), str):
            given["from_address"] = plain_domain(str(given["from_address"]))
        settings, secrets = filled(self.label, self.fields, SHAPES, given, secret)
        port = int(str(settings["port"]))
        if not 1 <= port <= LAST_PORT:
            raise misconfigured(f"Port must be a number from 1 to {LAST_PORT}")
        if port not in PORTS and not self._settings.private_hosts:
            raise misconfigured(f"Port: mail is sent on {', '.join(map(str, PORTS[:-1]))} or {PORTS[-1]}")
        if (port == TLS_FIRST) != (settings["encryption"] == "tls") and port in PORTS:
            raise misconfigured("Encryption: it is tls on port 465, and starttls on every other")
        return settings, secrets

    def check(self, account: Account) -> Healthy:
        """Log in, and ask for nothing."""
        begun = time.perf_counter()
        held(self._login(account), self._settings.timeout, Conversation.idle)
        said = f"{account.configuration['host']} takes the login of {account.configuration['username']}"
        return Healthy(said=said, duration_ms=(time.perf_counter() - begun) * 1000)

    def send(self, account: Account, message: Message) -> Sent:
        """Send one letter in plain text."""
        to = plain_domain(message.to)
        if not ADDRESS.fullmatch(to):
            raise _rejected("the receiver must be one address such as nora@example.org")
        if not message.text.strip() or len(message.text) > LONGEST:
            raise _rejected(f"the text must have 1 to {LONGEST} characters")
        sender = str(account.configuration["from_address"])
        known_as = identity(message, account.integration_id, sender.rpartition("@")[2])
        name = str(account.configuration.get("from_name", ""))
        content = letter(message, identity=known_as, sender=sender, name=name, to=to)
        held(self._login(account), self._settings.timeout, lambda server: server.deliver(sender, to, content))
        return Sent(provider_id=known_as)

    def announce(self, _account: Account, _address: str) -> None:
        """Nothing: a mail server calls nobody."""

    def receive(self, _account: Account, _call: WebhookCall) -> Received:
        """Nothing is ever received.

        Raises:
            Trouble: MISCONFIGURED.
        """
        raise misconfigured("a mail server makes no calls: nothing is received for e-mail")

    def _login(self, account: Account) -> Login:
        configuration = account.configuration
        return Login(
            place=self._place(configuration), name=str(configuration["host"]),
            tls_first=configuration["encryption"] == "tls",
            username=str(configuration["username"]), password=account.secret.reveal("password"),
        )  # fmt: skip

    def _place(self, configuration: Mapping[str, object]) -> Place:
        if self._settings.address:
            named = urlsplit(f"//{self._settings.address.rpartition('//')[2]}")
            return Place(host=named.hostname or "", port=named.port or PORTS[2], may_be_private=True)
        host = str(configuration["host"]).strip("[]")
        return Place(host=host, port=int(str(configuration["port"])), may_be_private=self._settings.private_hosts)


def _rejected(words: str) -> Trouble:
    return Trouble(TroubleKind.REJECTED, f"nothing was sent: {words}")


def create(settings: Operators) -> Email:
    """The provider, for the registry."""
    return Email(settings)
