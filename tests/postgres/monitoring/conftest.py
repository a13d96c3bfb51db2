"""A target on each server version in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

SERVERS = {"newer": ("server", "supabase_db"), "older": ("second_server", "second_db")}


@pytest.fixture(params=["newer", pytest.param("older", marks=pytest.mark.second_server)])
def version(request: pytest.FixtureRequest) -> str:
    """Which server the test runs on."""
    return str(request.param)


@pytest.fixture
def host(request: pytest.FixtureRequest, version: str) -> Server:
    """The server of the target."""
    found: Server = request.getfixturevalue(SERVERS[version][0])
    return found


@pytest.fixture
def target(request: pytest.FixtureRequest, version: str) -> str:
    """The DSN of a fresh database, as the role that deploys."""
    return str(request.getfixturevalue(SERVERS[version][1]))


@pytest.fixture
def application(target: str) -> Iterator[Connection]:
    """Whoever works on the target."""
    with connect(target, application_name="application") as connection:
        # Where there are too many statements the server forgets the rarest, and other tests have sent it thousands.
        connection.execute("SELECT /* seatrial */ extensions.pg_stat_statements_reset()")
        yield connection


@pytest.fixture
def watcher(target: str) -> Iterator[Connection]:
    """Whoever watches it."""
    with connect(target) as connection:
        yield connection
