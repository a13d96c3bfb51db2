"""Where scratch servers live on disk, and the removal of what a crash left behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import platformdirs

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Lease", "cache_folder", "demo_folder", "hub_folder", "lease", "locked", "remove_leftovers"]

PREFIX = "seatrial-"
#: A scratch starts at about 60 MB and grows with what is rehearsed on it.
NEEDED_BYTES = 400 * 1024 * 1024
#: The shortest limit of the platforms (macOS 104, Linux 108), less PostgreSQL's own `/.s.PGSQL.5432`.
LONGEST_SOCKET_FOLDER = 88


class Lease:
    """A folder that is ours while this process lives; the lock on it ends with the process, however it ends."""

    def __init__(self, folder: Path, lock: IO[str]) -> None:
        self.folder = folder
        self._lock = lock

    def end(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def lease() -> Lease:
    """A new private folder on a RAM disk when one is writable and large enough, else in the temporary folder.

    Raises:
        CannotRun: no space, or a temporary folder whose path is too long for a socket.
    """
    base = _roomy_base()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getuid()}-", dir=base))
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        folder.rmdir()
        raise CannotRun(
            "scratch.socket-path",
            "the path of the temporary folder is too long for a Unix socket",
            where=str(base),
            why=f"with the socket's own name it must fit into 104 bytes, so the folder into {LONGEST_SOCKET_FOLDER}",
            fix="set TMPDIR to a shorter folder, such as /tmp",
        )
    lock = (folder / "lock.new").open("w", encoding="ascii")
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Under its final name only when it is locked, so that nobody takes the folder for a leftover.
    (folder / "lock.new").rename(folder / "lock")
    return Lease(folder, lock)


def cache_folder() -> Path:
    """Where prepared clusters are kept between runs.

    Raises:
        CannotRun: it cannot be made or written.
    """
    folder = platformdirs.user_cache_path("seatrial")
    if reason := _unwritable(folder):
        raise CannotRun(
            "scratch.no-cache",
            "the cache folder cannot be written",
            where=str(folder),
            why=reason,
            fix="make it writable, or set XDG_CACHE_HOME to a folder that is",
        )
    return folder


def demo_folder() -> Path:
    """Where the demo's production lives until `seatrial demo --reset`.

    Raises:
        CannotRun: it cannot be made or written.
    """
    return _kept() / "demo"


def hub_folder() -> Path:
    """Where the hub's own database lives until `seatrial hub --reset`.

    Raises:
        CannotRun: it cannot be made or written.
    """
    return _kept() / "hub"


def _kept() -> Path:
    folder = platformdirs.user_data_path("seatrial")
    if reason := _unwritable(folder):
        raise CannotRun(
            "demo.no-data",
            "the data folder cannot be written",
            where=str(folder),
            why=reason,
            fix="make it writable, or set XDG_DATA_HOME to a folder that is",
        )
    return folder


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; a lock left by a dead one is free."""
    with path.open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove_leftovers() -> list[Path]:
    """Stop and remove scratch servers whose owner is gone; what is in use is left alone."""
    removed = []
    for base in {Path(tempfile.gettempdir()), Path("/dev/shm")}:  # noqa: S108 - the RAM disk of Linux
        for folder in base.glob(f"{PREFIX}{os.getuid()}-*"):
            if _abandoned(folder):
                _stop_server(folder / "data" / "postmaster.pid")
                shutil.rmtree(folder, ignore_errors=True)
                removed.append(folder)
    return removed


def _roomy_base() -> Path:
    ram, temporary = Path("/dev/shm"), Path(tempfile.gettempdir())  # noqa: S108 - the RAM disk of Linux
    for base in (ram, temporary):
        if base.is_dir() and os.access(base, os.W_OK) and shutil.disk_usage(base).free >= NEEDED_BYTES:
            return base
    raise CannotRun(
        "scratch.no-space",
        "there is no room for a scratch server",
        where=f"{ram} and {temporary}",
        why=f"it needs {NEEDED_BYTES // 2**20} MB in a writable folder",
        fix="free some space, or set TMPDIR to a folder that has it",
    )


def _unwritable(folder: Path) -> str:
    """Why nothing can be written into a folder that is made where it is missing; empty when something can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _abandoned(folder: Path) -> bool:
    try:
        with (folder / "lock").open("r+", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _stop_server(pid_file: Path) -> None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
        # After a restart of the machine the number may belong to somebody else.
        command = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if str(pid_file.parent) in command.stdout:
            os.kill(pid, signal.SIGQUIT)
