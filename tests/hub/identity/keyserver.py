"""A server of a key set on a real socket: it rotates, goes down, dawdles, and counts who asks."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.faults.ports import held_port
from tests.hub.identity.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KeyServer", "serving"]


class KeyServer:
    """What it answers, until somebody changes it."""

    def __init__(self, port: int) -> None:
        self.project = Project()
        self.status = 200
        self.location = ""
        #: In place of the key set.
        self.body: bytes | None = None
        #: Clear it and answers wait.
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = 0
        self.port = port
        self._server: ThreadingHTTPServer | None = None

    @property
    def address(self) -> str:
        """Of the key set."""
        return f"http://127.0.0.1:{self.port}/auth/v1/.well-known/jwks.json"

    def rotate(self, *published: int) -> None:
        """Publish other key pairs."""
        self.project = Project(published=published)

    def up(self) -> None:
        """Listen, also where it listened before."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def down(self) -> None:
        """Listen no more: connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _handler(server: KeyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked += 1
            server.may_answer.wait(20)
            body = json.dumps(server.project.key_set()).encode() if server.body is None else server.body
            self.send_response(server.status)
            if server.location:
                self.send_header("Location", server.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the standard library has it
            """Be quiet."""

    return Handler


@contextmanager
def serving() -> Iterator[KeyServer]:
    """One that runs."""
    with held_port() as port:
        server = KeyServer(port)
        server.up()
        try:
            yield server
        finally:
            server.may_answer.set()
            server.down()
