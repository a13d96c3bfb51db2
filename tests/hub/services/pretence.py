"""A provider that does as it is told, and the use-cases on a database with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from integrations_hub.domain.caller import Caller
from integrations_hub.domain.outside import (
    Account,
    Event,
    Field,
    Healthy,
    Message,
    Received,
    Sent,
    Trouble,
    TroubleKind,
    WebhookCall,
)
from integrations_hub.domain.sealed import Sealed
from integrations_hub.services.use_cases import UseCases
from integrations_hub.settings import Keys
from integrations_hub.store.database import Database
from integrations_hub.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.hub.ground import Ground

    from integrations_hub.domain.secret import Secret
    from integrations_hub.providers.registry import Providers

__all__ = ["KEYS", "TOKEN", "At", "Pretended", "Registry", "at_once", "call", "nothing", "person", "working"]

#: What must be nowhere.
TOKEN = "tok-8f3a91c2d7e64b05"
KEYS = {
    "primary": "old",
    "known": {
        "old": {"command": ["printf", base64.b64encode(b"o" * 32).decode()]},
        "new": {"command": ["printf", base64.b64encode(b"n" * 32).decode()]},
    },
}


def nothing() -> None:
    """What happens in the middle of a call, as a rule."""


def person(user: str | None, role: str = "authenticated", **claims: object) -> Caller:
    """Somebody whose token was verified."""
    return Caller(role=role, claims={"sub": user, **claims} if user else claims)


@dataclass(slots=True)
class Pretended:
    """A provider whose answers a test decides."""

    integration_type: str = "telegram"
    label: str = "Pretended"
    fields: tuple[Field, ...] = (
        Field(name="number", label="Number", is_required=False),
        Field(name="token", label="Token", is_secret=True),
    )
    receiver: str = "chat"
    #: Raised by whoever is asked next, until it is taken away.
    trouble: Trouble | None = None
    #: Of announcements only.
    deaf: Trouble | None = None
    #: Called in the middle of asking and sending.
    meanwhile: Callable[[], object] = nothing
    duration_ms: float = 12.5
    sent: list[Message] = field(default_factory=list)
    checked: list[Account] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)

    def validate(self, configuration: Mapping[str, object], secret: Secret) -> tuple[dict[str, object], Secret]:
        """A token, and perhaps a number."""
        if unknown := set(configuration) - {"number"}:
            raise Trouble(TroubleKind.MISCONFIGURED, f"there is no setting {min(unknown)}")
        if "token" not in secret:
            raise Trouble(TroubleKind.MISCONFIGURED, "Token is missing")
        return dict(configuration), secret

    def check(self, account: Account) -> Healthy:
        """Good, unless there is trouble."""
        self.validate(account.configuration, account.secret)
        self.checked.append(account)
        self.meanwhile()
        if self.trouble:
            raise self.trouble
        return Healthy(said=f"number {account.configuration.get('number')}", duration_ms=self.duration_ms)

    def send(self, account: Account, message: Message) -> Sent:
        """Noted, unless there is trouble."""
        self.validate(account.configuration, account.secret)
        self.meanwhile()
        if self.trouble:
            raise self.trouble
        self.sent.append(message)
        return Sent(provider_id=f"m{len(self.sent)}")

    def announce(self, account: Account, address: str) -> None:
        """Noted, unless it is deaf."""
        assert "token" in account.secret
        if self.deaf:
            raise self.deaf
        self.announced.append(address)

    def receive(self, account: Account, call: WebhookCall) -> Received:
        """What is signed with the token; GET answers its challenge."""
        if call.method == "GET":
            return Received(reply=call.query["challenge"])
        if call.headers.get("x-signature") != _signature(account.secret.reveal("token"), call.body):
            raise Trouble(TroubleKind.REFUSED, "the signature is not the service's")
        try:
            told = json.loads(call.body)
        except ValueError:
            raise Trouble(TroubleKind.UNINTELLIGIBLE, "the call is no JSON") from None
        return Received(events=tuple(Event(**each, occurred_at=call.at) for each in told), reply="ok")


class Registry:
    """In place of the real ones."""

    def __init__(self, *providers: Pretended) -> None:
        self._providers = {provider.integration_type: provider for provider in providers}

    def types(self) -> tuple[str, ...]:
        """Which there are."""
        return tuple(self._providers)

    def of(self, integration_type: str) -> Pretended:
        """One of them."""
        return self._providers[integration_type]


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The use-cases on one database, its provider, and what is in the database."""

    ground: Ground
    database: Database
    provider: Pretended
    cases: UseCases
    vault: Vault

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What the database has, seen by somebody who sees everything."""
        with self.ground.superuser() as connection:
            cursor = connection.execute(query.encode(), values)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def execute(self, query: str, *values: object) -> None:
        """Change it, as somebody who may do everything."""
        with self.ground.superuser() as connection:
            connection.execute(query.encode(), values)

    def integration(self, integration_id: str) -> dict[str, Any]:
        """One row of integrations."""
        return self.rows("select * from public.integrations where id = %s", integration_id)[0]

    def sealed(self, integration_id: str) -> Sealed:
        """What is sealed for an integration."""
        query = """select ciphertext, nonce, wrapped_key, wrapped_key_nonce, key_id
                     from private.integration_credentials where integration_id = %s"""
        return Sealed(**self.rows(query, integration_id)[0])

    def secret(self, organization_id: str, integration_id: str) -> Secret:
        """The same, opened; for nowhere in particular, as the provider sends it to one place only."""
        return self.vault.open(organization_id, integration_id, self.sealed(integration_id), destination={})

    def uses(self, integration_id: str) -> list[dict[str, Any]]:
        """The uses of an integration."""
        query = "select * from public.integration_usage_events where integration_id = %s order by occurred_at, id"
        return self.rows(query, integration_id)


@contextmanager
def working(ground: Ground, *, primary: str = "old", connections: int = 12) -> Iterator[At]:
    """The use-cases, with a provider that does as it is told."""
    database = Database(ground.dsn, connections=connections)
    database.open()
    vault = Vault(Keys.model_validate(KEYS | {"primary": primary}))
    provider = Pretended()
    providers = cast("Providers", Registry(provider, Pretended(integration_type="whatsapp")))
    cases = UseCases.of(database=database, vault=vault, providers=providers, address="https://hub.example")
    try:
        yield At(ground=ground, database=database, provider=provider, cases=cases, vault=vault)
    finally:
        database.close()


def call(
    *events: dict[str, Any], token: str = TOKEN, method: str = "POST", body: bytes = b"", **query: str
) -> WebhookCall:
    """A call as the provider makes it; of events `id`, `event_type` and perhaps `payload` and `error_code`."""
    body = body or json.dumps(events).encode()
    return WebhookCall(
        method=method, headers={"x-signature": _signature(token, body)}, query=query, body=body, at=datetime.now(UTC)
    )


def at_once(work: Callable[[], object], times: int) -> list[object]:
    """What came of doing it in so many threads at the same moment; a failure is what was raised."""
    together, results = threading.Barrier(times), []

    def one() -> None:
        together.wait()
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results.append(error)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _signature(token: str, body: bytes) -> str:
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
