"""Where the hub listens: the address is taken before anything else is begun."""

from __future__ import annotations

import socket

from seatrial.errors import CannotRun

__all__ = ["listen", "url_of"]

#: Connections that wait while every process is busy or just starts.
WAITING = 2048


def listen(host: str, port: int) -> socket.socket:
    """A socket that connections can be made to from now on.

    Args:
        host: name or address of this machine.
        port: 0 for any that is free.

    Raises:
        CannotRun: somebody else has it, or it is not this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(found[4][:2], family=found[0], backlog=WAITING)
    except OSError as error:
        raise CannotRun(
            "hub.port-taken", f"the hub cannot listen at {host}, port {port}: {error.strerror}",
            fix="end what listens there, or choose another with --port; --port 0 takes any that is free",
        ) from None  # fmt: skip


def url_of(listener: socket.socket) -> str:
    """Its address for a browser on this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
