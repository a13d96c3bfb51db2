"""Two databases of one server: one for a deployment script, one for comparison."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.postgres.deployment.scripts import Yard

if TYPE_CHECKING:
    from collections.abc import Iterator

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
