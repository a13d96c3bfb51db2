"""Index repairs that cannot be written as a fixed statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from seatrial.pg.connection import execute

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["drop_index_concurrently"]


def drop_index_concurrently(connection: Connection, name: str) -> None:
    """Drop an index, schema-qualified or not, without blocking writes; outside a transaction only."""
    execute(connection, sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(*name.split("."))))
