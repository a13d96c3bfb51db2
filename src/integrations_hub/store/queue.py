"""The queue of jobs: procrastinate on the hub's own database, in the schema that a preparation made for it."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from procrastinate import App, PsycopgConnector
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from integrations_hub.store.database import PATIENCE, TRANSACTION_POOLER, TRYING, TURN, connection_settings
from integrations_hub.store.queries import load
from integrations_hub.store.upkeep import OURSELVES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from integrations_hub.store.database import Database, Row

__all__ = ["HOURS_LATE", "create_queue", "figures", "hears_notifications"]

#: A job that was to begin while no worker ran is begun when one does, unless it is later than this.
HOURS_LATE = 12


class _Pool(AsyncConnectionPool[AsyncConnection[Any]]):
    """Connections that look into the queue's schema; said in each transaction, as a pooler mixes sessions up."""

    @asynccontextmanager
    async def connection(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - as the pool has it
    ) -> AsyncIterator[AsyncConnection[Any]]:
        async with AsyncExitStack() as stack:
            connection = await self._patiently(stack, PATIENCE if timeout is None else timeout)
            await connection.execute(load("queue_path"))
            yield connection

    async def _patiently(self, stack: AsyncExitStack, patience: float) -> AsyncConnection[Any]:
        """In turns, as store.database says why."""
        until = time.monotonic() + patience
        while True:
            try:
                return await stack.enter_async_context(super().connection(TURN))
            except PoolTimeout:
                if time.monotonic() >= until:
                    raise


def create_queue(dsn: str, *, connections: int = 4) -> App:
    """The queue, not connected yet.

    Args:
        dsn: of the role that the hub logs in as.
        connections: at most, beside one that listens.
    """
    connector = PsycopgConnector(
        # None to begin with: whoever opens it waits for those, and a pool that has given up tries nothing by itself.
        pool_factory=_Pool, conninfo=dsn, kwargs=connection_settings(dsn), min_size=0, max_size=connections,
        reconnect_timeout=TRYING,
    )  # fmt: skip
    return App(connector=connector, periodic_defaults={"max_delay": HOURS_LATE * 3600})


def hears_notifications(dsn: str) -> bool:
    """Whether the database says that there is a job; behind a pooler of transactions it is asked every few seconds."""
    return conninfo_to_dict(dsn).get("port") != TRANSACTION_POOLER


def figures(database: Database) -> list[Row]:
    """What is in the queue: task, status, jobs, how many of them wait although their time has come, oldest."""
    with database.transaction(OURSELVES) as connection:
        return connection.execute(load("queue_figures")).fetchall()
