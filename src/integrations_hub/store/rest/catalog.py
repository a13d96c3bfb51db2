"""Reads what is exposed from the catalog, and again when somebody asks for what is not known."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from psycopg import AsyncRawCursor
from psycopg.rows import dict_row

from integrations_hub.dialect.schema import Argument, ForeignKey, Function, Relation, RelationColumn, Schema
from integrations_hub.domain.caller import ROLES
from integrations_hub.domain.refusal import Refusal
from integrations_hub.store.queries import load

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from psycopg import AsyncConnection

    Found = TypeVar("Found")

__all__ = ["Catalog", "Known"]

#: Unknown names make it read at most so often, in seconds.
PAUSE = 1.0
UNKNOWN = {"PGRST202", "PGRST204", "PGRST205"}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was read."""

    schema: Schema
    #: How long a statement may take, by role.
    timeouts: dict[str, str] = field(default_factory=dict)


class Catalog:
    """The catalog as it was when it was last read."""

    def __init__(self, connect: Callable[[], Awaitable[AsyncConnection[Any]]], schemas: tuple[str, ...]) -> None:
        self._connect = connect
        self._schemas = list(schemas)
        self._lock = asyncio.Lock()
        self._known: Known | None = None
        self._read_at = 0.0

    async def known(self) -> Known:
        """What was read, the first time from the database."""
        return self._known or await self._read()

    async def find(self, look: Callable[[Schema], Found]) -> Found:
        """What `look` finds; if it finds nothing, it looks again in what is there now.

        Raises:
            Refusal: as `look` has it.
        """
        known = await self.known()
        try:
            return look(known.schema)
        except Refusal as refusal:
            if refusal.code not in UNKNOWN or time.monotonic() - self._read_at < PAUSE:
                raise
        return look((await self._read(known)).schema)

    async def _read(self, known: Known | None = None) -> Known:
        async with self._lock:
            if self._known is None or self._known is known:
                async with await self._connect() as connection:
                    self._known = await _read(connection, self._schemas)
                self._read_at = time.monotonic()
            return self._known


async def _read(connection: AsyncConnection[Any], schemas: list[str]) -> Known:
    async with connection.transaction(), AsyncRawCursor(connection, row_factory=dict_row) as cursor:
        # So that the names of types have their schemas with them, whatever path they are used under.
        await cursor.execute("set local search_path = ''")
        relations = await (await cursor.execute(load("rest_relations"), [schemas])).fetchall()
        functions = await (await cursor.execute(load("rest_functions"), [schemas])).fetchall()
        timeouts = await (await cursor.execute(load("rest_timeouts"), [list(ROLES)])).fetchall()
    schema = Schema(
        relations={(each["schema"], each["name"]): _relation(each) for each in relations},
        functions={
            key: tuple(map(_function, rows))
            for key, rows in groupby(functions, key=lambda each: (each["schema"], each["name"]))
        },
    )  # fmt: skip
    return Known(schema=schema, timeouts={each["role"]: each["timeout"] for each in timeouts})


def _relation(row: dict[str, Any]) -> Relation:
    columns = {each["name"]: _column(each) for each in row["columns"] or ()}
    return Relation(**{**row, "columns": columns, "primary_key": tuple(row["primary_key"])})


def _column(document: dict[str, Any]) -> RelationColumn:
    references = document["references"] and ForeignKey(**document["references"])
    return RelationColumn(**{**document, "references": references, "choices": tuple(document["choices"])})


def _function(row: dict[str, Any]) -> Function:
    return Function(**{**row, "arguments": tuple(Argument(**each) for each in row["arguments"])})
