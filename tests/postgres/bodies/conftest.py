"""Superusers in fresh databases of both servers: who compiles bodies on a scratch."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import Connection, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server


@contextmanager
def _superuser(server: Server, dsn: str) -> Iterator[Connection]:
    with connect(dsn) as deployer:
        name = deployer.info.dbname
    with server.superuser(name) as connection:
        yield connection


@pytest.fixture
def newer(server: Server, supabase_db: str) -> Iterator[Connection]:
    """On the server that a rehearsal runs on."""
    with _superuser(server, supabase_db) as connection:
        yield connection


@pytest.fixture
def older(second_server: Server, second_db: str) -> Iterator[Connection]:
    """On the oldest server that a target may be."""
    with _superuser(second_server, second_db) as connection:
        yield connection


@pytest.fixture(params=["newer", pytest.param("older", marks=pytest.mark.second_server)])
def either(request: pytest.FixtureRequest) -> Connection:
    """Each of the two in turn."""
    found: Connection = request.getfixturevalue(request.param)
    return found
