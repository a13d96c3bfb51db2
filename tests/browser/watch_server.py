"""A server as small as can be for the live page: the page, its part with an ETag, and what was posted to it."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from seatrial.report.watch.page import fragment, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.watch_page import WatchPage

__all__ = ["TOKEN", "Shore", "serving"]

TOKEN = "a-token-of-this-run"


@dataclass(kw_only=True)
class Shore:
    """What is shown, which a test changes."""

    found: WatchPage
    address: str = ""
    #: How often the part was asked for, by the status of the answer.
    answers: list[int] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)

    def part(self) -> str:
        """As it is now."""
        return fragment(self.found)


@contextmanager
def serving(found: WatchPage) -> Iterator[Shore]:
    """On a port of its own until the test ends."""
    shore = Shore(found=found)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/part"):
                body = shore.part().encode()
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                status = 304 if self.headers.get("If-None-Match") == tag else 200
                shore.answers.append(status)
                self._answer(status, b"" if status == 304 else body, tag)
            else:
                self._answer(200, page(shore.found, live=True, token=TOKEN).encode())

        def do_POST(self) -> None:
            shore.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer(200, b"<!doctype html><title>asked</title>")

        def _answer(self, status: int, body: bytes, tag: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shore.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield shore
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
