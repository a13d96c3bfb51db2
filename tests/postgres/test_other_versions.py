"""Recorded on PostgreSQL 18, the shipped release verifies on 15 and 17 without a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.errors import Exit
from seatrial.flows.deploy import deploy
from seatrial.flows.verify import verify
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Verified
from seatrial.pg.connection import connect, execute

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.second_server
@pytest.mark.parametrize("other", ["second_db", "third_db"])
def test_the_release_verifies_on_an_older_server(other: str, request: pytest.FixtureRequest, repository: Path) -> None:
    dsn = request.getfixturevalue(other)

    assert deploy(repository, dsn, confirm=lambda _: None, narrator=Silent()).exit_code is Exit.YES

    outcome = verify(repository, dsn, narrator=Silent())
    assert isinstance(outcome.body, Verified)
    assert (outcome.body.differences, outcome.exit_code) == ((), Exit.YES)
    assert outcome.body.objects > 500


@pytest.mark.second_server
@pytest.mark.parametrize("other", ["second_db", "third_db"])
def test_what_was_altered_on_an_older_server_is_named(
    other: str, request: pytest.FixtureRequest, repository: Path
) -> None:
    dsn = request.getfixturevalue(other)
    deploy(repository, dsn, confirm=lambda _: None, narrator=Silent())
    with connect(dsn) as connection:
        execute(connection, "DROP INDEX public.idx_active_integrations")

    outcome = verify(repository, dsn, narrator=Silent())

    assert isinstance(outcome.body, Verified)
    assert [(found.change, found.name) for found in outcome.body.differences] == [
        ("missing", "public.idx_active_integrations")
    ]
    assert outcome.exit_code is Exit.NO
