"""A hub with nothing but the dashboard in front, whose outside services are made for the tests."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import uvicorn
from fastapi import FastAPI
from tests.hub.ground import settings_for, token

from integrations_hub.domain.outside import Field, Healthy, Received, Sent, Trouble, TroubleKind
from integrations_hub.edge.hub import Hub
from integrations_hub.edge.middleware import install
from integrations_hub.pages.routes import routes
from integrations_hub.pages.site import Site
from integrations_hub.services.use_cases import UseCases
from integrations_hub.store.database import Database
from integrations_hub.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from tests.hub.ground import Ground

    from integrations_hub.domain.outside import Account, Message, WebhookCall
    from integrations_hub.domain.secret import Secret
    from integrations_hub.providers.registry import Providers

__all__ = ["BUSY", "EMAIL", "HTTPS", "TELEGRAM", "WHATSAPP", "House", "Outside", "Person", "busy", "housed", "served"]

WHATSAPP, EMAIL, TELEGRAM = (f"60000000-0000-4000-8000-0000000000a{number}" for number in (1, 2, 3))
BUSY = Path(__file__).with_name("busy.sql")
HTTPS = "https://hub.example.com"


@dataclass
class Outside:
    """A service that answers as a test wants it to, and remembers what it was asked."""

    integration_type: str
    label: str
    receiver: str = "telephone number"
    #: What it answers to a check or a message that is no success.
    trouble: Trouble | None = None
    sent: list[Message] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    fields: tuple[Field, ...] = (
        Field(name="number", label="Number", help="Beginning with +"),
        Field(name="mode", label="Mode", kind="select", choices=("live", "trial"), default="live"),
        Field(name="nickname", label="Nickname", is_required=False),
        Field(name="access_token", label="Access token", is_secret=True, help="From the settings of the service"),
        Field(name="hook_secret", label="Hook secret", is_secret=True, is_required=False),
    )

    def validate(self, configuration: Mapping[str, object], secret: Secret) -> tuple[dict[str, object], Secret]:
        """A number and a token."""
        if not str(configuration.get("number", "")).startswith("+"):
            raise Trouble(TroubleKind.MISCONFIGURED, "Number: it begins with +")
        if "access_token" not in secret:
            raise Trouble(TroubleKind.MISCONFIGURED, "Access token: it is missing")
        return dict(configuration), secret

    def check(self, account: Account) -> Healthy:
        """As the test wants it."""
        self.accounts.append(account)
        if self.trouble:
            raise self.trouble
        return Healthy(said="line open", duration_ms=12.4)

    def send(self, account: Account, message: Message) -> Sent:
        """As the test wants it."""
        self.accounts.append(account)
        if self.trouble:
            raise self.trouble
        self.sent.append(message)
        return Sent(provider_id=f"m{len(self.sent)}")

    def announce(self, account: Account, address: str) -> None:
        """Nobody calls back."""

    def receive(self, account: Account, call: WebhookCall) -> Received:  # noqa: ARG002 - as providers have it
        """Nothing."""
        raise AssertionError("no webhook comes in here")


@dataclass
class Outsides:
    """Stands for providers.registry.Providers."""

    known: dict[str, Outside]

    def types(self) -> tuple[str, ...]:
        return tuple(self.known)

    def of(self, integration_type: str) -> Outside:
        return self.known[integration_type]


@dataclass
class House:
    """The dashboard, and what is around it."""

    app: FastAPI
    site: Site
    ground: Ground
    whatsapp: Outside
    telegram: Outside
    #: Where it is served.
    origin: str = ""

    @contextmanager
    def visitor(self) -> Iterator[Person]:
        """Nobody; follows no redirect."""
        with httpx.Client(base_url=self.origin, follow_redirects=False, timeout=30) as browser:
            yield Person(browser, self.origin)

    @contextmanager
    def signed_in(self, user: str, **claims: Any) -> Iterator[Person]:  # noqa: ANN401 - whatever a token has
        """Somebody who has signed in."""
        with self.visitor() as person:
            person.browser.cookies.set(self.site.cookies.name("session"), token(user, **claims))
            yield person

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers to whoever may see everything."""
        with self.ground.superuser() as connection:
            return connection.execute(query).fetchall()

    def done(self, statement: str) -> None:
        """What somebody else does in the database."""
        with self.ground.superuser() as connection:
            connection.execute(statement)


@dataclass
class Person:
    """Somebody with a browser."""

    browser: httpx.Client
    origin: str

    def get(self, path: str) -> httpx.Response:
        """Look at a page."""
        return self.browser.get(path)

    def csrf(self, path: str = "/organizations") -> str:
        """What the forms of this session have."""
        found = re.search(r'name="csrf" value="(\w+)"', self.get(path).text)
        assert found is not None
        return found[1]

    def post(self, path: str, **typed: str) -> httpx.Response:
        """Send a form, as a browser does."""
        return self.browser.post(path, data={"csrf": self.csrf(), **typed}, headers={"Origin": self.origin})


def housed(ground: Ground, *, address: str = "http://hub.test", **service: object) -> House:
    """The application, not running yet."""
    settings = settings_for(ground, service={"address": address, "requests_per_minute": 100_000, **service})
    database = Database(ground.dsn, connections=8)
    hub = Hub(settings=settings, database=database)
    whatsapp, telegram = Outside("whatsapp", "WhatsApp"), Outside("telegram", "Telegram", receiver="chat")
    outsides = cast("Providers", Outsides({"whatsapp": whatsapp, "telegram": telegram}))
    vault = Vault(settings.keys)
    hub.services = UseCases.of(database=database, vault=vault, providers=outsides, address=address)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        database.open()
        hub.open()
        yield
        hub.close()
        database.close()

    app = FastAPI(lifespan=alive, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.hub = hub
    install(app, hub)
    site = Site.of(hub)
    app.router.routes.extend(routes(site))
    return House(app=app, site=site, ground=ground, whatsapp=whatsapp, telegram=telegram)


def busy(ground: Ground) -> None:
    """A busy month."""
    with ground.superuser() as connection:
        connection.execute(BUSY.read_text(encoding="utf-8"))


@contextmanager
def served(house: House) -> Iterator[str]:
    """On a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(house.app, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the hub did not start"
            time.sleep(0.01)
        try:
            house.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield house.origin
        finally:
            server.should_exit = True
            thread.join(timeout=30)
