"""Connections that work for a caller, a transaction at a time; for threads."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import Connection, OperationalError, ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from integrations_hub.store.entrance import why
from integrations_hub.store.queries import load
from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations_hub.domain.caller import Caller

__all__ = ["PATIENCE", "TRYING", "TURN", "Database", "Row", "Rows", "connection_settings", "role_of"]

Row = dict[str, Any]
Rows = Connection[Row]
#: Supavisor and PgBouncer give a transaction any of their connections, and prepared statements stay behind.
TRANSACTION_POOLER = "6543"
#: Seconds that one may wait for a connection.
PATIENCE = 10.0
#: Seconds after which one asks for it anew, and after which the pool gives up to connect until somebody asks: its
#: pauses grow with each failure, up to minutes in which nobody would notice that the database is back.
TURN, TRYING = 2.0, 1.0
#: Seconds to find out why none can be made; the driver takes one for two.
ASKING = 2


def connection_settings(dsn: str) -> dict[str, Any]:
    """What every connection of the hub has, beside its DSN.

    Raises:
        CannotRun: the DSN is none.
    """
    pooled = _read(dsn).get("port") == TRANSACTION_POOLER
    return {"application_name": "integrations_hub", "prepare_threshold": None if pooled else 5}


def role_of(dsn: str) -> str:
    """The role that it logs in as; empty where the environment says it."""
    return str(_read(dsn).get("user") or "")


def _read(dsn: str) -> dict[str, Any]:
    """The words of the driver about a DSN have parts of it, and so perhaps of a password."""
    try:
        return dict(conninfo_to_dict(dsn))
    except ProgrammingError:
        raise CannotRun(
            "hub.bad-dsn", "the DSN of the database is none that PostgreSQL understands",
            fix="postgresql://ROLE:PASSWORD@HOST:5432/DATABASE; a % in a password is written %25, a / %2F, an @ %40",
        ) from None  # fmt: skip


class Database:
    """A pool for code that runs in threads; the dialect has one of its own, for many requests at once."""

    def __init__(self, dsn: str, *, connections: int) -> None:
        """Nothing is connected yet.

        Args:
            dsn: of a role that may become anon, authenticated and service_role.
            connections: at most.
        """
        self._dsn = dsn
        self._pool: ConnectionPool[Rows] = ConnectionPool(
            dsn, min_size=1, max_size=connections, open=False, reconnect_timeout=TRYING,
            check=ConnectionPool.check_connection,
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

    def is_free(self, patience: float) -> bool:
        """Whether a connection that works is to be had in so many seconds."""
        try:
            with self._pool.connection(timeout=patience):
                return True
        except PoolTimeout:
            return False

    def trouble(self) -> str | None:
        """Why no connection can be made, in words; none where one can."""
        try:
            Connection.connect(self._dsn, connect_timeout=ASKING, **connection_settings(self._dsn)).close()
        except OperationalError as error:
            return why(error)
        return None

    @contextmanager
    def transaction(self, caller: Caller) -> Iterator[Rows]:
        """One transaction, in which the database sees the caller.

        Raises:
            psycopg.Error: as the database said it.
            psycopg_pool.PoolTimeout: no connection was to be had in ten seconds.
        """
        with ExitStack() as stack:
            connection = self._connection(stack)
            with connection.transaction():
                connection.execute(load("become"), {"role": caller.role, "claims": caller.claims_json})
                yield connection

    def _connection(self, stack: ExitStack) -> Rows:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return stack.enter_context(self._pool.connection(timeout=TURN))
            except PoolTimeout:
                if time.monotonic() >= until:
                    raise
