"""TCP ports of the loopback that are one's own before somebody listens there, and between two who do."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["held_port"]


@contextmanager
def held_port() -> Iterator[int]:
    """One that nobody else is given; connections are refused while nobody listens.

    A server that sets SO_REUSEADDR may listen beside a socket that has it as well and does not listen itself.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
