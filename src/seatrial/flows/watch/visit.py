"""One request to the page of a watch: read in time, and answered with no more than the page needs allowed."""

from __future__ import annotations

import io
import json
import time
from contextlib import suppress
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from seatrial.flows.watch.serve import Listening

__all__ = ["LIMIT", "Visit"]

#: Seconds in which a request has to be here, and in which an answer has to be taken.
LIMIT = 10.0
#: Bytes of a form; what is longer is read so far, for its sender to hear that it is too long, and no farther.
MOST_BYTES = 4096
MOST_DRAINED = 1_000_000

_FORM = "application/x-www-form-urlencoded"
_TEXT = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_METRICS = "text/plain; version=0.0.4; charset=utf-8"
_SITES = frozenset({"", "same-origin"})


class Visit(BaseHTTPRequestHandler):
    """Answers one request, and closes the connection."""

    server: Listening

    def setup(self) -> None:
        """Read from a connection that is in a hurry: who sends a byte now and then does not hold a place for long."""
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_Hurried(self.connection, time.monotonic() + self.server.limit))

    def do_GET(self) -> None:
        """One of the pages."""
        if not self._is_named_right():
            return
        makers: dict[str, Callable[[], None]] = {
            "/": self._page, "/part": self._part, "/metrics": self._metrics, "/watch.json": self._state,
            "/health": lambda: self._answer(HTTPStatus.OK, "ok\n"),
        }  # fmt: skip
        path = urlsplit(self.path).path
        if maker := makers.get(path):
            self._contained(maker)
        elif path == "/rollback":
            self._not_so("POST")
        else:
            self._answer(HTTPStatus.NOT_FOUND, "there is no such page\n")

    do_HEAD = do_GET  # noqa: N815 - as the standard library calls it

    def do_POST(self) -> None:
        """Take the release back, if whoever asks holds the key."""
        body = self._body()
        if body is None or not self._is_named_right():
            return
        if urlsplit(self.path).path != "/rollback":
            self._not_so("GET, HEAD")
            return
        if why := self._strange():
            self._answer(HTTPStatus.FORBIDDEN, f"{why}\n")
            return
        fields = {}
        with suppress(ValueError):
            fields = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=4)
        if not self.server.is_token(fields.get("token", [""])[-1]):
            self._answer(HTTPStatus.FORBIDDEN, "open the page by the link that the terminal shows\n")
            return
        self._contained(lambda: self._roll_back(fields.get("target", [""])[-1]))

    def _other(self) -> None:
        self._not_so("POST" if urlsplit(self.path).path == "/rollback" else "GET, HEAD")

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _other  # noqa: N815 - the same

    def _contained(self, maker: Callable[[], None]) -> None:
        """The watch goes on, whatever its page comes to."""
        try:
            maker()
        except OSError:
            # Whoever asked has gone, or does not take the answer.
            raise
        except Exception as error:  # noqa: BLE001 - its words may hold anything
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"a fault in Seatrial ({type(error).__name__})\n")

    def _roll_back(self, target: str) -> None:
        status, words = self.server.roll_back(target, f"page at {self.client_address[0]}")
        if status < HTTPStatus.BAD_REQUEST and "text/html" in self.headers.get("Accept", ""):
            # Whoever pressed the button sees on the page how it goes, and a reload presses nothing again.
            back = f"/?key={self.server.key}"
            self._answer(HTTPStatus.SEE_OTHER, f"{words}\n", more={"Location": back})
        else:
            self._answer(status, f"{words}\n")

    def _page(self) -> None:
        key = parse_qs(urlsplit(self.path).query).get("key", [""])[-1]
        nonce = token_urlsafe(16)
        self._answer(HTTPStatus.OK, self.server.page(key, nonce), kind=_HTML, nonce=nonce)

    def _part(self) -> None:
        text = self.server.pages.part()
        tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
        known = {one.strip().removeprefix("W/") for one in self.headers.get("If-None-Match", "").split(",")}
        if tag in known:
            self._answer(HTTPStatus.NOT_MODIFIED, "", kind=_HTML, more={"ETag": tag})
        else:
            self._answer(HTTPStatus.OK, text, kind=_HTML, more={"ETag": tag})

    def _metrics(self) -> None:
        self._answer(HTTPStatus.OK, self.server.pages.metrics(), kind=_METRICS)

    def _state(self) -> None:
        document = json.dumps(self.server.pages.state(), ensure_ascii=False)
        self._answer(HTTPStatus.OK, f"{document}\n", kind="application/json")

    def _is_named_right(self) -> bool:
        """A page of somebody else, whose name leads here, gets nothing: neither to read nor to do."""
        hosts = self.headers.get_all("Host") or []
        if len(hosts) == 1 and self.server.address.answers_to(hosts[0]):
            return True
        self._answer(HTTPStatus.MISDIRECTED_REQUEST, "this is not the place of that name\n")
        return False

    def _strange(self) -> str:
        """Why nothing is done for whoever asks; empty where it is."""
        origin, site = self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site", "")
        if origin not in {None, f"http://{self.headers['Host']}"} or site not in _SITES:
            return "this comes from another page"
        if not self.server.address.is_here:
            return "nothing is taken back over the network: use seatrial rollback"
        return ""

    def _body(self) -> bytes | None:
        """What was sent; None where that was answered already."""
        size = self.headers.get("Content-Length", "")
        if not (size.isascii() and size.isdigit()):
            self._answer(HTTPStatus.LENGTH_REQUIRED, "say how long it is\n")
            return None
        if len(size) > len(str(MOST_DRAINED)) or int(size) > MOST_BYTES:
            self.rfile.read(min(int(size[:8]), MOST_DRAINED))
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "that is too long\n")
            return None
        body = self.rfile.read(int(size))
        if self.headers.get_content_type() != _FORM:
            self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "this is not the form of the page\n")
            return None
        return body

    def _not_so(self, allowed: str) -> None:
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED, f"use {allowed}\n", more={"Allow": allowed})

    def _answer(
        self, status: int, text: str | bytes, *, kind: str = _TEXT, nonce: str = "", more: dict[str, str] | None = None
    ) -> None:
        body = text if isinstance(text, bytes) else text.encode()
        self.connection.settimeout(self.server.limit)
        self.send_response(status)
        size = {} if status == HTTPStatus.NOT_MODIFIED else {"Content-Length": str(len(body))}
        headers = {"Content-Type": kind, **size, **_headers(nonce), **(more or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library found wrong with a request, without quoting it."""
        del message, explain
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._other()
        else:
            self._answer(code, f"{HTTPStatus(code).phrase}\n")

    def version_string(self) -> str:
        """No version of anything."""
        return "seatrial"

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the standard library calls it
        """Not on the terminal, where a watch says a line per minute."""


class _Hurried(io.RawIOBase):
    """Bytes of a connection until a point in time."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever can be written to
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def _headers(nonce: str) -> dict[str, str]:
    script = f"'nonce-{nonce}'" if nonce else "'none'"
    policy = (
        f"default-src 'none'; script-src {script}; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # With `no-referrer` a browser would hide from us that a form is our own.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
