"""A project as a team finds it: a database with the prelude, and `postgres` in a transaction that is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import Connection, connect
from seatrial.scratch.server import Server, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "platform_project"


@pytest.fixture(scope="session")
def project_server() -> Iterator[Server]:
    """A server as a rehearsal runs on, with a database of these tests, and no role that other tests have made."""
    with scratch("supabase") as server:
        server.clone(NAME)
        yield server


@pytest.fixture(scope="session")
def older_project_server(second_server: Server) -> Server:
    """The oldest server that a rehearsal may be pointed to, likewise."""
    second_server.clone(NAME)
    return second_server


@pytest.fixture(params=["project_server", pytest.param("older_project_server", marks=pytest.mark.second_server)])
def either_server(request: pytest.FixtureRequest) -> Server:
    """Each of the two in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


@pytest.fixture
def project(project_server: Server) -> Iterator[Connection]:
    """`postgres` in a project; nothing it does stays."""
    yield from _undone(connect(project_server.dsn(NAME)))


@pytest.fixture
def either_project(either_server: Server) -> Iterator[Connection]:
    """`postgres` in a project on each of the two servers; nothing it does stays."""
    yield from _undone(connect(either_server.dsn(NAME)))


@pytest.fixture
def superuser(either_server: Server) -> Iterator[Connection]:
    """The platform itself in a project on each of the two servers, with names in full; nothing it does stays."""
    connection = either_server.superuser(NAME)
    connection.execute("SET search_path = ''")
    yield from _undone(connection)


def _undone(connection: Connection) -> Iterator[Connection]:
    with connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")
