"""The release with its sample tenants on the worker's server, and clones of it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import Ground, running, settings_for
from tests.postgres.release.deployed import apply, migrations, seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server

TEMPLATE = "hub_release"
_numbers = count(1)


@pytest.fixture(scope="session")
def released(server: Server) -> Server:
    """The worker's server, with a database that has the release and its sample tenants."""
    dsn = server.clone(TEMPLATE)
    apply(dsn, [*migrations(), seed()])
    return server


@pytest.fixture
def ground(released: Server) -> Iterator[Ground]:
    """A database for one test."""
    name = f"hub_{next(_numbers)}"
    released.clone(name, template=TEMPLATE)
    yield Ground(server=released, name=name)
    released.drop(name)


@pytest.fixture
def hub(ground: Ground) -> Iterator[str]:
    """The address of a hub that runs on it."""
    with running(settings_for(ground)) as address:
        yield address
