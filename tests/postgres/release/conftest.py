"""The shipped release on two servers, and clones of it that a test may spoil."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING

import pytest
from tests.postgres.release.deployed import CORE, Release, apply, migrations, seed

from seatrial.scratch.server import Server, scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.scratch.installation import Installation


@pytest.fixture(scope="session")
def newer() -> Iterator[Server]:
    """The server that a rehearsal runs on."""
    with scratch("supabase") as server:
        _prepare(server)
        yield server


@pytest.fixture(scope="session")
def older(second_installation: Installation) -> Iterator[Server]:
    """The oldest server that a target may be."""
    with scratch("supabase", installation=second_installation) as server:
        _prepare(server)
        yield server


@pytest.fixture(params=["newer", pytest.param("older", marks=pytest.mark.second_server)])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the two in turn, with the databases core (seeded) and release (seeded)."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


@pytest.fixture
def clone(server: Server) -> Iterator[Callable[[str], Release]]:
    """Makes a copy of a prepared database; dropped after the test."""
    with contextlib.ExitStack() as after:

        def copy(template: str) -> Release:
            name = f"copy_{uuid.uuid4().hex[:12]}"
            server.clone(name, template=template)
            after.callback(server.drop, name)
            copied = Release(server=server, database=name)
            copied.adopt_jobs()
            return copied

        yield copy


@pytest.fixture
def release(clone: Callable[[str], Release]) -> Release:
    """The deployed release with the sample tenants, to be spoiled."""
    return clone("release")


def _prepare(server: Server) -> None:
    apply(server.clone("core"), migrations(CORE))
    apply(server.clone("release", template="core"), [*migrations("20250"), seed()])
