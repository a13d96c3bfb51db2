"""Somebody who asks the dialect of a hub."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from tests.hub.ground import anon_key, bearer, service_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Nothing here is encrypted, and to read the machine's certificates takes longer than a request.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

__all__ = ["Asker", "service", "somebody", "visitor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """At one hub, with one token."""

    address: str
    #: Made for each request: a run of all tests takes longer than a token lives.
    headers: Callable[[], Mapping[str, str]]

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """A request; headers are written with low lines, such as content_profile."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.request(
            method, f"{self.address}/rest/v1{path}", headers={**self.headers(), **named}, json=body, timeout=30,
            verify=NO_CERTIFICATES,
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Any:  # noqa: ANN401 - whatever JSON has
        """What is there."""
        answer = self.ask("GET", path, **headers)
        assert answer.is_success, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        """Status and code of a request that is answered no, in the one shape."""
        answer = self.ask(method, path, body, **headers)
        assert answer.json().keys() == {"code", "message", "details", "hint", "request_id"}, answer.text
        return answer.status_code, answer.json()["code"]


def somebody(address: str, user: str) -> Asker:
    """Who is signed in."""
    return Asker(address=address, headers=lambda: bearer(user))


def visitor(address: str) -> Asker:
    """Who has the key that every client has."""
    return Asker(address=address, headers=lambda: {"apikey": anon_key()})


def service(address: str) -> Asker:
    """A server of the organization's own."""
    return Asker(address=address, headers=lambda: {"Authorization": f"Bearer {service_key()}"})
