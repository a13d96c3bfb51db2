"""A release on two servers, in databases of its own that know nothing of a platform but its roles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.read import read
from seatrial.pg.statement import execute_script
from seatrial.scratch.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.catalog import Catalog
    from seatrial.pg.connection import Connection

RELEASE = Path(__file__).with_name("release.sql")


@pytest.fixture(scope="session")
def newer(server: Server) -> Server:
    """The server that a rehearsal runs on."""
    return _prepared(server)


@pytest.fixture(scope="session")
def older(second_server: Server) -> Server:
    """The oldest server that a target may be."""
    return _prepared(second_server)


@pytest.fixture(params=["newer", pytest.param("older", marks=pytest.mark.second_server)])
def either(request: pytest.FixtureRequest) -> Server:
    """Each of the two in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


@pytest.fixture
def release(either: Server) -> Iterator[Connection]:
    """A superuser in the database that holds the release; nothing it does stays."""
    with either.superuser("catalog_release") as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


@pytest.fixture(scope="session")
def recorded(newer: Server) -> Catalog:
    """The release as the rehearsal's server has it."""
    with newer.superuser("catalog_release") as connection:
        return read(connection)


def _prepared(server: Server) -> Server:
    server.clone("catalog_bare", "template0")
    server.clone("catalog_release", "template0")
    with server.superuser("catalog_release") as connection:
        execute_script(connection, RELEASE.read_text(encoding="utf-8"))
    return server
