"""A connection to a database with the ledger's tables, on two server versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.ledger import write
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection


@pytest.fixture(params=["supabase_db", pytest.param("second_db", marks=pytest.mark.second_server)])
def target(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """As the deploying role, on each server version in turn; without a ledger."""
    with connect(request.getfixturevalue(request.param)) as connection:
        yield connection


@pytest.fixture
def ledger(target: Connection) -> Connection:
    """The same, with the ledger's tables."""
    write.create(target)
    return target
