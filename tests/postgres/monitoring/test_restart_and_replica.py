"""A server that crashes begins to count anew; a replica that is behind is seen to be."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import wait_until
from tests.postgres.monitoring.looks import CONTACTS, look, sampler

from seatrial.errors import CannotConnect
from seatrial.monitoring.probe import Scope
from seatrial.pg.connection import connect
from seatrial.pg.failure import ConnectionLost
from seatrial.scratch.cluster import SUPERUSER
from seatrial.scratch.identity import server_identity
from seatrial.scratch.places import lease
from seatrial.scratch.process import launch, socket_dsn
from seatrial.scratch.server import DATABASE, FAST_AND_LOOSE, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.monitoring.sampler import Sampler
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

SETTINGS = {"listen_addresses": "", "shared_preload_libraries": "pg_stat_statements"}
COUNTING = ("database", "statements", "tables", "indexes")


@pytest.fixture(params=["newer", pytest.param("older", marks=pytest.mark.second_server)])
def own(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that nobody else needs."""
    installation = request.getfixturevalue("second_installation") if request.param == "older" else None
    with scratch("supabase", installation=installation) as server:
        yield server


def test_after_a_crash_the_counters_begin_anew(own: Server) -> None:
    taken = sampler(*COUNTING)
    with connect(own.dsn()) as watcher:
        before = taken.sample(watcher, everything=True)
        with connect(own.dsn()) as victim:
            os.kill(victim.info.backend_pid, signal.SIGKILL)
            with pytest.raises(ConnectionLost):
                sample_for_ever(taken, watcher)
    wait_until(lambda: answers(own), "it is back")
    with connect(own.dsn()) as watcher:
        after = taken.sample(watcher, everything=True)
    assert not before.unread
    assert not after.unread
    assert before.epochs.keys() == after.epochs.keys() == set(COUNTING)
    assert not set(before.epochs.values()) & set(after.epochs.values())


def sample_for_ever(taken: Sampler, watcher: Connection) -> None:
    """Until the server goes down, which takes a moment."""
    while True:
        taken.sample(watcher, everything=True)


def answers(server: Server) -> bool:
    """Whether somebody is let in."""
    try:
        connect(server.dsn()).close()
    except CannotConnect:
        return False
    return True


@contextmanager
def replica(primary: Server) -> Iterator[Connection]:
    """A standby of a server, and a session on it."""
    identity, place = server_identity(), lease()
    try:
        data = place.folder / "data"
        source = f"{primary.dsn(DATABASE, SUPERUSER)}&application_name=the%20replica"
        command = [str(primary.installation.bin / "pg_basebackup"), "-D", str(data), "-c", "fast", "-R", "-d", source]
        subprocess.run(command, check=True, capture_output=True)
        identity.hand_over(place.folder)
        process = launch(primary.installation, identity, data, place.folder, FAST_AND_LOOSE | SETTINGS)
        try:
            with connect(socket_dsn(place.folder, 5432, SUPERUSER, DATABASE)) as session:
                yield session
        finally:
            process.stop()
    finally:
        place.end()


def test_a_replica_that_is_behind_is_seen(own: Server) -> None:
    with connect(own.dsn()) as watcher:
        assert look(watcher, "replication", Scope()).levels == {}
        with own.superuser(DATABASE) as superuser, replica(own) as standby:
            superuser.execute("SELECT pg_create_physical_replication_slot('held', true)")
            wait_until(lambda: behind(watcher) == 0, "it has caught up")
            wait_until(lambda: lag(watcher) is not None, "it says how far it is behind in seconds")
            standby.execute("SELECT pg_wal_replay_pause()")
            superuser.execute(CONTACTS)
            wait_until(lambda: (behind(watcher) or 0) > 50_000, "it is behind")
            wait_until(lambda: (lag(watcher) or 0) > 0, "it says so in seconds")
            assert look(watcher, "replication", Scope()).levels["replication.held", "held"] > 50_000
            standby.execute("SELECT pg_wal_replay_resume()")
            wait_until(lambda: behind(watcher) == 0 and lag(watcher) == 0, "it has caught up again")


def behind(watcher: Connection) -> float | None:
    """Bytes."""
    return look(watcher, "replication", Scope()).levels.get(("replication.bytes", "the replica"))


def lag(watcher: Connection) -> float | None:
    """Seconds; none where it has caught up, and somebody has written since."""
    return look(watcher, "replication", Scope()).levels.get(("replication.lag", "the replica"))


def test_a_replica_can_be_watched_itself(own: Server) -> None:
    with replica(own) as standby:
        sample = sampler("locks", "activity", "replication", "tables", "indexes", *COUNTING).sample(standby)
    assert not sample.unread
