"""A database that was away for long is used again when it is back, and not when the pool has slept its sleep."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.faults.server import fault_server

from integrations_hub.domain.caller import SERVICE
from integrations_hub.domain.refusal import Refusal
from integrations_hub.store import database
from integrations_hub.store.database import Database
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    import pytest

#: Seconds; the pauses of a pool that doubles them have grown beyond PATIENCE by then.
OUTAGE, PATIENCE = 4.0, 2.0


def test_whoever_asks_when_the_database_is_back_has_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", PATIENCE)
    with fault_server() as server:
        server.clone("hub")
        pool = Database(server.dsn("hub", "authenticator"), connections=1)
        pool.open()
        try:
            assert _answers(pool)
            server.stop()
            end = time.monotonic() + OUTAGE
            assert not _answers(pool)
            time.sleep(max(0.0, end - time.monotonic()))
            server.start()
            assert _answers(pool)
        finally:
            pool.close()


def _answers(pool: Database) -> bool:
    try:
        with transaction(pool, SERVICE) as connection:
            connection.execute("select 1")
    except Refusal:
        return False
    return True
