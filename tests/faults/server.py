"""A throwaway server that may crash: every process of it is killed at once, and it is started again on what is left."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.ports import free_port

from seatrial.pg.connection import Connection, connect
from seatrial.pg.database import create_database, drop_database
from seatrial.scratch.cluster import prepared
from seatrial.scratch.identity import server_identity
from seatrial.scratch.installation import find
from seatrial.scratch.places import Lease, lease, remove_leftovers
from seatrial.scratch.process import Process, launch, socket_dsn
from seatrial.scratch.server import DATABASE, DEPLOYER, FAST_AND_LOOSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["FaultServer", "fault_server"]

#: A commit is in the log before it is answered: what the deployer was told of must outlive the server's processes.
#: What would outlive a power cut is not needed, as the machine stays on.
SETTINGS = FAST_AND_LOOSE | {"synchronous_commit": "on", "full_page_writes": "on", "wal_level": "replica"}
#: Over TCP comes the role that deploys, which is no superuser; a port is open to every user of the machine.
WHO_MAY_ENTER = f"local all all trust\nhost all {DEPLOYER} 127.0.0.1/32 trust\n"
#: So that what is set for others does not end the session that sets it back.
PATIENT = "-c statement_timeout=0 -c transaction_timeout=0 -c idle_session_timeout=0 -c lock_timeout=0"


class FaultServer:
    """On a Unix socket for the tests, on a TCP port for what is tested."""

    def __init__(self, place: Lease, port: int, settings: dict[str, str]) -> None:
        self.port = port
        self.folder = place.folder
        self._identity = server_identity()
        self._cluster = prepared(find(), self._identity, "supabase")
        self._settings = self._cluster.settings() | SETTINGS | settings
        self._settings |= {"listen_addresses": "127.0.0.1", "port": str(port)}
        self._cluster.copy_data(self.data, self._identity)
        self._identity.hand_over(self.folder)
        (self.data / "pg_hba.conf").write_text(WHO_MAY_ENTER, encoding="ascii")
        self._process = self._launch()

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    def dsn(self, database: str = DATABASE, user: str = DEPLOYER) -> str:
        """For the tests themselves, past every proxy."""
        return socket_dsn(self.folder, self.port, user, database)

    def superuser(self, database: str = "template1") -> Connection:
        """A connection that may do everything, over the socket."""
        return connect(self.dsn(database, "supabase_admin"), application_name="test")

    def clone(self, name: str, template: str = DATABASE) -> None:
        """A new database like the template, which nobody may be using."""
        with self.superuser() as connection:
            create_database(connection, name, template=template)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        with self.superuser() as connection:
            drop_database(connection, name)

    @contextmanager
    def set(self, **settings: str) -> Iterator[None]:
        """With settings for every session to come."""
        for name, value in settings.items():
            self._alter(f"SET {name} = '{value}'")
        try:
            yield
        finally:
            for name in settings:
                self._alter(f"RESET {name}")

    def _alter(self, what: str) -> None:
        with self._patient() as connection:
            [(loaded,)] = connection.execute("SELECT pg_conf_load_time()").fetchall()
            connection.execute(f"ALTER SYSTEM {what}".encode())
            connection.execute("SELECT pg_reload_conf()")
        # The postmaster hands it to sessions that begin after it has read the file.
        while not self._has_loaded_since(loaded):
            time.sleep(0.02)

    def _has_loaded_since(self, moment: datetime) -> bool:
        with self._patient() as connection:
            [(is_later,)] = connection.execute("SELECT pg_conf_load_time() > %s", [moment]).fetchall()
        return bool(is_later)

    def _patient(self) -> Connection:
        return connect(f"{self.dsn('template1', 'supabase_admin')} options='{PATIENT}'", application_name="test")

    def crash(self) -> None:
        """Kill every process at once, and start the server on what they left."""
        self.stop()
        self.start()

    @contextmanager
    def standby(self) -> Iterator[None]:
        """As a server that follows another one, which sends nothing."""
        signal_file = self.data / "standby.signal"
        self.stop()
        signal_file.touch()
        self._identity.hand_over(signal_file)
        self.start()
        try:
            yield
        finally:
            self.stop()
            signal_file.unlink()
            self.start()

    def stop(self) -> None:
        """Kill every process at once."""
        victims = [self._process.pid, *_children(self._process.pid)]
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        self._process.stop()
        while any(_alive(victim) for victim in victims):
            time.sleep(0.002)

    def shut(self) -> None:
        """End every session and stop in order, as whoever restarts it on purpose does."""
        os.kill(self._process.pid, signal.SIGINT)
        while _alive(self._process.pid):
            time.sleep(0.002)
        self._process.stop()

    def start(self) -> None:
        """Start it on the data that is there; returns when it answers."""
        self._process = self._launch()

    def end(self) -> None:
        """Stop it for good."""
        self._process.stop()

    def _launch(self) -> Process:
        return launch(self._cluster.installation, self._identity, self.data, self.folder, self._settings)


@contextmanager
def fault_server(**settings: str) -> Iterator[FaultServer]:
    """One for a worker, or for a test whose settings others must not have."""
    remove_leftovers()
    place = lease()
    try:
        server = FaultServer(place, free_port(), settings)
        try:
            yield server
        finally:
            server.end()
    finally:
        place.end()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _alive(pid: int) -> bool:
    """Whether it still runs; a zombie, which nobody has asked for its end, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
