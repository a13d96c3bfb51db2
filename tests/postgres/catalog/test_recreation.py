"""A schema that was dumped and restored has the fingerprint of the original."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.compare import compare
from seatrial.catalog.fingerprint import fingerprint
from seatrial.catalog.read import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.catalog import Catalog
    from seatrial.scratch.server import Server

SUPERUSER = "supabase_admin"


def test_restored_on_the_same_server(either: Server, recorded: Catalog) -> None:
    with _restored(either, _dumped(either)) as found:
        assert compare(recorded, found) == ()
        assert fingerprint(found) == fingerprint(recorded)


@pytest.mark.second_server
def test_restored_on_the_newer_server(older: Server, newer: Server, recorded: Catalog) -> None:
    """What an upgrade by dump does."""
    with _restored(newer, _dumped(older)) as found:
        assert compare(recorded, found) == ()
        assert fingerprint(found) == fingerprint(recorded)


def _dumped(server: Server) -> bytes:
    program = server.installation.bin / "pg_dump"
    if not program.is_file():
        pytest.skip(f"{server.installation} has no pg_dump")
    return subprocess.run([program, server.dsn("catalog_release", SUPERUSER)], capture_output=True, check=True).stdout


@contextmanager
def _restored(server: Server, dump: bytes) -> Iterator[Catalog]:
    server.clone("catalog_restored", "catalog_bare")
    try:
        subprocess.run(
            [server.installation.bin / "psql", "-qXv", "ON_ERROR_STOP=1", server.dsn("catalog_restored", SUPERUSER)],
            input=dump,
            capture_output=True,
            check=True,
        )
        with server.superuser("catalog_restored") as connection:
            yield read(connection)
    finally:
        server.drop("catalog_restored")
