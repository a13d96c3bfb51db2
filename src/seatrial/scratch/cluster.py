"""A prepared cluster in the user's cache: initdb and the platform's prelude once, a copy for every scratch."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.scratch import prelude
from seatrial.scratch.mirror import mirror, mirrored
from seatrial.scratch.places import cache_folder, lease, locked
from seatrial.scratch.process import launch, own_environment, socket_dsn

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.scratch.identity import Identity
    from seatrial.scratch.installation import Installation

__all__ = ["SUPERUSER", "Cluster", "prepared"]

#: PostgreSQL refuses to take superuser away from the bootstrap user, and `postgres` must not have it.
SUPERUSER = "supabase_admin"
#: From this version on, a locale that needs nothing of the operating system.
BUILTIN_LOCALE_SINCE = 17
#: The setting extension_control_path came with this version.
CONTROL_PATH_SINCE = 18
#: Small WAL files, as every scratch is a copy of this cluster; no sync, as it is copied only when it is complete.
INITDB = ("-A", "trust", "-E", "UTF8", "-N", "--wal-segsize=1")
#: Changes with what this module puts into a cluster's folder.
LAYOUT = 4
#: A prepared cluster that nobody used for so long gives its place back.
KEPT_SECONDS = 30 * 24 * 3600


class Cluster:
    """A folder with `data` (ready to be copied and started) and `share` (extensions of the platform)."""

    def __init__(self, folder: Path, installation: Installation) -> None:
        self.folder = folder
        self.installation = installation

    def copy_data(self, data: Path, identity: Identity) -> None:
        """Lay a copy of the data where a server will run on it.

        Raises:
            CannotRun: the disk is full.
        """
        _copy(self.folder / "data", data)
        identity.hand_over(data)

    def settings(self) -> dict[str, str]:
        """What a server on this cluster must be started with."""
        settings = {"timezone": "UTC", "log_timezone": "UTC", "listen_addresses": "", "lc_messages": "C"}
        if self.installation.has_contrib:
            settings["shared_preload_libraries"] = "pg_stat_statements,auto_explain"
        if self.installation.major >= CONTROL_PATH_SINCE:
            settings["extension_control_path"] = f"{self.folder / 'share'}:$system"
        return settings


def prepared(installation: Installation, identity: Identity, platform: str) -> Cluster:
    """The cluster for a platform; the first call of a version makes it, which takes a second or two.

    The cache key covers the server's version, the extensions that are installed with it and every file of the prelude,
    so an upgrade makes a new one.
    """
    cache = identity.cache(cache_folder)
    programs = identity.installation(installation, cache)
    offered = sorted(path.name for path in (installation.share / "extension").glob("*.control"))
    made_of = f"{LAYOUT} {programs.bin} {prelude.digest(platform)} {offered}"
    key = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    folder = cache / f"cluster-{installation.version}-{platform}-{key}"
    if not folder.exists():
        with locked(cache / "lock"):
            if not folder.exists():
                _make(folder, programs, identity, platform)
                _forget_old(cache)
    os.utime(folder)
    return Cluster(folder, _programs(programs, folder))


def _make(folder: Path, installation: Installation, identity: Identity, platform: str) -> None:
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    place = lease()
    try:
        unfinished.mkdir(mode=0o755)
        if installation.major >= CONTROL_PATH_SINCE:
            prelude.build_extension_folder(installation.share, unfinished / "share")
        else:
            mirror(installation, unfinished / "server")
        cluster = Cluster(unfinished, _programs(installation, unfinished))
        identity.hand_over(place.folder)
        _initdb(place.folder / "data", cluster.installation, identity)
        server = launch(
            cluster.installation, identity, place.folder / "data", place.folder, cluster.settings(), durable=True
        )
        try:
            _install_prelude(place.folder, platform)
        finally:
            server.stop()
        _copy(place.folder / "data", unfinished / "data")
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        place.end()


def _forget_old(cache: Path) -> None:
    for folder in cache.glob("cluster-*"):
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _programs(installation: Installation, folder: Path) -> Installation:
    return installation if installation.major >= CONTROL_PATH_SINCE else mirrored(installation, folder / "server")


def _install_prelude(sockets: Path, platform: str) -> None:
    for database, scripts in (("template1", prelude.cluster_scripts), ("postgres", prelude.scripts)):
        with connect(socket_dsn(sockets, 5432, SUPERUSER, database)) as connection:
            for script in scripts(platform):
                execute_script(connection, script.read_text(encoding="utf-8"))


def _copy(source: Path, destination: Path) -> None:
    try:
        done = subprocess.run(["cp", "-a", source, destination], capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotRun(
            "scratch.copy-failed",
            "the prepared cluster cannot be copied, as the program cp cannot be run",
            where=str(destination),
            why=error.strerror or str(error),
            fix="install coreutils, and put the folder of cp on the PATH",
        ) from None
    if done.returncode != 0:
        raise CannotRun(
            "scratch.copy-failed",
            "the prepared cluster cannot be copied",
            where=str(destination),
            why=(done.stderr.strip().splitlines() or ["unknown"])[-1],
            fix="free some space, or set TMPDIR to a folder that has it",
        )


def _initdb(data: Path, installation: Installation, identity: Identity) -> None:
    locale = ["--locale=C"]
    if installation.major >= BUILTIN_LOCALE_SINCE:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    done = subprocess.run(
        [installation.bin / "initdb", "-D", data, "-U", SUPERUSER, *INITDB, *locale],
        preexec_fn=identity.become,
        env=own_environment(),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if "could not look up effective user ID" in done.stderr:
        raise CannotRun(
            "scratch.no-account",
            "PostgreSQL does not run as a user without an account",
            why=done.stderr.strip().splitlines()[-1],
            fix="add an entry for that user id to /etc/passwd, or run the command as another user",
        )
    if done.returncode != 0:
        raise CannotRun(
            "scratch.initdb",
            "a database cluster cannot be made",
            where=str(data),
            why=" / ".join(done.stderr.strip().splitlines()[-2:]),
            fix="see the reason above; SEATRIAL_PG_BIN chooses another PostgreSQL",
        )
