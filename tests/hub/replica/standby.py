"""A server that follows another one: made by pg_basebackup, and fed by streaming replication."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.scratch.identity import server_identity
from seatrial.scratch.places import lease
from seatrial.scratch.process import launch, own_environment
from seatrial.scratch.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["caught_up", "standby_of"]

#: As a standby has them; settings that a primary has must not be smaller here.
SETTINGS = {
    "hot_standby": "on", "max_connections": "60", "timezone": "UTC", "listen_addresses": "", "lc_messages": "C",
    "shared_preload_libraries": "pg_stat_statements,auto_explain", "fsync": "off",
}  # fmt: skip
#: Seconds until what was written there is to be seen here.
PATIENCE = 30.0


@contextmanager
def standby_of(primary: Server, **settings: str) -> Iterator[Server]:
    """A hot standby of a scratch, that follows it until the end of the block; `settings` are its own."""
    identity = server_identity()
    place = lease()
    try:
        data = place.folder / "data"
        identity.hand_over(place.folder)
        source = primary.own_dsn("template1", "supabase_admin")
        done = subprocess.run(
            [primary.installation.bin / "pg_basebackup", "-d", source, "-D", data, "-R", "-X", "stream", "-c", "fast"],
            preexec_fn=identity.become, env=own_environment(), capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        process = launch(primary.installation, identity, data, place.folder, SETTINGS | settings)
        try:
            yield Server(primary.installation, place.folder)
        finally:
            process.stop()
    finally:
        place.end()


def caught_up(primary: Server, standby: Server) -> None:
    """Wait until the standby has replayed what the primary has written."""
    with primary.superuser() as connection:
        [[place]] = connection.execute("select pg_current_wal_insert_lsn()").fetchall()
    until = time.monotonic() + PATIENCE
    with standby.superuser() as connection:
        while connection.execute("select pg_last_wal_replay_lsn() >= %s", [place]).fetchone() != (True,):
            assert time.monotonic() < until, "the standby does not follow"
            time.sleep(0.02)
