"""A hub over a table of everything, for tests that only read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.hub.dialect.asking import somebody
from tests.hub.ground import ADA, Ground, running, settings_for

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.dialect.asking import Asker

    from seatrial.scratch.server import Server

THINGS = Path(__file__).with_name("things.sql")


@pytest.fixture(scope="session")
def shelf(released: Server) -> Ground:
    """The database."""
    dsn = released.clone("hub_things", template="hub_release")
    with connect(dsn) as connection:
        connection.execute(THINGS.read_bytes())
    return Ground(server=released, name="hub_things")


@pytest.fixture(scope="session")
def reader(shelf: Ground) -> Iterator[Asker]:
    """Who may read the table."""
    with running(settings_for(shelf)) as address:
        yield somebody(address, ADA)
