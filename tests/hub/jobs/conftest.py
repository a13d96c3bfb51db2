"""A database that is prepared for the jobs, all of which the service does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integrations_hub.store.database import Database
from integrations_hub.store.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground


@pytest.fixture
def queued(ground: Ground) -> Ground:
    """The release with its sample tenants, and the queue."""
    prepare(ground.deployer_dsn, "authenticator", scheduler="service")
    return ground


@pytest.fixture
def pool(queued: Ground) -> Iterator[Database]:
    """As the hub is connected to it."""
    database = Database(queued.dsn, connections=4)
    database.open()
    yield database
    database.close()
