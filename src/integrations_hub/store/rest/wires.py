"""The connections of the dialect: so many as are wanted at once, up to a number; what broke is replaced."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import PoolTimeout

from integrations_hub.store.database import connection_settings
from integrations_hub.store.rest.wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Wires"]

#: Seconds to wait for a connection, and until it is tried again to make one.
PATIENCE = 10.0
PAUSE = 0.2


class Wires:
    """At most so many connections, each for one at a time."""

    def __init__(self, dsn: str, *, connections: int) -> None:
        """Nothing is connected yet."""
        self._dsn = dsn
        self._size = connections
        self._settings = connection_settings(dsn)
        self._turns = asyncio.Semaphore(connections)
        self._free: list[Wire] = []
        self._used = 0

    @asynccontextmanager
    async def wire(self, until: float | None = None) -> AsyncIterator[Wire]:
        """A connection for oneself.

        Args:
            until: when by the loop's clock it is given up; in ten seconds.

        Raises:
            PoolTimeout: others had them all for so long, or the database could not be reached.
        """
        until = self.patience() if until is None else until
        await self._turn(until)
        self._used += 1
        try:
            wire = self._idle() or await self._patiently_made(until)
            try:
                yield wire
            finally:
                if wire.is_open:
                    self._free.append(wire)
        finally:
            self._used -= 1
            self._turns.release()

    @staticmethod
    def patience() -> float:
        """When a request that begins now has waited long enough, by the loop's clock."""
        return asyncio.get_running_loop().time() + PATIENCE

    async def connect(self, until: float | None = None) -> AsyncConnection[Any]:
        """A connection of the driver's own, beside the others.

        Raises:
            PoolTimeout: nobody answered.
            psycopg.OperationalError: it was refused.
        """
        try:
            async with asyncio.timeout_at(self.patience() if until is None else until):
                return await AsyncConnection.connect(self._dsn, autocommit=True, **self._settings)
        except TimeoutError:
            raise PoolTimeout from None

    def close(self) -> None:
        """Let go of every connection that nobody uses."""
        while self._free:
            self._free.pop().close()

    def stats(self) -> dict[str, int]:
        """Figures, by the names that psycopg's pool has for them."""
        return {"pool_max": self._size, "pool_size": self._used + len(self._free), "pool_available": len(self._free)}

    async def _turn(self, until: float) -> None:
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with asyncio.timeout_at(until):
                await self._turns.acquire()
        except TimeoutError:
            raise PoolTimeout from None

    def _idle(self) -> Wire | None:
        """The one that was used last; those that broke meanwhile have said so."""
        while self._free:
            if (wire := self._free.pop()).is_open:
                return wire
        return None

    async def _patiently_made(self, until: float) -> Wire:
        """A new one; a server that starts again is waited for."""
        while True:
            try:
                return Wire(await self.connect(until), prepares=self._settings["prepare_threshold"] is not None)
            except PoolTimeout:
                raise
            except OperationalError:
                if asyncio.get_running_loop().time() + PAUSE > until:
                    raise PoolTimeout from None
            await asyncio.sleep(PAUSE)
