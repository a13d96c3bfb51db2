"""Connections of the dialect: many requests at once, each in one transaction of its caller."""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import AsyncConnection, AsyncCursor, AsyncRawCursor, sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from integrations_hub.dialect.reply import Outcome
from integrations_hub.store.database import connection_settings
from integrations_hub.store.queries import load
from integrations_hub.store.refusals import is_lost, lost, refusal_of
from integrations_hub.store.rest.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrations_hub.dialect.records import Request
    from integrations_hub.domain.caller import Caller
    from integrations_hub.settings import Database
    from integrations_hub.store.rest.statement import Statement

__all__ = ["Runner"]

Concluded = TypeVar("Concluded")
Connected = AsyncConnection[tuple[Any, ...]]
Cursor = AsyncCursor[tuple[Any, ...]]
#: Seconds to wait for a connection.
PATIENCE = 10.0
#: As on the platform: extensions are found without their schema.
ALSO_SEARCHED = ("public", "extensions")


class Runner:
    """A pool, and what is known of the database behind it."""

    def __init__(self, settings: Database) -> None:
        """Nothing is connected yet."""
        logging.getLogger("psycopg").addFilter(_is_news)
        dsn = settings.dsn.get_secret_value()
        self._pool: AsyncConnectionPool[Connected] = AsyncConnectionPool(
            dsn, min_size=1, max_size=settings.connections, open=False, timeout=PATIENCE,
            kwargs={**connection_settings(dsn), "autocommit": True, "cursor_factory": AsyncRawCursor},
        )  # fmt: skip
        self.settings = settings
        self.catalog = Catalog(self._pool, settings.schemas)

    async def open(self) -> None:
        """Begin to connect."""
        await self._pool.open()

    async def close(self) -> None:
        """Let go of every connection."""
        await self._pool.close()

    def stats(self) -> dict[str, int]:
        """Figures of the pool."""
        return self._pool.get_stats()

    async def run(
        self, caller: Caller, request: Request, path: str, statement: Statement,
        conclude: Callable[[Outcome], Concluded],
    ) -> Concluded:  # fmt: skip
        """Execute a statement in one transaction, and make an answer of what it brought.

        Args:
            caller: whom the database sees.
            request: its method and schema, and how its transaction ends.
            path: that it was made to, below the root of the dialect.
            statement: what to execute.
            conclude: makes the answer; when it raises, nothing is changed.

        Raises:
            Refusal: what the database said, or what `conclude` raised.
        """
        who = await self._who(caller, request, path, statement)
        try:
            try:
                return await self._once(who, request, statement, conclude)
            except psycopg.OperationalError as error:
                if statement.writes or not is_lost(error):
                    raise
            # Others may be as broken, after a restart of the server: those are replaced, and a reader asks again.
            await self._pool.check()
            return await self._once(who, request, statement, conclude)
        except (psycopg.Error, PoolTimeout) as error:
            if is_lost(error):
                raise lost(wrote=statement.writes) from None
            raise refusal_of(error, anonymous=caller.role == "anon") from None

    async def _once(
        self, who: tuple[str | None, ...], request: Request, statement: Statement,
        conclude: Callable[[Outcome], Concluded],
    ) -> Concluded:  # fmt: skip
        async with self._pool.connection() as connection:
            if not statement.writes:
                # Without BEGIN, all that is sent before the next synchronization is one transaction.
                return conclude(await _execute(connection, who, statement))
            if _may_be_undone(request):
                async with connection.transaction(force_rollback=request.preferences.tx == "rollback"):
                    return conclude(await _execute(connection, who, statement))
            return conclude(await _executed_and_committed(connection, who, statement))

    async def _who(self, caller: Caller, request: Request, path: str, statement: Statement) -> tuple[str | None, ...]:
        """The parameters of rest_become."""
        timeouts = (await self.catalog.known()).timeouts
        return (
            caller.role, caller.claims_json, request.method, path, _search_path(request.schema),
            "off" if statement.writes else "on", timeouts.get(caller.role),
        )  # fmt: skip


def _is_news(record: logging.LogRecord) -> bool:
    """Whether it is more than that a pipeline ended after what the client is told anyway."""
    return not record.msg.startswith("error ignored terminating")


def _may_be_undone(request: Request) -> bool:
    """Whether the answer decides how the transaction ends."""
    prefers = request.preferences
    return request.single or prefers.max_affected is not None or prefers.tx == "rollback"


async def _executed_and_committed(connection: Connected, who: tuple[str | None, ...], statement: Statement) -> Outcome:
    try:
        return await _execute(connection, who, statement, enclosed=True)
    except psycopg.Error:
        if not connection.closed:
            await connection.rollback()
        raise


async def _execute(
    connection: Connected, who: tuple[str | None, ...], statement: Statement, *, enclosed: bool = False
) -> Outcome:
    """In one round trip.

    Args:
        connection: on which nothing is under way.
        who: the parameters of rest_become.
        statement: what to execute.
        enclosed: in BEGIN and COMMIT, at which constraints speak up that are checked at the end.
    """
    guess = None
    async with connection.pipeline():
        if enclosed:
            await connection.execute("begin")
        await connection.execute(load("rest_become"), who)
        cursor = await connection.execute(statement.text, statement.values)
        if statement.explained:
            guess = await connection.execute(statement.explained, statement.explained_values)
        if enclosed:
            await connection.execute("commit")
    return _outcome(cursor, guess, statement.cap)


def _outcome(cursor: Cursor, guess: Cursor | None, cap: int) -> Outcome:
    """The one row, undecoded: the body goes on as it is."""
    rows, total, body, added, status, headers = _cells(cursor)
    return Outcome(
        rows=int(rows or 0), total=_total(total, guess, cap), body=body, added=None if added is None else int(added),
        status=None if status is None else status.decode(), headers=None if headers is None else headers.decode(),
    )  # fmt: skip


def _cells(cursor: Cursor) -> list[bytes | None]:
    result = cursor.pgresult
    return [] if result is None else [result.get_value(0, place) for place in range(result.nfields)]


def _total(counted: bytes | None, guess: Cursor | None, cap: int) -> int | None:
    """What was counted; where nobody counted, or not to the end, what the planner expects."""
    total = None if counted is None else int(counted)
    if guess is None or (total is not None and total <= cap):
        return total
    expected = int(json.loads(_cells(guess)[0] or b"[]")[0]["Plan"]["Plan Rows"])
    return expected if total is None else max(total, expected)


@lru_cache(maxsize=64)
def _search_path(schema: str) -> str:
    return sql.SQL(", ").join(map(sql.Identifier, dict.fromkeys((schema, *ALSO_SEARCHED)))).as_string(None)
