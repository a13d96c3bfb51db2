"""TCP ports of the loopback that are one's own before somebody listens there, and between two who do."""

from __future__ import annotations

import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["free_port", "held_port"]

_kept = ExitStack()


@contextmanager
def held_port() -> Iterator[int]:
    """One that nobody else is given; connections are refused while nobody listens.

    A socket that is bound and does not listen keeps a port from whoever asks the system for any, as other tests do all
    the time. A server that sets SO_REUSEADDR, as servers do, may listen beside it.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def free_port() -> int:
    """One that nobody uses, and that nobody else is given before this process ends."""
    return _kept.enter_context(held_port())
