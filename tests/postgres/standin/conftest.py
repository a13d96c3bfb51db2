"""Targets with everything in them, on servers of their own, and a scratch for their stand-ins."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.postgres.standin.harbour import Harbour

from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.scratch.server import Server, scratch
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.standin import Picture
    from seatrial.scratch.installation import Installation

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
_numbers = count(1)


@pytest.fixture(scope="session")
def stage() -> Iterator[Server]:
    """A scratch that stand-ins are laid on; roles stay on it from test to test."""
    with scratch("supabase") as server:
        yield server


@pytest.fixture
def bare(stage: Server) -> Iterator[Harbour]:
    """A fresh clone of the platform on the scratch."""
    name = f"standin_{next(_numbers)}"
    stage.clone(name)
    yield Harbour(server=stage, database=name)
    stage.drop(name)


@pytest.fixture(scope="session")
def newer() -> Iterator[Harbour]:
    """A target on the newest server that has one of everything."""
    with scratch("supabase") as server:
        yield _rich(server, "more.sql", "only_18.sql")


@pytest.fixture(scope="session")
def older(second_installation: Installation) -> Iterator[Harbour]:
    """A target on the oldest server that has one of everything."""
    with scratch("supabase", installation=second_installation) as server:
        yield _rich(server, "more.sql")


@pytest.fixture(params=["newer", pytest.param("older", marks=pytest.mark.second_server)])
def target(request: pytest.FixtureRequest) -> Harbour:
    """Each of the two in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Harbour)
    return found


@pytest.fixture
def picture(target: Harbour) -> Picture:
    """Of each target, as the role that deploys."""
    with connect(target.dsn(), read_only=True) as connection:
        return read_target(connection)


@pytest.fixture(scope="session")
def shipped() -> Iterator[Harbour]:
    """A target that has the shipped release, applied as the deploying role, and its statistics."""
    with scratch("supabase") as server:
        with connect(server.clone("shipped")) as connection:
            for path in sorted((ROOT / "supabase" / "migrations").glob("*.sql")):
                connection.execute(path.read_bytes())
            connection.execute("ANALYZE")
        yield Harbour(server=server, database="shipped")


def _rich(server: Server, *files: str) -> Harbour:
    server.clone("rich")
    # Without an extension that the platform has already, and a table that only looks like pg_cron's.
    release = (HERE.parent / "catalog" / "release.sql").read_text(encoding="utf-8")
    release = release.replace("CREATE EXTENSION pg_stat_statements;", "").partition("-- As pg_cron has it")[0]
    with server.superuser("rich") as connection:
        for text in (release, *((HERE / file).read_text(encoding="utf-8") for file in files)):
            execute_script(connection, text)
    return Harbour(server=server, database="rich")
