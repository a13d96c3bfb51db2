"""The dialect at work: a request that was read goes in, an answer comes out."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg_pool import PoolTimeout

from integrations_hub.dialect.openapi import Rights, describe
from integrations_hub.dialect.payload import read_payload
from integrations_hub.dialect.records import Request
from integrations_hub.dialect.reply import of_call, of_read, of_write
from integrations_hub.store.queries import load
from integrations_hub.store.refusals import refusal_of
from integrations_hub.store.rest.calling import call
from integrations_hub.store.rest.reading import read
from integrations_hub.store.rest.running import Runner
from integrations_hub.store.rest.statement import Statement
from integrations_hub.store.rest.writing import delete, insert, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from integrations_hub.dialect.reply import Reply
    from integrations_hub.dialect.schema import Schema
    from integrations_hub.domain.caller import Caller
    from integrations_hub.settings import Database

    Found = TypeVar("Found")

__all__ = ["Rest"]


class Rest:
    """Relations and functions of the exposed schemas, for callers."""

    def __init__(self, settings: Database) -> None:
        """Connections are made when they are needed."""
        self._runner = Runner(settings)
        self._max_rows = settings.max_rows

    async def close(self) -> None:
        """Let go of every connection."""
        self._runner.close()

    def stats(self) -> dict[str, int]:
        """Figures of the pool."""
        return self._runner.stats()

    async def relation(self, caller: Caller, request: Request, name: str, body: bytes) -> Reply:
        """Read or change a relation.

        Args:
            caller: whom the database sees.
            request: what is asked for.
            name: of the relation.
            body: as it came, where the method has one.

        Raises:
            Refusal: what is wrong, as PostgREST has it.
        """
        statement = await self._find(partial(self._statement, request=request, name=name, body=body))
        conclude = partial(of_read, request) if request.reads else partial(of_write, name, request)
        return await self._runner.run(caller, request, f"/{name}", statement, conclude)

    async def call(self, caller: Caller, request: Request, name: str, body: bytes) -> Reply:
        """Call a function; as of relation."""
        payload = None if request.reads else read_payload(body or b"{}", any_keys=request.columns is not None)
        function, statement = await self._find(
            partial(call, request=request, target=name, payload=payload, max_rows=self._max_rows)
        )
        return await self._runner.run(caller, request, f"/rpc/{name}", statement, partial(of_call, function, request))

    async def describe(self, caller: Caller, schema: str, base: str) -> dict[str, Any]:
        """The description of what the caller may use, OpenAPI 2.0; base is the path that all others are below.

        Raises:
            Refusal: the database cannot be asked.
        """
        known = await self._find(lambda found: found)
        relations = {each.id: each for (of, _), each in known.relations.items() if of == schema}
        functions = {each.id: each for (of, _), every in known.functions.items() if of == schema for each in every}
        statement = Statement(
            text=load("rest_rights").encode(), values=(_ids(relations), _ids(functions), schema), writes=False
        )
        request = Request(method="GET", schema=schema, arguments={})
        rights = await self._runner.run(caller, request, "/", statement, lambda outcome: outcome.body)
        told = json.loads(rights or b'{"relations": {}, "functions": []}')
        usable = {relations[int(each)]: Rights(**of) for each, of in told["relations"].items() if any(of.values())}
        return describe(usable, [functions[int(each)] for each in told["functions"]], base)

    def _statement(self, schema: Schema, *, request: Request, name: str, body: bytes) -> Statement:
        relation = schema.relation(request.schema, name)
        if request.reads:
            return read(relation, request, self._max_rows)
        if request.method == "DELETE":
            return delete(relation, request)
        payload = read_payload(body, any_keys=request.columns is not None)
        return (insert if request.method == "POST" else update)(relation, request, payload)

    async def _find(self, look: Callable[[Schema], Found]) -> Found:
        try:
            return await self._runner.catalog.find(look)
        except (psycopg.Error, PoolTimeout) as error:
            raise refusal_of(error) from None


def _ids(known: Iterable[int]) -> str:
    return "{" + ",".join(map(str, known)) + "}"
