"""A web server in place of a service: documented answers, and every mood that a service can be in."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import integrations_hub.providers

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

Fake = TypeVar("Fake", bound="WebFake")

__all__ = ["Answered", "Asked", "Mood", "WebFake", "listener", "recorded", "served"]


class Mood(Enum):
    """What the server is like. From HANGING on it takes what it is asked to send, and then does this."""

    FINE = auto()
    #: Connections are refused.
    DOWN = auto()
    #: It takes nothing, and says after how many seconds it will: `retry_after`.
    LIMITING = auto()
    #: It takes nothing and says so, with an error of its own and a 5xx.
    BROKEN = auto()
    #: Answers well after `delay` seconds.
    SLOW = auto()
    #: Never answers.
    HANGING = auto()
    #: Sends one byte of its answer now and then.
    DRIPPING = auto()
    #: Closes the connection.
    DROPPING = auto()
    #: A page of a gateway, with status 502.
    GATEWAY = auto()
    #: A page, with status 200.
    HTML = auto()
    TRUNCATED = auto()
    #: The right answer, called a picture.
    WRONG_TYPE = auto()
    #: An object, and in it nothing that is documented.
    STRANGE = auto()
    #: Without end.
    HUGE = auto()
    #: Sends the hub to `elsewhere`.
    MOVED = auto()
    #: Repeats the request with every header, as an error that nobody documents.
    ECHOING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the documentation says comes back."""

    status: int
    document: object
    headers: dict[str, str] = field(default_factory=dict)


def recorded(integration_type: str, name: str) -> Any:  # noqa: ANN401 - whatever was recorded
    """A payload with a documented shape."""
    folder = Path(integrations_hub.providers.__file__).parent / integration_type / "recorded"
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


class WebFake:
    """What every fake of this kind has; a service's own says what it answers."""

    def __init__(self) -> None:
        self.retry_after = 1
        self.delay = 0.05
        self.elsewhere = "http://127.0.0.1:9/"
        #: Every request that came, whatever was made of it.
        self.asked: list[Asked] = []
        #: What was taken to be sent: a second one of the same is a double send.
        self.sent: list[dict[str, Any]] = []
        #: Answers of these moods come first.
        self.moods: list[Mood] = []
        self.address = ""
        self._mood = Mood.FINE
        self._lock = threading.Lock()
        self._gone = threading.Event()
        self._tls: ssl.SSLContext | None = None
        self._held: socket.socket | None = None
        self._server: ThreadingHTTPServer | None = None

    @property
    def mood(self) -> Mood:
        """What it is like from now on."""
        return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        if mood is Mood.DOWN:
            self._close()
        elif self._server is None:
            self._open()
        self._mood = mood

    def next(self, *moods: Mood) -> None:
        """Be like this for the next requests, one after the other, and then as before; DOWN is not among them."""
        self.moods.extend(moods)

    def answer(self, asked: Asked) -> Answered:
        """What the service answers, and does, when it is fine."""
        raise NotImplementedError

    def limited(self) -> Answered:
        """What it answers when it has had enough."""
        raise NotImplementedError

    def broken(self) -> Answered:
        """What it answers when it is out of order."""
        raise NotImplementedError

    def take(self, asked: Asked) -> tuple[Mood, Answered]:
        """Count a request, and do what it asks for unless the mood is against it."""
        with self._lock:
            self.asked.append(asked)
            mood = self.moods.pop(0) if self.moods else self._mood
            if mood is Mood.LIMITING:
                return mood, self.limited()
            if mood is Mood.BROKEN:
                return mood, self.broken()
            return mood, self.answer(asked)

    def wait(self, seconds: float) -> None:
        """As long, or until the server is closed."""
        self._gone.wait(seconds)

    def start(self, tls: ssl.SSLContext | None) -> None:
        """Listen on a port that stays this one's own, also while it is down."""
        self._tls = tls
        self._held = listener(0)
        self.address = f"http{'s' if tls else ''}://localhost:{self._held.getsockname()[1]}"
        self._open()

    def stop(self) -> None:
        """Give everything back."""
        self._close()
        if self._held is not None:
            self._held.close()

    def _open(self) -> None:
        if self._held is None:
            raise RuntimeError("nobody has started it")
        self._gone = threading.Event()
        server = _Server(("127.0.0.1", self._held.getsockname()[1]), _handler(self), bind_and_activate=False)
        server.socket.close()
        server.socket = listener(self._held.getsockname()[1])
        server.server_activate()
        if self._tls is not None:
            server.socket = self._tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self._server = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def _close(self) -> None:
        self._gone.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@contextmanager
def served(fake: Fake, tls: ssl.SSLContext | None = None) -> Iterator[Fake]:
    """A fake that listens on this machine."""
    fake.start(tls)
    try:
        yield fake
    finally:
        fake.stop()


def listener(port: int) -> socket.socket:
    """A socket on a port of this machine, or on any; not listening yet."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Two may hold the port; connections come to the one that listens, and are refused while none does.
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Whoever asked has gone."""


def _handler(fake: WebFake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            asked = Asked(
                method=self.command, path=parts.path, query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=json.loads(content) if content else {},
            )  # fmt: skip
            mood, answered = fake.take(asked)
            with suppress(OSError):
                _speak(self, fake, asked, mood, answered)

        do_GET = do_POST = _take  # noqa: N815 - as the standard library calls them

        def log_message(self, *_: object) -> None:
            """Not on the terminal."""

    return Handler


def _speak(handler: BaseHTTPRequestHandler, fake: WebFake, asked: Asked, mood: Mood, answered: Answered) -> None:
    content = json.dumps(answered.document).encode()
    lies: dict[Mood, tuple[int, bytes, str]] = {
        Mood.GATEWAY: (502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html"),
        Mood.HTML: (200, b"<html><h1>Welcome</h1></html>", "text/html"),
        Mood.TRUNCATED: (answered.status, content[: len(content) // 2], "application/json"),
        Mood.WRONG_TYPE: (answered.status, content, "image/png"),
        Mood.STRANGE: (200, b'{"result": [null], "messages": {"id": 5}, "ok": true}', "application/json"),
        Mood.MOVED: (307, b"{}", "application/json"),
        Mood.ECHOING: (400, _echo(asked), "application/json"),
    }
    match mood:
        case Mood.HANGING:
            fake.wait(60)
        case Mood.DROPPING:
            handler.connection.shutdown(socket.SHUT_RDWR)
        case Mood.DRIPPING:
            _drip(handler, fake)
        case Mood.HUGE:
            _flood(handler)
        case _ if mood in lies:
            _send(handler, *lies[mood], {"Location": fake.elsewhere} if mood is Mood.MOVED else {})
        case _:
            fake.wait(fake.delay if mood is Mood.SLOW else 0)
            _send(handler, answered.status, content, "application/json; charset=UTF-8", answered.headers)


def _send(handler: BaseHTTPRequestHandler, status: int, content: bytes, kind: str, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)


def _echo(asked: Asked) -> bytes:
    everything = f"{asked.path} {asked.query} {asked.headers} {asked.body}"
    error = {"code": 1_999_999, "message": everything, "error_user_msg": everything, "type": everything}
    return json.dumps({"ok": False, "error_code": 400, "description": everything, "error": error}).encode()


def _drip(handler: BaseHTTPRequestHandler, fake: WebFake) -> None:
    ends = time.monotonic() + 60
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while time.monotonic() < ends:
        handler.wfile.write(b"a")
        fake.wait(0.02)


def _flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    while True:
        handler.wfile.write(b'{"a": "' + b"a" * 65536)
