"""What more than one module deploys to: two databases of one server, and a server behind a port."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.faults.server import fault_server
from tests.postgres.deployment.scripts import Yard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.server import FaultServer

_numbers = count(1)


@pytest.fixture(params=["server", pytest.param("second_server", marks=pytest.mark.second_server)])
def yard(request: pytest.FixtureRequest) -> Iterator[Yard]:
    """On each server version in turn."""
    server = request.getfixturevalue(request.param)
    names = [f"script_{next(_numbers)}" for _ in range(2)]
    for name in names:
        server.clone(name)
    yield Yard(server=server, database=names[0], twin=names[1])
    for name in names:
        server.drop(name)


@pytest.fixture(scope="module")
def ashore() -> Iterator[FaultServer]:
    """A server behind a port."""
    with fault_server() as server:
        yield server
