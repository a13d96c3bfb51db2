"""One deployer at a time: a session advisory lock, polled, on a connection that is in no transaction.

A blocking wait would deadlock another session's CREATE INDEX CONCURRENTLY, which waits for every older
transaction; so the lock is tried again and again instead.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from seatrial.errors import Refused
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.failure import ConnectionLost
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

__all__ = ["deployment_lock"]

POLL_SECONDS = 0.25
#: How long a deployer waits for the one before it.
PATIENCE_SECONDS = 10.0


@contextmanager
def deployment_lock(connection: Connection, *, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of this database; it frees itself when the session ends, however it ends.

    Raises:
        Refused: somebody else holds it for longer than our patience; says who, and since when.
    """
    # It sits idle while migrations run, and must not be ended for that.
    execute(connection, "SET idle_session_timeout = 0")
    deadline = time.monotonic() + patience
    while not rows(connection, load("seatrial.deployment", "try_lock"))[0]["locked"]:
        if time.monotonic() >= deadline:
            raise _held(connection)
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        # A session that was cut off in the meantime has let it go already.
        with suppress(ConnectionLost):
            if not connection.closed and not connection.broken:
                rows(connection, load("seatrial.deployment", "unlock"))


def _held(connection: Connection) -> Refused:
    holders = rows(connection, load("seatrial.deployment", "lock_holder"))
    who = "; ".join(
        f"{row['usename']} from {row['client']}, process {row['pid']}, since {row['since']}" for row in holders
    )
    return Refused(
        "deploy.locked",
        "another deployment is at work on this target",
        where=place(connection),
        why=who or "it ended just now",
        fix="wait for it to end, then run the command again",
    )
