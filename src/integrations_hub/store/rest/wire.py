"""One connection that is always in pipeline mode: whatever is sent together takes one round trip.

The driver's own pipeline does the same with a cursor for each statement and several waits; this takes a fifth of the
time (psycopg.pq is its documented lower half), and for requests as small as these that is most of what the hub adds.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from psycopg.pq.abc import PGresult

__all__ = ["Command", "Wire"]

#: A statement and its parameters.
Command = tuple[bytes, "Sequence[str | None]"]
GOOD = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}
#: Statements that a connection keeps prepared.
PREPARED = 200


class Wire:
    """Carries one exchange at a time."""

    def __init__(self, connection: AsyncConnection[Any], *, prepares: bool) -> None:
        """Take a connection over; nothing else uses it from now on."""
        self._connection = connection
        self._pq = connection.pgconn
        self._prepares = prepares
        self._names: dict[bytes, bytes] = {}
        self._numbered = 0
        self._results: list[PGresult] = []
        self._arrived: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._socket = self._pq.socket
        self.is_open = True
        self._pq.nonblocking = 1
        self._pq.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._read)

    async def exchange(self, *commands: Command) -> list[PGresult]:
        """The results of statements that are sent together, one of each.

        Raises:
            psycopg.Error: of the first that failed, after which none is executed.
        """
        try:
            if len(self._names) > PREPARED:
                await self._exchange([(b"deallocate all", ())])
                self._names.clear()
            return await self._exchange(commands)
        except asyncio.CancelledError:
            # What is under way would be taken for the answer to the next exchange.
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection."""
        if self.is_open:
            self.is_open = False
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._pq.finish()

    async def _exchange(self, commands: Sequence[Command]) -> list[PGresult]:
        self._results, self._arrived = [], self._loop.create_future()
        prepared = [self._send(text, values) for text, values in commands]
        self._pq.pipeline_sync()
        if self._pq.flush():
            self._loop.add_writer(self._socket, self._write)
        await self._arrived
        return self._sorted(prepared, self._results)

    def _send(self, text: bytes, values: Sequence[str | None]) -> bytes | None:
        """Send a statement; gives its text if it is prepared with it."""
        encoded = [None if each is None else each.encode() for each in values]
        if not self._prepares:
            self._pq.send_query_params(text, encoded)
            return None
        if name := self._names.get(text):
            self._pq.send_query_prepared(name, encoded)
            return None
        self._numbered += 1
        name = f"hub_{self._numbered}".encode()
        self._pq.send_prepare(name, text)
        self._pq.send_query_prepared(name, encoded)
        self._names[text] = name
        return text

    def _sorted(self, prepared: list[bytes | None], results: list[PGresult]) -> list[PGresult]:
        """Those of statements; a statement that could not be prepared is forgotten."""
        found, failed = [], None
        arrived = iter(results)
        for text in prepared:
            if text is not None and (result := next(arrived)).status != ExecStatus.COMMAND_OK:
                self._names.pop(text, None)
                failed = failed or result
            found.append(next(arrived))
            if found[-1].status not in GOOD:
                failed = failed or found[-1]
        # One more is of the synchronization itself, where a transaction ends.
        if failed := failed or next(arrived, None):
            raise error_from_result(failed, "utf-8")
        return found

    def _read(self) -> None:
        try:
            self._pq.consume_input()
            self._collect()
        except OperationalError as error:
            self._fail(error)

    def _collect(self) -> None:
        """Take what has arrived, up to the synchronization."""
        none = 0
        while not self._pq.is_busy():
            result = self._pq.get_result()
            if result is None:
                # One ends the results of a statement; a second says that there is no more.
                none += 1
                if none > 1:
                    break
                continue
            none = 0
            if result.status == ExecStatus.PIPELINE_SYNC:
                if self._arrived and not self._arrived.done():
                    self._arrived.set_result(None)
                break
            self._results.append(result)
        if self._pq.status == ConnStatus.BAD:
            raise OperationalError("the connection is closed")

    def _fail(self, error: OperationalError) -> None:
        said = [each for each in self._results if each.status == ExecStatus.FATAL_ERROR]
        self.close()
        if self._arrived and not self._arrived.done():
            self._arrived.set_exception(error_from_result(said[0], "utf-8") if said else error)

    def _write(self) -> None:
        try:
            if not self._pq.flush():
                self._loop.remove_writer(self._socket)
        except OperationalError as error:
            self._fail(error)
