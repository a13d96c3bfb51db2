"""One ground for all trips of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rollback.trip import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server


@pytest.fixture(scope="session")
def ground(server: Server) -> Iterator[Ground]:
    """On the server that other tests use, too."""
    found = Ground(server)
    yield found
    found.close()
