"""A connection of the dialect carries one exchange after another, whatever came of the one before."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import AsyncConnection

from integrations_hub.store.rest.wire import PREPARED, Wire
from integrations_hub.store.rest.wires import Wires

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg.pq.abc import PGresult


@asynccontextmanager
async def _wire(dsn: str, *, prepares: bool = True) -> AsyncIterator[Wire]:
    wire = Wire(await AsyncConnection.connect(dsn, autocommit=True), prepares=prepares)
    try:
        yield wire
    finally:
        wire.close()


def _values(results: list[PGresult]) -> list[bytes | None]:
    return [each.get_value(0, 0) for each in results]


@pytest.mark.parametrize("prepares", [True, False])
def test_results_come_in_order(supabase_db: str, *, prepares: bool) -> None:
    async def scenario() -> None:
        async with _wire(supabase_db, prepares=prepares) as wire:
            for number in range(3):
                found = await wire.exchange((b"select $1", [str(number)]), (b"select 7", []), (b"select $1", [None]))
                assert _values(found) == [str(number).encode(), b"7", None]

    asyncio.run(scenario())


@pytest.mark.parametrize("prepares", [True, False])
def test_what_failed_is_told_and_over(supabase_db: str, *, prepares: bool) -> None:
    async def scenario() -> None:
        async with _wire(supabase_db, prepares=prepares) as wire:
            for _ in range(2):
                with pytest.raises(psycopg.errors.UndefinedTable):
                    await wire.exchange((b"select 1", []), (b"select a from late", []), (b"select 2", []))
                with pytest.raises(psycopg.errors.DivisionByZero):
                    await wire.exchange((b"select 1 / $1::int", ["0"]), (b"select 3", []))
            await wire.exchange((b"create table late as select 5 as a", []))
            found = await wire.exchange((b"select a from late", []), (b"select 1 / $1::int", ["1"]), (b"select 3", []))
            assert _values(found) == [b"5", b"1", b"3"]

    asyncio.run(scenario())


def test_all_of_an_exchange_is_one_transaction(supabase_db: str) -> None:
    async def scenario() -> None:
        async with _wire(supabase_db) as wire:
            await wire.exchange((b"create table t (a int primary key deferrable initially deferred)", []))
            with pytest.raises(psycopg.errors.DivisionByZero):
                await wire.exchange((b"insert into t values (1)", []), (b"select 1 / 0", []))
            with pytest.raises(psycopg.errors.UniqueViolation):
                await wire.exchange((b"insert into t values (1), (1)", []))
            assert _values(await wire.exchange((b"select count(*) from t", []))) == [b"0"]

    asyncio.run(scenario())


def test_large_values_pass_both_ways(supabase_db: str) -> None:
    large = "x" * 8_000_000

    async def scenario() -> None:
        async with _wire(supabase_db) as wire:
            found = await wire.exchange((b"select $1::text", [large]), (b"select length($1)::text", [large]))
            assert _values(found) == [large.encode(), b"8000000"]

    asyncio.run(scenario())


def test_not_every_statement_is_kept_for_ever(supabase_db: str) -> None:
    async def scenario() -> None:
        async with _wire(supabase_db) as wire:
            for number in range(3 * PREPARED):
                assert _values(await wire.exchange((f"select {number}".encode(), []))) == [str(number).encode()]
            [kept] = _values(await wire.exchange((b"select count(*) from pg_prepared_statements", [])))
            assert 0 < int(kept or 0) <= PREPARED + 2

    asyncio.run(scenario())


def test_an_exchange_that_is_given_up_closes_its_connection(supabase_db: str) -> None:
    async def scenario() -> None:
        async with _wire(supabase_db) as wire:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(wire.exchange((b"select pg_sleep(60)", [])), timeout=0.05)
            assert not wire.is_open

    asyncio.run(scenario())


def test_a_connection_that_broke_is_replaced(supabase_db: str) -> None:
    async def scenario() -> None:
        wires = Wires(supabase_db, connections=1)
        async with wires.wire() as wire:
            with pytest.raises(psycopg.OperationalError):
                await wire.exchange((b"select pg_terminate_backend(pg_backend_pid())", []))
        async with wires.wire() as other:
            assert other is not wire
            assert _values(await other.exchange((b"select 1", []))) == [b"1"]
        assert wires.stats() == {"pool_max": 1, "pool_size": 1, "pool_available": 1}
        wires.close()

    asyncio.run(scenario())
