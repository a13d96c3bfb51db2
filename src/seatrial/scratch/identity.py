"""Under which identity the server's programs run: PostgreSQL refuses to be started by root."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.scratch.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Identity", "server_identity"]

CLONE_NEWUSER = 0x10000000
#: `nobody` inside the name space; outside, the files stay root's.
MAPPED_ID = 65534


class Identity:
    """The plain one: an ordinary user starts the server as itself."""

    def become(self) -> None:
        """Called in the child between fork and exec."""
        os.setsid()

    def hand_over(self, folder: Path) -> None:
        """Give a folder to the identity that the server will have."""

    def cache(self, user_cache: Callable[[], Path]) -> Path:
        """Where prepared clusters and programs can be read by this identity."""
        return user_cache()

    def installation(self, installation: Installation, cache_folder: Path) -> Installation:  # noqa: ARG002
        """The programs, where this identity can read them."""
        return installation


class UserNamespace(Identity):
    """Root, seen by the server as nobody: files stay root's, and a 0700 folder stays 0700."""

    def become(self) -> None:
        """Enter a user name space in which root has another id."""
        os.setsid()
        _enter_user_namespace()


class Nobody(Identity):
    """Root where user name spaces are forbidden: the server runs as the system's `nobody`."""

    def __init__(self) -> None:
        account = pwd.getpwnam("nobody")
        self._uid, self._gid = account.pw_uid, account.pw_gid

    def become(self) -> None:
        """Drop to nobody for good."""
        os.setsid()
        os.setgroups([])
        os.setgid(self._gid)
        os.setuid(self._uid)

    def hand_over(self, folder: Path) -> None:
        """Chown a folder with all that is in it, and let nobody pass through what Seatrial made above it."""
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, self._uid, self._gid, follow_symlinks=False)

    def cache(self, user_cache: Callable[[], Path]) -> Path:  # noqa: ARG002 - root's own is closed to nobody
        """A folder of root's that everyone can read."""
        folder = Path("/var/tmp") / f"seatrial-cache-{os.geteuid()}"  # noqa: S108 - checked just below
        folder.mkdir(mode=0o755, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            raise CannotRun(
                "scratch.foreign-cache",
                "the cache folder belongs to somebody else",
                where=str(folder),
                fix="remove it, then run the command again",
            )
        return folder

    def installation(self, installation: Installation, cache_folder: Path) -> Installation:
        """A copy of the programs in a place that everyone can read, where the original is closed to nobody."""
        if self._can_run(installation.bin / "postgres"):
            return installation
        copy = cache_folder / f"server-{installation.version}"
        if not (copy / "bin" / "postgres").exists():
            unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(installation.bin.parent, unfinished, symlinks=True)
            unfinished.chmod(0o755)
            unfinished.rename(copy)
        return Installation(bin=copy / "bin", version=installation.version, origin=installation.origin)

    def _can_run(self, program: Path) -> bool:
        return _runs([program, "--version"], self.become)


@cache
def server_identity() -> Identity:
    """The identity for this process, found out once.

    Raises:
        CannotRun: root may neither make a user name space nor become nobody.
    """
    if os.geteuid() != 0:
        return Identity()
    if sys.platform == "linux" and _runs(["/bin/true"], UserNamespace().become):
        return UserNamespace()
    nobody: Nobody | None
    try:
        nobody = Nobody()
    except KeyError:
        nobody = None
    if nobody and _runs(["/bin/true"], nobody.become):
        return nobody
    raise CannotRun(
        "scratch.root",
        "PostgreSQL does not start as root, and no other identity can be taken",
        why="user name spaces are forbidden here, and there is no usable account `nobody`",
        fix="run the command as an ordinary user",
    )


def _runs(command: list[Path | str], become: Callable[[], None]) -> bool:
    try:
        done = subprocess.run(command, preexec_fn=become, capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _enter_user_namespace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{MAPPED_ID} 0 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{MAPPED_ID} 0 1", encoding="ascii")
