"""A page server with pages in it, and ways to ask it for them, decent and otherwise."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from seatrial.flows.watch.serve import Pages, PageServer, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORM", "Answer", "Site", "asked", "key_of", "posted", "said_raw"]

FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True, kw_only=True)
class Site:
    """What is served, and what came of it."""

    text: str = "<p>4 of 48 hours</p>"
    readers: list[Reader] = field(default_factory=list)
    taken_back: list[tuple[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    #: The page waits for this.
    ready: threading.Event = field(default_factory=threading.Event)
    #: So many are waiting.
    inside: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def server(self, address: str = "127.0.0.1:0", **more: float) -> PageServer:
        """At a free port."""
        return PageServer(
            address, limit=more.get("limit", 30),
            pages=Pages(
                page=self._page, part=lambda: self.text, metrics=lambda: b"seatrial_up 1\n", state=lambda: {"a": "é"},
                roll_back=self._roll_back,
            ),
        )  # fmt: skip

    def _page(self, reader: Reader) -> str:
        self.readers.append(reader)
        self.inside.release()
        self.ready.wait(60)
        button = f'<input name="token" value="{reader.token}">' if reader.token else reader.said
        return f'<!doctype html><script nonce="{reader.nonce}"></script>{button}'

    def _roll_back(self, name: str, who: str) -> tuple[int, str]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        threading.Event().wait(0.01)
        self.taken_back.append((name, who))
        self.at_once -= 1
        return 202, f"{name} is being taken back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: str


def asked(
    url: str, path: str = "/", *, method: str = "GET", headers: Mapping[str, str | None] | None = None,
    body: bytes | None = None,
) -> Answer:  # fmt: skip
    """The answer to one request; a header that is None is not sent."""
    place = urlsplit(url)
    assert place.hostname is not None
    connection = HTTPConnection(place.hostname, place.port, timeout=60)
    sent = {"Host": place.netloc} | dict(headers or {})
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        got = connection.getresponse()
        return Answer(status=got.status, headers=got.headers, body=got.read().decode())
    finally:
        connection.close()


def posted(
    url: str, site: Site, *, fields: Mapping[str, str] | None = None, headers: Mapping[str, str | None] | None = None
) -> Answer:
    """The form of the page, sent by a browser that has opened it by the link."""
    place = urlsplit(url)
    asked(url, f"/?{place.query}")
    body = urlencode({"token": site.readers[-1].token, "target": "production"} | dict(fields or {})).encode()
    sent: dict[str, str | None] = {
        "Content-Type": FORM, "Content-Length": str(len(body)), "Origin": f"http://{place.netloc}",
        "Sec-Fetch-Site": "same-origin",
    }  # fmt: skip
    return asked(url, "/rollback", method="POST", headers=sent | dict(headers or {}), body=body)


def said_raw(url: str, text: bytes) -> bytes:
    """Everything that comes back until the server closes the connection."""
    place = urlsplit(url)
    assert place.port is not None
    with socket.create_connection((str(place.hostname), place.port), timeout=60) as connection:
        connection.sendall(text)
        found = b""
        with suppress(ConnectionResetError):
            while more := connection.recv(65536):
                found += more
        return found


def key_of(url: str) -> str:
    """The secret in a link."""
    return parse_qs(urlsplit(url).query)["key"][0]
