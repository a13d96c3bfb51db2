"""What a migration altered is as it was again, whatever kind of object it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rollback.alter.trip import back, blocks, go

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

OBJECTS = blocks("objects.sql")
COLUMNS = blocks("columns.sql")
NEW = blocks("columns_18.sql")


def test_there_are_enough_changes() -> None:
    assert len({**OBJECTS, **COLUMNS, **NEW}) > 110


@pytest.mark.parametrize("change", OBJECTS.values(), ids=OBJECTS)
def test_an_object_is_as_it_was(newer: Connection, change: str) -> None:
    _there_and_back(newer, change)


@pytest.mark.parametrize("change", COLUMNS.values(), ids=COLUMNS)
def test_a_column_is_as_it_was(either: Connection, change: str) -> None:
    _there_and_back(either, change)


@pytest.mark.parametrize("change", NEW.values(), ids=NEW)
def test_what_only_newer_servers_know_is_as_it_was(newer: Connection, change: str) -> None:
    _there_and_back(newer, change)


def test_a_tablespace_is_as_it_was(newer: Connection) -> None:
    change = """SET allow_in_place_tablespaces = on;
CREATE TABLESPACE elsewhere LOCATION '';
ALTER TABLE app.untyped SET TABLESPACE elsewhere;
ALTER INDEX app.contacts_since SET TABLESPACE elsewhere"""

    _there_and_back(newer, change)

    execute_script(newer, "DROP TABLESPACE elsewhere")


def _there_and_back(connection: Connection, change: str) -> None:
    trip = go(connection, change)
    assert trip.before.objects != trip.after.objects, "nothing has changed"

    back(connection, trip.whole)

    again = read(connection)
    assert compare(trip.before, again) == ()
    assert again.objects == trip.before.objects
