"""What a query takes when nobody has asked it before: in a new session, with nothing in the server's buffers."""

from __future__ import annotations

from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.performance.run import took
from seatrial.pg.connection import execute
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.model.performance import Call
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["cold", "evictor"]

RUNS = 3
#: The first server that can empty its buffers without being stopped.
EVICTING_SINCE = 180000
#: The extension that does it is nobody's but ours: it has a database of its own.
DATABASE = "seatrial_buffers"


@contextmanager
def evictor(server: Server) -> Iterator[Connection | None]:
    """A connection that can empty the buffers of a scratch; None where the server cannot."""
    try:
        server.clone(DATABASE, "template0")
        with server.superuser(DATABASE) as connection:
            yield connection if _can_evict(connection) else None
    finally:
        server.drop(DATABASE)


def _can_evict(connection: Connection) -> bool:
    if connection.info.server_version < EVICTING_SINCE:
        return False
    try:
        execute(connection, "CREATE EXTENSION pg_buffercache")
    except StatementFailed:
        return False
    return True


def cold(
    connect: Callable[[], Connection], evicting: Connection, call: Call, *, time_limit: float = 5.0
) -> float | None:
    """Median milliseconds of some first runs; None where it cannot be run.

    What the operating system keeps of the files stays in memory.

    Args:
        connect: opens a new session of a superuser, to a database with rows.
        evicting: of a superuser, to another database of the same server, which has pg_buffercache.
        call: what is asked, and by whom.
        time_limit: seconds for each run.
    """
    found = []
    for number in range(RUNS):
        sender = call.senders[number % len(call.senders)]
        execute(evicting, "SELECT pg_buffercache_evict_all()")
        with connect() as connection:
            try:
                with sending(connection, sender, time_limit=time_limit):
                    found.append(took(explained(connection, call.query.sql, sender.params, run=True)))
            except StatementFailed:
                return None
    return median(found)
