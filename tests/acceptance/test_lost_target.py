"""A target that goes away while it is looked at, and one that is looked at without a trace."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.acceptance.release import BOATS

from seatrial.pg.database import set_password
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release


@contextmanager
def cutting(port: int, after_bytes: int) -> Iterator[int]:
    """A way to a server that breaks when so much of its answers has passed."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listener.accept()
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            forward = threading.Thread(target=_pump, args=(client, server, 10**9), daemon=True)
            forward.start()
            _pump(server, client, after_bytes)
            client.shutdown(socket.SHUT_RDWR)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.close()


def _pump(source: socket.socket, sink: socket.socket, most: int) -> None:
    try:
        while most > 0 and (data := source.recv(min(65536, most))):
            sink.sendall(data)
            most -= len(data)
    except OSError:
        return


def test_a_target_that_drops_the_connection_half_way_is_an_error_and_nothing_is_made_of_a_part(
    release: Release, seatrial: Console
) -> None:
    release.add(BOATS)
    with scratch(tcp=True) as server:
        with server.superuser("postgres") as admin:
            set_password(admin, "postgres", "invented")
        port = int(server.dsn().rpartition("@")[2].partition("/")[0].rpartition(":")[2])
        for part in (3_000, 40_000, 200_000):
            with cutting(port, part) as way:
                dsn = f"postgresql://postgres:invented@127.0.0.1:{way}/postgres?sslmode=disable"
                answer = seatrial("rehearse", "--from", dsn, "--plan", "a.plan", code=2)
            assert answer.error["code"] in {"target.lost", "target.unreachable"}
            assert "invented" not in answer.said
            assert answer.error["fix"]
            assert not (release.root / "a.plan").exists()
