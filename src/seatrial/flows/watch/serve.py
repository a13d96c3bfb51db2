"""Serves the page of a watch on this machine, beside the watch and without holding it up."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from http.server import ThreadingHTTPServer
from secrets import compare_digest, token_urlsafe
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.flows.watch.address import Address, address_of
from seatrial.flows.watch.visit import LIMIT, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

__all__ = ["Listening", "PageServer", "Pages", "Reader"]

#: Connections at a time; a browser needs two or three.
MOST_CONNECTIONS = 32
#: Seconds that requests have when the server is to stop.
GRACE = 5.0
_BUSY = b"HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever opens the page."""

    #: Goes with the form that takes the release back; empty for who may only read.
    token: str
    #: For the script of the page: `<script nonce="…">`.
    nonce: str
    #: Why there is no button, in a sentence; empty where there is one.
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What is served: called in threads of the server, beside the watch."""

    page: Callable[[Reader], str]
    #: What of the page changes.
    part: Callable[[], str]
    metrics: Callable[[], bytes]
    #: For JSON.
    state: Callable[[], Mapping[str, Any]]
    #: Given the target that was confirmed and who asks; the status of the answer and its words. It starts what takes
    #: long, and does not wait for it; it is never called twice at once.
    roll_back: Callable[[str, str], tuple[int, str]]


class PageServer:
    """A server that runs while its block does.

    Args:
        address: `127.0.0.1:8300`; port 0 is any that is free. Beyond this machine the page can only be read.
        pages: what is served.
        limit: seconds for a request, and for its answer.

    Raises:
        CannotRun: it is no address, or somebody else has it.
    """

    def __init__(self, address: str, pages: Pages, *, limit: float = LIMIT) -> None:
        self._listening = _listen(address_of(address), pages, limit)
        self._thread = threading.Thread(
            target=self._listening.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True, name="seatrial page"
        )

    @property
    def url(self) -> str:
        """What is to be opened, with the key where the release can be taken back from the page."""
        found = self._listening
        return f"{found.root}?key={found.key}" if found.address.is_here else found.root

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join()
        self._listening.wait(GRACE)


class Listening(ThreadingHTTPServer):
    """The socket, and who is served on it."""

    daemon_threads = True
    request_queue_size = MOST_CONNECTIONS

    def __init__(self, address: Address, pages: Pages, limit: float) -> None:
        self.address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        self.pages = pages
        self.limit = limit
        self.key = token_urlsafe(24)
        self._token = token_urlsafe(24)
        self._places = threading.Semaphore(MOST_CONNECTIONS)
        self._one = threading.Lock()
        super().__init__((address.host, address.port), Visit)
        self.address = replace(address, port=self.server_address[1])

    @property
    def root(self) -> str:
        """Without a key."""
        host = f"[{self.address.host}]" if ":" in self.address.host else self.address.host
        return f"http://{host}:{self.address.port}/"

    def server_bind(self) -> None:
        """Without asking DNS for the name of this machine, which may take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def page(self, key: str, nonce: str) -> str:
        """The page, as this reader may have it."""
        token = said = ""
        if not self.address.is_here:
            said = "This page is served beyond this machine, unencrypted, so it can only be read."
        elif compare_digest(key.encode(), self.key.encode()):
            token = self._token
        else:
            said = "This page can only be read: it was not opened by the link that the terminal shows."
        return self.pages.page(Reader(token=token, nonce=nonce, said=said))

    def is_token(self, token: str) -> bool:
        """Whether it is the one of the page."""
        return compare_digest(token.encode(), self._token.encode())

    def roll_back(self, name: str, who: str) -> tuple[int, str]:
        """One at a time."""
        with self._one:
            return self.pages.roll_back(name, who)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library has them
        """In a thread of its own, if there is a place."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.setblocking(False)
            request.send(_BUSY)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the same
        """Give the place back, whatever happens."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, *_: Any) -> None:  # noqa: ANN401 - as the library has them
        """Whoever asked has gone, or was too slow."""

    def wait(self, seconds: float) -> None:
        """Until everybody who was being served has their answer."""
        until = time.monotonic() + seconds
        for _ in range(MOST_CONNECTIONS):
            self._places.acquire(timeout=max(0.0, until - time.monotonic()))


def _listen(address: Address, pages: Pages, limit: float) -> Listening:
    try:
        return Listening(address, pages, limit)
    except (OSError, OverflowError) as error:
        raise CannotRun(
            "watch.port", f"the page cannot be served at {address.host}:{address.port}",
            why=getattr(error, "strerror", None) or str(error),
            fix="use another port, such as --serve 127.0.0.1:8301, or port 0 for any that is free",
        ) from error  # fmt: skip
