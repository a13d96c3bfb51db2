"""The release's pgTAP tests, on the second server version, where Debian has pgTAP."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import Exit
from seatrial.flows.deploy import deploy
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect, execute
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "supabase" / "tests").glob("*.sql"))


@pytest.fixture(scope="module")
def deployed(second_server: Server) -> Iterator[str]:
    """A database with the release, its seeds and pgTAP in it."""
    dsn = second_server.clone("pgtap")
    assert deploy(ROOT, dsn, confirm=lambda _: None, narrator=Silent()).exit_code is Exit.YES
    with connect(dsn) as connection:
        execute_script(connection, (ROOT / "supabase" / "seed.sql").read_text(encoding="utf-8"))
    with second_server.superuser("pgtap") as connection:
        execute(connection, "CREATE EXTENSION pgtap WITH SCHEMA extensions")
    yield dsn
    second_server.drop("pgtap")


def _tap(dsn: str, path: Path) -> str:
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", path, dsn],
                          capture_output=True, text=True, check=False)  # fmt: skip

    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.second_server
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_assertion_of_a_file_is_ok(deployed: str, path: Path) -> None:
    output = _tap(deployed, path)

    planned = re.search(r"^1\.\.(\d+)$", output, re.MULTILINE)
    assert planned, "the file has no plan"
    assert re.findall(r"^not ok .*", output, re.MULTILINE) == []
    assert len(re.findall(r"^ok ", output, re.MULTILINE)) == int(planned[1])


@pytest.mark.second_server
@pytest.mark.usefixtures("deployed")
def test_a_release_without_its_policies_does_not_pass(second_server: Server) -> None:
    """The tests are seen to fail."""
    broken = second_server.clone("pgtap_broken", "pgtap")
    with connect(broken) as connection:
        execute(connection, "ALTER TABLE public.integrations DISABLE ROW LEVEL SECURITY")
    failures = 0
    for path in FILES:
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-f", path, broken],
                              capture_output=True, text=True, check=False)  # fmt: skip
        failures += len(re.findall(r"^not ok ", done.stdout, re.MULTILINE)) + (done.returncode != 0)
    second_server.drop("pgtap_broken")

    assert failures > 0


def test_there_are_files() -> None:
    assert len(FILES) > 5
