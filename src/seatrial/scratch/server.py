"""A PostgreSQL for one purpose: started in a moment, and gone afterwards."""

from __future__ import annotations

import secrets
import shutil
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.pg.connection import Connection, connect
from seatrial.pg.database import create_database, drop_database, set_password
from seatrial.scratch.cluster import SUPERUSER, prepared
from seatrial.scratch.identity import server_identity
from seatrial.scratch.installation import find
from seatrial.scratch.places import lease, remove_leftovers
from seatrial.scratch.process import launch, socket_dsn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.scratch.cluster import Cluster
    from seatrial.scratch.identity import Identity
    from seatrial.scratch.installation import Installation
    from seatrial.scratch.process import Process

__all__ = ["DATABASE", "DEPLOYER", "LOGIN", "SUPERUSER", "Server", "durable", "scratch"]

#: The role that owns the database and deploys; no superuser, as on the platform.
DEPLOYER = "postgres"
#: The role that the REST layer logs in as.
LOGIN = "authenticator"
DATABASE = "postgres"
#: Nothing on a scratch has to survive a power cut, and nothing but us writes to it, or changes statistics.
FAST_AND_LOOSE = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    # Whoever looks at the locks walks through every place for a session, whether it is taken or not.
    "max_connections": "60",
    # Whoever ends a session that does not end by itself wants to say what it ran.
    "track_activity_query_size": "16384",
}  # fmt: skip
#: A port that is free may be somebody else's when the server asks for it: so many are tried, when it says this.
PORTS = 5
TAKEN = "could not create any TCP/IP sockets"
#: A server that is kept may be watched: its log is in its data folder, in a form that programs read, a file for each
#: day of the week in the place of the one before.
LOGGED = {
    "logging_collector": "on", "log_destination": "jsonlog", "log_directory": "log", "log_filename": "%a.log",
    "log_rotation_age": "1d", "log_rotation_size": "0", "log_truncate_on_rotation": "on",
}  # fmt: skip


class Server:
    """A running scratch: DSNs for its databases, clones of its platform."""

    def __init__(
        self, installation: Installation, sockets: Path, *, tcp_port: int = 0, password: str = "",
        thrown_away: Path | None = None,
    ) -> None:  # fmt: skip
        self.installation = installation
        #: Its data folder, where nobody wants to keep what is in it; None of a server that is kept.
        self.thrown_away = thrown_away
        self._sockets = sockets
        self._tcp_port = tcp_port
        self._password = password

    def dsn(self, database: str = DATABASE, user: str = DEPLOYER) -> str:
        """A URI for a role on a database of this server."""
        if self._tcp_port:
            return f"postgresql://{user}:{self._password}@127.0.0.1:{self._tcp_port}/{database}"
        return f"postgresql://{user}@/{database}?host={self._sockets}&port=5432"

    def own_dsn(self, database: str = DATABASE, user: str = DEPLOYER) -> str:
        """As `dsn`, for ourselves: it leads here whatever the environment says."""
        return socket_dsn(self._sockets, self._tcp_port or 5432, user, database)

    def superuser(self, database: str = "template1") -> Connection:
        """A connection that may do everything, over the socket."""
        return connect(self.own_dsn(database, SUPERUSER))

    def clone(self, name: str, template: str = DATABASE) -> str:
        """A new database like the template, which nobody may be using; returns its DSN."""
        with self.superuser() as connection:
            create_database(connection, name, template=template)
        return self.dsn(name)

    def drop(self, name: str) -> None:
        """Remove a clone."""
        with self.superuser() as connection:
            drop_database(connection, name)


@contextmanager
def scratch(
    platform: str = "supabase", *, tcp: bool = False, installation: Installation | None = None
) -> Iterator[Server]:
    """A throwaway server with the platform in its database `postgres`, over a private Unix socket.

    With `tcp` it also listens on a free port of 127.0.0.1, behind a password made for it. The installation is the
    first that `find` comes upon, unless one is given.

    Raises:
        CannotRun: no server to be had, no space, no writable cache, a socket path too long.
    """
    remove_leftovers()
    identity = server_identity()
    cluster = prepared(installation or find(), identity, platform)
    place = lease()
    try:
        cluster.copy_data(place.folder / "data", identity)
        identity.hand_over(place.folder)
        process, port = _launched(cluster, identity, place.folder, tcp=tcp)
        try:
            password = secrets.token_urlsafe(16) if tcp else ""
            server = Server(
                cluster.installation, place.folder, tcp_port=port, password=password, thrown_away=place.folder / "data"
            )
            if tcp:
                _open_to_tcp(server, place.folder / "data", password)
            yield server
        finally:
            process.stop()
    finally:
        place.end()


@contextmanager
def durable(data: Path, platform: str = "supabase") -> Iterator[Server]:
    """A server on a folder that is kept, made from the platform's cluster when it is not there yet.

    Nothing is switched off here that keeps data through a crash.
    """
    identity = server_identity()
    cluster = prepared(find(), identity, platform)
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        unfinished = data.with_name(f"{data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        cluster.copy_data(unfinished, identity)
        unfinished.rename(data)
    place = lease()
    try:
        identity.hand_over(place.folder)
        settings = cluster.settings() | LOGGED
        process = launch(cluster.installation, identity, data, place.folder, settings, durable=True)
        try:
            yield Server(cluster.installation, place.folder)
        finally:
            process.stop()
    finally:
        place.end()


def _launched(cluster: Cluster, identity: Identity, folder: Path, *, tcp: bool) -> tuple[Process, int]:
    """The server of a scratch, and the port that it listens on; 0 for none."""
    tries = 0
    while True:
        tries += 1
        port = _free_port() if tcp else 0
        settings = cluster.settings() | FAST_AND_LOOSE | _listening(port)
        try:
            return launch(cluster.installation, identity, folder / "data", folder, settings), port
        except CannotRun as error:
            if tries == PORTS or TAKEN not in error.why:
                raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listening(port: int) -> dict[str, str]:
    return {"listen_addresses": "127.0.0.1", "port": str(port)} if port else {}


def _open_to_tcp(server: Server, data: Path, password: str) -> None:
    """Initdb trusts everyone on the loopback; a port that every local user can reach asks for a password."""
    rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    (data / "pg_hba.conf").write_text(rules, encoding="ascii")
    with server.superuser() as connection:
        set_password(connection, DEPLOYER, password)
        connection.execute("SELECT pg_reload_conf()")
