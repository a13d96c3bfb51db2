"""Questions of the probes to a server's own catalogs and statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.pg.connection import Connection

__all__ = ["CATALOG", "SLOW", "asked", "epoch"]

#: The search path of whoever asks only the server itself: nothing of the target's can stand in for it.
CATALOG = "pg_catalog"
#: Seconds between two looks at what changes slowly and costs more.
SLOW = 600.0


def asked(connection: Connection, name: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The answer to `queries/NAME.sql`."""
    return rows(connection, load("seatrial.monitoring.probes", name), parameters or ())


def epoch(connection: Connection) -> str:
    """What the counters of this database began with."""
    return str(asked(connection, "epoch")[0]["epoch"])
