"""TCP ports of the loopback."""

from __future__ import annotations

import socket

__all__ = ["free_port"]

#: A socket that is bound and does not listen keeps a port from whoever asks the system for any: other tests ask all the
#: time. Whoever binds to this one says SO_REUSEADDR, as servers do, and until then connections are refused.
_kept: list[socket.socket] = []


def free_port() -> int:
    """One that nobody uses, and that nobody else is given before this process ends."""
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    _kept.append(keeper)
    return int(keeper.getsockname()[1])
