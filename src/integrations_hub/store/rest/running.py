"""Executes statements of the dialect: many requests at once, each in one transaction of its caller."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import psycopg
from psycopg import sql

from integrations_hub.dialect.reply import Outcome
from integrations_hub.domain.refusal import Refusal
from integrations_hub.store.queries import load
from integrations_hub.store.refusals import is_lost, lost, refusal_of
from integrations_hub.store.rest.catalog import Catalog
from integrations_hub.store.rest.wires import Wires

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.pq.abc import PGresult

    from integrations_hub.dialect.records import Request
    from integrations_hub.domain.caller import Caller
    from integrations_hub.settings import Database
    from integrations_hub.store.rest.statement import Statement
    from integrations_hub.store.rest.wire import Command

__all__ = ["Runner"]

Concluded = TypeVar("Concluded")
#: As on the platform: extensions are found without their schema.
ALSO_SEARCHED = ("public", "extensions")
BECOME = load("rest_become").encode()
BEGIN: Command = (b"begin", ())
COMMIT: Command = (b"commit", ())
ROLLBACK: Command = (b"rollback", ())


class Runner:
    """Connections, and what is known of the database behind them."""

    def __init__(self, settings: Database) -> None:
        """Nothing is connected yet."""
        self._wires = Wires(settings.dsn.get_secret_value(), connections=settings.connections)
        self.catalog = Catalog(self._wires.connect, settings.schemas)

    def close(self) -> None:
        """Let go of every connection."""
        self._wires.close()

    def stats(self) -> dict[str, int]:
        """Figures of the connections."""
        return self._wires.stats()

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
            conclude: makes the answer; where one row or not too many were wanted, and it raises, nothing is changed.

        Raises:
            Refusal: what the database said, or what `conclude` raised.
        """
        before = (BECOME, await self._who(caller, request, path, statement))
        until = self._wires.patience()
        try:
            try:
                return await self._once(before, request, statement, conclude, until)
            except psycopg.OperationalError as error:
                if statement.writes or not is_lost(error):
                    raise
            return await self._once(before, request, statement, conclude, until)
        except psycopg.Error as error:
            if is_lost(error):
                raise lost(wrote=statement.writes) from None
            raise refusal_of(error, anonymous=caller.role == "anon") from None

    async def _once(
        self, before: Command, request: Request, statement: Statement, conclude: Callable[[Outcome], Concluded],
        until: float,
    ) -> Concluded:  # fmt: skip
        async with self._wires.wire(until) as wire:
            if not (statement.writes and _may_be_undone(request)):
                # Without BEGIN, all that is sent together is one transaction.
                return conclude(_outcome(await wire.exchange(before, *_commands(statement)), statement))
            try:
                begun = await wire.exchange(BEGIN, before, *_commands(statement))
                concluded = conclude(_outcome(begun[1:], statement))
                await wire.exchange(ROLLBACK if request.preferences.tx == "rollback" else COMMIT)
            except (psycopg.Error, Refusal):
                if wire.is_open:
                    await wire.exchange(ROLLBACK)
                raise
            return concluded

    async def _who(self, caller: Caller, request: Request, path: str, statement: Statement) -> tuple[str | None, ...]:
        """The parameters of rest_become."""
        timeouts = (await self.catalog.known()).timeouts
        return (
            caller.role, caller.claims_json, request.method, path, _search_path(request.schema),
            "off" if statement.writes else "on", timeouts.get(caller.role),
        )  # fmt: skip


def _may_be_undone(request: Request) -> bool:
    """Whether the answer decides how the transaction ends."""
    prefers = request.preferences
    return request.single or prefers.max_affected is not None or prefers.tx == "rollback"


def _commands(statement: Statement) -> list[Command]:
    commands: list[Command] = [(statement.text, statement.values)]
    if statement.explained:
        commands.append((statement.explained, statement.explained_values))
    return commands


def _outcome(results: list[PGresult], statement: Statement) -> Outcome:
    """Of the results: who asks, the one row of the statement, and what was explained."""
    rows, total, body, added, status, headers = _cells(results[1])
    guess = _cells(results[2])[0] if statement.explained else None
    return Outcome(
        rows=int(rows or 0), total=_total(total, guess, statement.cap), body=body,
        added=None if added is None else int(added),
        status=None if status is None else status.decode(), headers=None if headers is None else headers.decode(),
    )  # fmt: skip


def _cells(result: PGresult) -> list[bytes | None]:
    """The first row, undecoded: a body goes on as it is."""
    return [result.get_value(0, place) for place in range(result.nfields)]


def _total(counted: bytes | None, guess: bytes | None, cap: int) -> int | None:
    """What was counted; where nobody counted, or not to the end, what the planner expects."""
    total = None if counted is None else int(counted)
    if guess is None or (total is not None and total <= cap):
        return total
    expected = int(json.loads(guess)[0]["Plan"]["Plan Rows"])
    return expected if total is None else max(total, expected)


@lru_cache(maxsize=64)
def _search_path(schema: str) -> str:
    return sql.SQL(", ").join(map(sql.Identifier, dict.fromkeys((schema, *ALSO_SEARCHED)))).as_string(None)
