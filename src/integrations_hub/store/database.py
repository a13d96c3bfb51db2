"""Connections that work for a caller, a transaction at a time; for threads."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from integrations_hub.store.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations_hub.domain.caller import Caller

__all__ = ["Database", "Row", "Rows", "connection_settings", "role_of"]

Row = dict[str, Any]
Rows = Connection[Row]
#: Supavisor and PgBouncer give a transaction any of their connections, and prepared statements stay behind.
TRANSACTION_POOLER = "6543"


def connection_settings(dsn: str) -> dict[str, Any]:
    """What every connection of the hub has, beside its DSN."""
    pooled = conninfo_to_dict(dsn).get("port") == TRANSACTION_POOLER
    return {"application_name": "integrations_hub", "prepare_threshold": None if pooled else 5}


def role_of(dsn: str) -> str:
    """The role that it logs in as; empty where the environment says it."""
    return str(conninfo_to_dict(dsn).get("user") or "")


class Database:
    """A pool for code that runs in threads; the dialect has one of its own, for many requests at once."""

    def __init__(self, dsn: str, *, connections: int) -> None:
        """Nothing is connected yet.

        Args:
            dsn: of a role that may become anon, authenticated and service_role.
            connections: at most.
        """
        self._pool: ConnectionPool[Rows] = ConnectionPool(
            dsn, min_size=1, max_size=connections, open=False, timeout=10, check=ConnectionPool.check_connection,
            kwargs={**connection_settings(dsn), "autocommit": True, "row_factory": dict_row},
        )  # fmt: skip

    def open(self) -> None:
        """Begin to connect."""
        self._pool.open()

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.close()

    def stats(self) -> dict[str, int]:
        """Of the pool: how many connections there are, are free, are waited for."""
        return self._pool.get_stats()

    @contextmanager
    def transaction(self, caller: Caller) -> Iterator[Rows]:
        """One transaction, in which the database sees the caller.

        Raises:
            psycopg.Error: as the database said it.
            psycopg_pool.PoolTimeout: no connection was to be had in ten seconds.
        """
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(load("become"), {"role": caller.role, "claims": caller.claims_json})
            yield connection
