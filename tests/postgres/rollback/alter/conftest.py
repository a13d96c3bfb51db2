"""A schema to be changed, on each server version in turn."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import execute
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

HERE = Path(__file__).parent
_numbers = count(1)


@pytest.fixture(scope="session")
def given(server: Server) -> str:
    """The template of fresh databases."""
    return _template(server, "given.sql", "given_18.sql")


@pytest.fixture
def newer(server: Server, given: str) -> Iterator[Connection]:
    """A superuser in a fresh database of PostgreSQL 18."""
    name = f"alter_{next(_numbers)}"
    server.clone(name, given)
    with server.superuser(name) as connection:
        yield connection
    server.drop(name)


@pytest.fixture(scope="session")
def on_18(server: Server) -> Iterator[Connection]:
    """A session for all tests of a worker that only look at the catalog."""
    with server.superuser(_template(server, "given.sql", "given_18.sql")) as connection:
        yield connection


@pytest.fixture(scope="session")
def on_15(second_server: Server) -> Iterator[Connection]:
    """The same on the oldest server."""
    with second_server.superuser(_template(second_server, "given.sql")) as connection:
        yield connection


@pytest.fixture(params=["on_18", pytest.param("on_15", marks=pytest.mark.second_server)])
def either(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Each of the two; nothing of what is done there stays, so it is all one transaction."""
    connection: Connection = request.getfixturevalue(request.param)
    execute(connection, "BEGIN")
    yield connection
    execute(connection, "ROLLBACK")


def _template(server: Server, *names: str) -> str:
    template = f"alter_given_{next(_numbers)}"
    server.clone(template, "template0")
    with server.superuser(template) as connection:
        for name in names:
            execute_script(connection, (HERE / name).read_text(encoding="utf-8"))
    return template
