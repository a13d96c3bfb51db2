"""A superuser on a fresh database, on two server versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

SERVERS = [
    ("supabase_db", "server"),
    pytest.param(("second_db", "second_server"), marks=pytest.mark.second_server),
]


@pytest.fixture(params=SERVERS, ids=["newer", "older"])
def either(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A database with the platform and nothing of ours, on each server version in turn."""
    database, server = request.param
    with _superuser(request.getfixturevalue(database), request.getfixturevalue(server)) as connection:
        yield connection


@pytest.fixture
def empty(supabase_db: str, server: Server) -> Iterator[Connection]:
    """The same, on the newer server only."""
    with _superuser(supabase_db, server) as connection:
        yield connection


def _superuser(dsn: str, server: Server) -> Connection:
    with connect(dsn) as connection:
        name = connection.info.dbname
    return server.superuser(name)
