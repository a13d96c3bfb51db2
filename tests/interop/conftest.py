"""Seatrial and the Supabase CLI on one embedded server."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.interop.programs import SeatrialProgram, SupabaseProgram
from tests.interop.release import ROOT, Folder
from tests.interop.target import Target

from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.scratch.server import Server

INSTALLED = ROOT / ".venv" / "supabase-cli" / "supabase"


@pytest.fixture(scope="session")
def supabase(tmp_path_factory: pytest.TempPathFactory) -> SupabaseProgram:
    """The Supabase CLI, from SUPABASE_CLI or where install-supabase-cli.sh puts it."""
    program = Path(os.environ.get("SUPABASE_CLI", INSTALLED))
    if not program.is_file():
        pytest.skip("Supabase CLI is not installed")
    return SupabaseProgram(program, tmp_path_factory.mktemp("supabase-home"))


@pytest.fixture(scope="session")
def seatrial(tmp_path_factory: pytest.TempPathFactory) -> SeatrialProgram:
    """Seatrial itself."""
    return SeatrialProgram(tmp_path_factory.mktemp("seatrial-home"))


@pytest.fixture(scope="session")
def tcp_server() -> Iterator[Server]:
    """With a port and a password, as the Supabase CLI knows no Unix sockets."""
    with scratch("supabase", tcp=True) as running:
        yield running


@pytest.fixture(scope="session")
def new_target(tcp_server: Server) -> Callable[[], Target]:
    """Makes a database as a new Supabase project has it; they go with the server."""
    numbers = count(1)
    return lambda: Target(dsn=tcp_server.clone(f"target_{next(numbers)}"))


@pytest.fixture
def target(new_target: Callable[[], Target]) -> Target:
    """A new project's database."""
    return new_target()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A release folder with the shipped settings and without a migration."""
    made = Folder(root=tmp_path)
    made.add({})
    for name in ("seatrial.toml", "supabase/config.toml", "supabase/seed.sql"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    # Clients reach another schema than that of the boats, whose tables are made only to be deployed.
    config = tmp_path / "supabase" / "config.toml"
    config.write_text(config.read_text().replace('"public", "graphql_public"', '"api"'))
    return made
