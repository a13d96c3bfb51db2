"""One ground for each worker: a server that may crash, a plan, and what an undisturbed run comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.faults.ground import Ground
from tests.faults.ground import ground as new_ground
from tests.faults.ground_back import GroundBack

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """For everything that leaves the server as it was."""
    with new_ground() as made:
        yield made


@pytest.fixture
def target(ground: Ground) -> Iterator[str]:
    """The name of a database as the release finds it."""
    with ground.target() as name:
        yield name


@pytest.fixture(scope="session")
def ground_back() -> Iterator[GroundBack]:
    """The same for rollbacks."""
    with new_ground(GroundBack) as made:
        yield made


@pytest.fixture
def target_back(ground_back: GroundBack) -> Iterator[str]:
    """The name of a database with the release that is rolled back."""
    with ground_back.target() as name:
        yield name
