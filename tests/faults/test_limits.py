"""Servers that end sessions and transactions early, take no more connections, or no writes."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import must_be, must_be_refused, somebody, wait_until
from tests.faults.states import State

from seatrial.errors import CannotConnect
from seatrial.pg.connection import rows

if TYPE_CHECKING:
    from tests.faults.ground import Ground

TINY = {
    "idle_in_transaction_session_timeout": "60ms",
    "idle_session_timeout": "60ms",
    "transaction_timeout": "60ms",
    "statement_timeout": "30ms",
    "lock_timeout": "1ms",
}


@pytest.mark.parametrize("setting", TINY)
def test_a_server_that_has_no_patience_is_told_of_truly(setting: str, ground: Ground, target: str) -> None:
    with ground.server.set(**{setting: TINY[setting]}):
        answer = ground.deploy(target).end(240)

    must_be(ground, target, answer, *State)


def test_a_server_without_a_connection_to_spare_is_left_as_it_is(ground: Ground, target: str) -> None:
    with ExitStack() as others, ground.server.superuser() as connection:
        [row] = rows(connection, "SELECT current_setting('max_connections')::int - 10 AS free")
        for _ in range(row["free"] + 10):
            try:
                others.enter_context(somebody(ground, target))
            except CannotConnect:
                break
        answer = ground.deploy(target).end()
    # Those that were closed are gone a moment later.
    wait_until(lambda: may_enter(ground, target), "there is room again")
    must_be_refused(ground, target, answer, 2, "target.unreachable")
    must_be(ground, target, answer, State.OLD)


def may_enter(ground: Ground, target: str) -> bool:
    """Whether there is a connection for somebody who may not have those that are kept for superusers."""
    try:
        with somebody(ground, target):
            return True
    except CannotConnect:
        return False


@pytest.mark.parametrize("room", [1, 2])
def test_a_server_whose_connections_run_out_while_it_begins_is_left_as_it_is(
    room: int, ground: Ground, target: str
) -> None:
    """It works on one connection, holds its lock on another and watches from a third."""
    limit(ground, target, room)
    answer = ground.deploy(target).end()
    limit(ground, target, -1)

    must_be_refused(ground, target, answer, 2, "target.unreachable")
    must_be(ground, target, answer, State.OLD)


def limit(ground: Ground, target: str, room: int) -> None:
    """How many may be connected to the database at once."""
    with ground.server.superuser() as connection:
        connection.execute(f"ALTER DATABASE {target} CONNECTION LIMIT {room}".encode())


def test_a_target_that_takes_no_writes_is_left_as_it_is(ground: Ground, target: str) -> None:
    with ground.server.set(default_transaction_read_only="on"):
        answer = ground.deploy(target).end()

    must_be_refused(ground, target, answer, 2, "target.read-only")
    must_be(ground, target, answer, State.OLD)


def test_a_standby_is_left_as_it_is(ground: Ground, target: str) -> None:
    with ground.server.standby():
        answer = ground.deploy(target).end()

    must_be_refused(ground, target, answer, 2, "target.read-only")
    assert "standby" in answer.err
    must_be(ground, target, answer, State.OLD)
