"""Refuses a transaction pooler, on whatever port: there two connections take turns on one session of the server."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from seatrial.errors import CannotConnect
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.failure import ConnectionLost
from seatrial.pg.patience import answered_within
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["refuse_pooler"]

#: A pooler that has several idle sessions may give us another one by chance.
TRIES = 3
#: One that has a single session lets the other connection wait for it.
ANSWER_SECONDS = 10.0


def refuse_pooler(guard: Connection, work: Connection) -> None:
    """Stop where a session lock would not hold.

    Args:
        guard: idle.
        work: idle, to the same database.

    Raises:
        CannotConnect: what one connection has set is seen on the other, or its session changes under its feet.
    """
    token = secrets.token_hex(8)
    rows(guard, "SELECT set_config('seatrial.token', %(token)s, false) AS token", {"token": token})
    for _ in range(TRIES):
        execute(work, "BEGIN")
        try:
            with answered_within(guard, ANSWER_SECONDS):
                [worker], [guarding] = _session(work), _session(guard)
        except ConnectionLost:
            if work.closed:
                raise
            raise _pooled(work) from None
        finally:
            if not work.closed:
                execute(work, "ROLLBACK")
        if worker["token"] == token or guarding["token"] != token or worker["pid"] == guarding["pid"]:
            raise _pooled(work)


def _pooled(work: Connection) -> CannotConnect:
    return CannotConnect(
        "target.pooled-transactions", "this is a transaction pooler", where=place(work),
        why="two connections were served by one session of the server, so the deployment lock would not hold",
        fix="give the address of the server itself, or of a pooler in session mode",
    )  # fmt: skip


def _session(connection: Connection) -> list[dict[str, object]]:
    return rows(connection, load("seatrial.deployment", "shared_session"))
