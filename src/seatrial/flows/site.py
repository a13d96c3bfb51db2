"""Which database a target's name leads to: it may be another one tomorrow."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["site_of", "system_of"]


def site_of(connection: Connection) -> str:
    """A digest of cluster and database."""
    [here] = rows(connection, load("seatrial.flows", "script_site"))
    return hashlib.sha256(f"{system_of(connection, here)} {here['database']}".encode()).hexdigest()


def system_of(connection: Connection, here: dict[str, object]) -> str:
    """The identifier of the cluster; empty for a role that may not know it.

    Args:
        connection: to the database.
        here: the answer of `script_site`.
    """
    if not here["knows_system"]:
        return ""
    return ask(connection, "SELECT system_identifier FROM pg_catalog.pg_control_system()").value
