"""Ends attempts that go on although the server has cancelled them: a function can catch that, and loop for ever."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.pg.connection import rows
from seatrial.pg.failure import ConnectionLost
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["watchdog"]

#: Each statement is cancelled after three; a message holds some that we prepare it with.
SECONDS = 25.0
_CALL = re.compile(r"(?:SELECT \* FROM|CALL|SELECT) (?!set_config|current_setting)[\w.\"]+\([^;]*")


@contextmanager
def watchdog(server: Server, databases: Sequence[str], *, seconds: float = SECONDS) -> Iterator[None]:
    """Around attempts on databases of a scratch.

    Raises:
        CannotRun: an attempt had to be ended together with its session; what it was is said.
    """
    ended: list[str] = []
    over = threading.Event()
    with server.superuser() as connection:
        watcher = threading.Thread(target=_watch, args=(connection, databases, seconds, over, ended), daemon=True)
        watcher.start()
        try:
            yield
        except ConnectionLost:
            if not ended:
                raise
            raise CannotRun(
                "prove.endless", "a function does not end, not even when it is cancelled", where=ended[0],
                why="it catches the cancellation (query_canceled, or OTHERS in a loop), and would in production too",
                fix="let it end: catch what is expected, and no loop around an exception block without a way out",
            ) from None  # fmt: skip
        finally:
            over.set()
            watcher.join()


def _watch(
    connection: Connection, databases: Sequence[str], seconds: float, over: threading.Event, ended: list[str]
) -> None:
    query = load("seatrial.flows", "running_for_too_long")
    while not over.wait(1.0):
        for row in rows(connection, query, {"databases": list(databases), "seconds": seconds}):
            found = _CALL.findall(row["query"])
            ended.append(found[-1] if found else row["query"][-200:])
            rows(connection, "SELECT pg_terminate_backend(%(pid)s) AS ended", {"pid": row["pid"]})
