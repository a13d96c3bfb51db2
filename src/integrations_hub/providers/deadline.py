"""An end to a conversation, however the other side draws it out."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Deadline"]


class Deadline:
    """Shuts the connections that it watches when the time is over; whoever reads from one then sees its end.

    The time limits of a socket are for each read, so that a server that sends one byte now and then keeps a worker
    for as long as it likes.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._ends = time.monotonic() + seconds
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    @property
    def remaining(self) -> float:
        """Seconds until it is over; never nothing, as that would mean no limit at all to a socket."""
        return max(self._ends - time.monotonic(), 0.001)

    def watch(self, connection: socket.socket) -> None:
        """Take a connection in; TLS that is begun on it later does not matter, as this is a second handle on it."""
        handle = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            self._watched.append(handle)
            if self.is_over:
                _shut(handle)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            for handle in self._watched:
                handle.close()
            self._watched.clear()

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            for handle in self._watched:
                _shut(handle)


def _shut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)
