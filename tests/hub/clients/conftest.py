"""A database with a few boats for sale beside the sample tenants, and hubs that run on copies of it."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.hub.clients.python_clients import close_all
from tests.hub.ground import Ground, running, settings_for

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server

BOATS = Path(__file__).parent / "dialect" / "boats.sql"
TEMPLATE = "hub_boats"
_numbers = count(1)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Whatever a test has connected is let go of."""
    yield
    close_all()


@pytest.fixture(scope="session")
def with_boats(released: Server) -> Server:
    """The worker's server, with a database that has the boats beside the release."""
    dsn = released.clone(TEMPLATE, template="hub_release")
    with connect(dsn) as connection:
        connection.execute(BOATS.read_bytes())
    return released


@contextmanager
def _copy(server: Server) -> Iterator[Ground]:
    name = f"boats_{next(_numbers)}"
    server.clone(name, template=TEMPLATE)
    yield Ground(server=server, name=name)
    server.drop(name)


@pytest.fixture(scope="session")
def shared_hub(with_boats: Server) -> Iterator[str]:
    """The address of a hub for requests that only read."""
    with _copy(with_boats) as ground, running(settings_for(ground)) as address:
        yield address


@pytest.fixture(scope="session")
def javascript_hub(with_boats: Server) -> Iterator[str]:
    """The address of the hub that all checks of supabase-js are made on, one after another."""
    with _copy(with_boats) as ground, running(settings_for(ground)) as address:
        yield address


@pytest.fixture
def own_ground(with_boats: Server) -> Iterator[Ground]:
    """The database of own_hub."""
    with _copy(with_boats) as ground:
        yield ground


@pytest.fixture
def own_hub(own_ground: Ground) -> Iterator[str]:
    """The address of a hub for one test that changes something."""
    with running(settings_for(own_ground)) as address:
        yield address
