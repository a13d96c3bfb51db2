"""A database in which statements are rehearsed one by one, after a past that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rehearsal.scene import Scene

from seatrial.ledger import write
from seatrial.pg.connection import connect
from seatrial.rehearsal.record import install

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["server", pytest.param("second_server", marks=pytest.mark.second_server)])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """On each server version in turn."""
    database = "supabase_db" if request.param == "server" else "second_db"
    dsn = request.getfixturevalue(database)
    name = dsn.partition("@/")[2].partition("?")[0]
    with connect(dsn) as connection, request.getfixturevalue(request.param).superuser(name) as observer:
        write.create(connection)
        install(observer)
        yield Scene(connection=connection, observer=observer)
