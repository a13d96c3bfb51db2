"""A sample of `make soak`: nothing that was committed is lost by deployments and rollbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.soak.commands import by_commands
from tests.soak.cycles import soak

if TYPE_CHECKING:
    from seatrial.scratch.server import Server


def test_deploying_and_rolling_back_loses_nothing_that_writers_have_committed(server: Server) -> None:
    figures = soak(server, seed=7, cycles=11)
    assert figures.lost == 0
    assert figures.cycles == 11
    assert figures.rollbacks > 11
    assert figures.kills > 0
    assert figures.rows_counted > 1000


def test_the_commands_lose_nothing_either(server: Server) -> None:
    figures = by_commands(server, 7, "soak_by_commands")
    assert figures.lost == 0
    assert figures.rows_counted > 20
