"""The demo's production before and after Phase 3, on a scratch, and clones of it with traffic on them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from tests.postgres.demo_traffic.production import Production
from tests.postgres.release.deployed import CORE, apply, migrations

from seatrial.pg.connection import connect
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_script
from seatrial.scratch.server import Server, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def templates() -> Iterator[Server]:
    """With the databases before and after."""
    with scratch("supabase") as server:
        apply(server.clone("before"), migrations(CORE))
        with connect(server.own_dsn("before")) as connection:
            execute_script(connection, load("seatrial.flows", "demo_production"))
            connection.execute("ANALYZE")
        apply(server.clone("after", template="before"), migrations("20250"))
        yield server


@pytest.fixture
def before(templates: Server) -> Iterator[Production]:
    """As Phase 3 finds it."""
    yield from _clone(templates, "before")


@pytest.fixture
def after(templates: Server) -> Iterator[Production]:
    """With Phase 3."""
    yield from _clone(templates, "after")


def _clone(server: Server, template: str) -> Iterator[Production]:
    name = f"production_{uuid.uuid4().hex[:12]}"
    server.clone(name, template=template)
    yield Production(server=server, database=name)
    server.drop(name)
