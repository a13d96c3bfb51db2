"""A database with the release and its sample tenants, who its people are, and a hub that runs on it."""

from __future__ import annotations

import base64
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
import uvicorn

from integrations_hub.app import create_app
from integrations_hub.edge.protocol import Protocol
from integrations_hub.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = [
    "ADA", "HARBOUR", "LIGHTHOUSE", "MAX", "MIA", "NOBODY", "OLGA", "OTTO", "SAM", "SECRET", "SUPER", "TIDEWATER",
    "TILDA", "TOM", "VERA", "Ground", "anon_key", "bearer", "early_in_a_minute", "running", "service_key",
    "settings_for", "token",
]  # fmt: skip

#: The sample tenants of supabase/seed.sql.
HARBOUR, LIGHTHOUSE, TIDEWATER = (f"20000000-0000-4000-8000-00000000000{letter}" for letter in "abc")
#: Owner, admin, member, viewer, a suspended admin of Harbour; member there and admin of Lighthouse; owner and member of
#: Lighthouse; of no organization; super administrator; owner of Tidewater.
OLGA, ADA, MAX, VERA, SAM = (f"10000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3, 4, 5))
TOM, OTTO, MIA = (f"10000000-0000-4000-8000-00000000000{number}" for number in (7, 8, 9))
NOBODY, SUPER, TILDA = (f"10000000-0000-4000-8000-0000000000{number}" for number in (10, 11, 13))
SECRET = "a secret of the tests that is long enough for HS256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One database."""

    server: Server
    name: str

    @property
    def dsn(self) -> str:
        """As the role that the hub logs in as."""
        return self.server.own_dsn(self.name, "authenticator")

    @property
    def deployer_dsn(self) -> str:
        """As the role that deploys."""
        return self.server.own_dsn(self.name, "postgres")

    def superuser(self) -> Connection:
        """A connection that may do everything."""
        return self.server.superuser(self.name)


def settings_for(ground: Ground, **tables: dict[str, Any]) -> Settings:
    """Settings of a hub on it; `tables` are merged over them, such as service={"requests_per_minute": 5}."""
    key = base64.b64encode(b"k" * 32).decode()
    document: dict[str, dict[str, Any]] = {
        "database": {"dsn": ground.dsn, "connections": 8},
        "tokens": {"secret": SECRET},
        "keys": {"primary": "tests", "known": {"tests": {"command": ["printf", key]}}},
        "service": {"requests_per_minute": 100_000},
    }
    for name, table in tables.items():
        document[name] = {**document.get(name, {}), **table}
    return Settings.model_validate(document)


def token(user: str | None = None, *, role: str = "authenticated", secret: str = SECRET, **claims: object) -> str:
    """As Supabase Auth signs it; a claim that is None is left out."""
    now = int(time.time())
    every = {"aud": "authenticated", "iat": now, "exp": now + 3600, "sub": user, "role": role, **claims}
    if user == SUPER and "app_metadata" not in claims:
        every["app_metadata"] = {"super_admin": True}
    return jwt.encode({name: value for name, value in every.items() if value is not None}, secret, algorithm="HS256")


def anon_key() -> str:
    """The key that every client of a project has."""
    return token(role="anon")


def service_key() -> str:
    """The key that only servers have."""
    return token(role="service_role")


def bearer(user: str) -> dict[str, str]:
    """Headers of a request that a user makes."""
    return {"apikey": anon_key(), "Authorization": f"Bearer {token(user)}"}


def early_in_a_minute(seconds: float = 10) -> None:
    """The database counts by the full minute; whoever begins at the end of one would see two."""
    left = 60 - time.time() % 60
    if left < seconds:
        time.sleep(left + 0.1)


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """A hub on a free port of this machine; yields its address without a slash at the end."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings), http=Protocol, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise AssertionError("the hub did not start")
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)
