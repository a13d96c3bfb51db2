"""Servers on real sockets for whoever is told something: HTTP, SMTP, and some that behave badly."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from tests.faults.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, Session

__all__ = ["Hook", "Letters", "Post", "context", "hook", "letters", "mute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> dict[str, Any]:
        """The document in it."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(slots=True, kw_only=True)
class Hook:
    """A web server that keeps what comes."""

    url: str = ""
    status: int = 200
    #: Where it sends people with a status of 3xx.
    elsewhere: str = ""
    came: list[Post] = field(default_factory=list)
    #: Its answers wait for this.
    answers: threading.Event = field(default_factory=threading.Event)


@contextmanager
def hook(tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """One that answers at once; its address has a secret in it."""
    it = Hook()
    it.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            it.came.append(Post(method=self.command, path=self.path, headers=dict(self.headers), body=body))
            it.answers.wait(60)
            self.send_response(it.status)
            if it.elsewhere:
                self.send_header("Location", it.elsewhere)
            self.end_headers()

        do_GET = do_POST = _take  # noqa: N815 - as the standard library calls them

        def log_message(self, *_: object) -> None:
            """Not on the terminal."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Whoever asked has gone."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    it.url = f"http{'s' if tls else ''}://localhost:{server.server_port}/hooks/t0ken-in-the-path"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield it
    finally:
        it.answers.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(slots=True, kw_only=True)
class Letters:
    """A mail server's box."""

    port: int = 0
    #: Sender, recipients, text; whether the connection was encrypted.
    came: list[tuple[str, list[str], str, bool]] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    refused: str = ""

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if address == self.refused:
            return "550 no such t0ken"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the same
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a letter."""
        assert isinstance(envelope.content, bytes)
        assert server.transport is not None
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.came.append((str(envelope.mail_from), envelope.rcpt_tos, envelope.content.decode(), encrypted))
        return "250 OK"


@contextmanager
def letters(tls: ssl.SSLContext | None = None, *, implicit: bool = False, password: str = "") -> Iterator[Letters]:
    """An SMTP server: plain, with STARTTLS, or encrypted from the beginning; with a password where one is given."""
    box = Letters()

    def login(*asked: object) -> AuthResult:
        data = asked[-1]
        assert isinstance(data, LoginPassword)
        box.logins.append((data.login, data.password))
        return AuthResult(success=data.password == password.encode(), handled=False)

    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), ssl_context=tls if implicit else None,
        tls_context=None if implicit else tls, require_starttls=bool(tls) and not implicit,
        authenticator=login if password else None, auth_required=bool(password),
        auth_require_tls=bool(tls) and not implicit, ready_timeout=60,
    )  # fmt: skip
    box.port = controller.port
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def mute() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(certificate, key)
    return found
