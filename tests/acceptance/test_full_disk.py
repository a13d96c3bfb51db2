"""A disk that is full: the server's own words, the right exit code, nothing half-written, and it can go on."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from tests.acceptance.release import BOATS
from tests.acceptance.target import Target

from seatrial.pg.connection import rows
from seatrial.scratch.server import durable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release

    from seatrial.scratch.server import Server

[FIRST] = BOATS
V1, V2 = "20250301000000", "20250301000100"
MEGABYTE = 1 << 20
DISK = 200 * MEGABYTE
#: Left for the server's own files.
ROOM = 24 * MEGABYTE
#: Some 100 MB, of which nothing goes to the write-ahead log.
FILL = """\
CREATE TABLE public.half ();
CREATE UNLOGGED TABLE public.filler AS SELECT repeat('x', 900) AS x FROM generate_series(1, 100000);
"""
#: The write-ahead log alone: 100 MB of it.
FILL_LOG = """\
CREATE TABLE public.half ();
SELECT count(pg_logical_emit_message(false, 'filler', repeat(md5(i::text), 32000))) FROM generate_series(1, 100) AS i;
"""


class OwnDisk:
    """A disk of 200 MB in memory, of which a file takes up all but a little."""

    reason = "No space left on device"
    sqlstate = "53100"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self._ballast = self.folder / "ballast"

    def __enter__(self) -> Self:
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(self.folder)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            self.folder.rmdir()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)
        self.folder.rmdir()

    def narrow(self, _: Server) -> None:
        """Leave so little room that neither a table nor the log can grow."""
        disk = os.statvfs(self.folder)
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - ROOM)

    def widen(self, _: Server | None = None) -> None:
        """Make room."""
        self._ballast.unlink()


class NoLargeFiles:
    """A server that may not write files beyond a size: what every user can do on every machine."""

    reason = "File too large"
    sqlstate = "XX000"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder)

    def narrow(self, server: Server) -> None:
        """Tables may have 16 MB; the write-ahead log is in smaller pieces."""
        self._limit(server, 16 * MEGABYTE)

    def widen(self, server: Server) -> None:
        """Make room."""
        self._limit(server, resource.RLIM_INFINITY)

    def _limit(self, server: Server, size: int) -> None:
        lines = (self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
        with server.superuser() as connection:
            workers = [row["pid"] for row in rows(connection, "SELECT pid FROM pg_stat_activity")]
        # Sessions to come inherit it from the postmaster; its workers are there already.
        for process in (int(lines[0]), *workers):
            with suppress(ProcessLookupError):
                resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def may_mount() -> bool:
    """Whether this machine lets us have a disk of our own."""
    try:
        with OwnDisk():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


MAY_MOUNT = may_mount()


@pytest.fixture(params=[NoLargeFiles, OwnDisk] if MAY_MOUNT else [NoLargeFiles], ids=lambda way: way.__name__)
def disk(request: pytest.FixtureRequest) -> Iterator[OwnDisk | NoLargeFiles]:
    with request.param() as narrow:
        yield narrow


def test_a_file_that_fills_the_disk_is_taken_back_whole(
    disk: OwnDisk | NoLargeFiles, release: Release, seatrial: Console
) -> None:
    with durable(disk.folder / "data") as server:
        alone, second = (Target(dsn=server.clone(name)) for name in ("alone", "second"))
        disk.narrow(server)
        release.add({FIRST: FILL})
        with alone.untouched_but_for_the_ledger():
            answer = seatrial("deploy", *alone.unrehearsed, code=1)
        assert f"✗ {disk.sqlstate} could not extend file" in answer.out
        assert disk.reason in answer.out
        assert f"--> supabase/migrations/{FIRST}:2:1" in answer.out
        assert answer.lines[-1] == f"✗ Failed in {V1}_boats: nothing of this run remains on the given DSN."

        release.add(BOATS)
        release.add({f"{V2}_filler.sql": FILL})
        answer = seatrial("deploy", *second.unrehearsed, code=3)
        assert disk.reason in answer.out
        assert "1 migration kept on the given DSN, consistent" in answer.lines[-1]
        assert second.versions() == [V1]
        assert not second.has("public.half")

        disk.widen(server)
        seatrial("deploy", *second.unrehearsed, code=0)
        assert second.versions() == [V1, V2]
        assert second.value("SELECT count(*) FROM public.filler") == 100_000


if MAY_MOUNT:  # Elsewhere it would be a skip; a crash of another kind is in test_interrupted.

    def test_a_server_that_dies_of_a_full_disk_is_consistent_when_it_is_back(
        release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without room for its write-ahead log PostgreSQL stops altogether."""
        monkeypatch.setattr("seatrial.flows.ending.RECONNECT_SECONDS", 2)
        release.add(BOATS)
        release.add({f"{V2}_filler.sql": FILL_LOG})
        with OwnDisk() as disk:
            with durable(disk.folder / "data") as server:
                target = Target(dsn=server.clone("dies"))
                disk.narrow(server)
                answer = seatrial("deploy", *target.unrehearsed, code=3)
                assert f"onnection lost in {V2}_filler" in answer.lines[-1]
                assert 'next: seatrial deploy --unrehearsed --target "$DSN"' in answer.lines
            disk.widen()
            with durable(disk.folder / "data") as server:
                target = Target(dsn=server.dsn("dies"))
                assert target.versions() == [V1]
                assert not target.has("public.half")
                seatrial("deploy", *target.unrehearsed, code=0)
                assert target.versions() == [V1, V2]
