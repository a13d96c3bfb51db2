"""Ends the wait for an answer that does not come: a connection may be dead without anybody having said so."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

__all__ = ["answered_within", "sever"]


def sever(connection: Connection) -> None:
    """Cut a connection, from any thread: whoever waits for its answer learns at once that none will come."""
    # What is closed again is a duplicate of the descriptor; what is shut down is the connection itself.
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def answered_within(connection: Connection, seconds: float) -> Iterator[None]:
    """Around questions of ours that take milliseconds; a connection that does not answer in time is cut.

    Raises:
        ConnectionLost: from the question, when that happens.
    """
    timer = threading.Timer(seconds, sever, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
