"""Takes the strong locks of a transaction before anything else in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.plan import PlannedLock
    from seatrial.pg.connection import Connection

__all__ = ["take_locks"]


def take_locks(connection: Connection, locks: Sequence[PlannedLock], milliseconds: int) -> None:
    """Lock tables in the order given, under one deadline; one message, so that a slow network holds nothing longer.

    Raises:
        StatementFailed: they could not be had in time (55P03); the transaction has failed, and holds none of them.
    """
    wanted = json.dumps({"ms": milliseconds, "locks": [[lock.relation, lock.mode] for lock in locks]})
    rows(connection, "SELECT set_config('seatrial.locks', %(wanted)s, true) AS wanted", {"wanted": wanted})
    execute(connection, load("seatrial.deployment", "lock_first"))
