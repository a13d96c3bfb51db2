"""Where the files of a log are: on this machine, or behind the server's own functions."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from seatrial.errors import StatementFailed
from seatrial.monitoring.logs.entry import FORMATS
from seatrial.monitoring.probe import Unreadable
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.pg.connection import Connection

__all__ = ["Folder", "LocalFolder", "LogFile", "ServerFolder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """One file, as it is now."""

    #: Stays when the file is renamed, where that can be known.
    identity: str
    path: str
    size: int
    #: Seconds since 1970; of some sources whole ones.
    changed: float


class Folder(Protocol):
    """Files of one log, in one format."""

    name: str
    #: `.json` or `.csv`.
    ending: str
    #: Bytes that are read in one look, and in one piece.
    most: int
    step: int

    def use(self, connection: Connection) -> None:
        """Go on with another connection."""

    def files(self, known: Collection[str]) -> tuple[LogFile, ...]:
        """Those that are there, oldest first; `known` are identities that were read before.

        Raises:
            Unreadable: they cannot be listed.
        """

    def piece(self, file: LogFile, at: int, length: int) -> bytes:
        """Bytes of a file; fewer at its end, none where it is gone.

        Raises:
            Unreadable: it cannot be read.
        """


class LocalFolder:
    """A folder of this machine, or one file in it that is rotated by renaming it."""

    most = 64 * 2**20
    step = 2**20

    def __init__(self, path: Path) -> None:
        """At a file, or at a folder with such files."""
        self._only = "" if path.is_dir() else path.name
        self._folder = path if path.is_dir() else path.parent
        self.ending = path.suffix if self._only else self._newest()
        if self.ending not in FORMATS:
            raise Unreadable(
                f"{path} is no csvlog or jsonlog: set log_destination to jsonlog (csvlog before PostgreSQL 15)"
            )
        self.name = f"{FORMATS[self.ending].name} in {path}"
        if self._only and not path.is_file():
            raise Unreadable(f"{path} cannot be read: there is no such file")

    def use(self, connection: Connection) -> None:
        """It needs none."""

    def files(self, known: Collection[str]) -> tuple[LogFile, ...]:
        """Of a single file also what it was renamed to, as long as it is there."""
        found = [one for one in self._all() if self._is_of_log(one, known)]
        # Of two that were written to in the same moment the one that was there before is the older one.
        return tuple(sorted(found, key=lambda one: (one.changed, one.identity not in known, one.path)))

    def piece(self, file: LogFile, at: int, length: int) -> bytes:
        """Of a regular file, and nothing else."""
        try:
            with Path(file.path).open("rb") as opened:
                opened.seek(at)
                return opened.read(length)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise Unreadable(f"{file.path} cannot be read: {error.strerror or 'error'}") from None

    def _is_of_log(self, file: LogFile, known: Collection[str]) -> bool:
        name = Path(file.path).name
        if self._only:
            return name == self._only or file.identity in known
        return name.endswith(self.ending)

    def _all(self) -> Iterator[LogFile]:
        try:
            with os.scandir(self._folder) as entries:
                found = [(entry.path, entry.stat()) for entry in entries if self._may_be(entry.name)]
        except OSError as error:
            raise Unreadable(f"{self._folder} cannot be read: {error.strerror or 'error'}") from None
        for path, state in found:
            if stat.S_ISREG(state.st_mode):
                identity = f"{state.st_dev} {state.st_ino}"
                yield LogFile(identity=identity, path=path, size=state.st_size, changed=state.st_mtime)

    def _may_be(self, name: str) -> bool:
        return name.startswith(self._only) if self._only else Path(name).suffix in FORMATS

    def _newest(self) -> str:
        """The format that is written now; where both are, jsonlog."""
        files = sorted(self._all(), key=lambda one: one.changed)
        endings = {Path(one.path).suffix for one in files[-2:]}
        return ".json" if ".json" in endings else min(endings, default="")


class ServerFolder:
    """The server's own log, read by a role that may."""

    most = 16 * 2**20
    step = 4 * 2**20

    def __init__(self, connection: Connection, current: str) -> None:
        """With what `pg_current_logfile` says."""
        self._connection = connection
        self._folder, _, name = current.rpartition("/")
        self.ending = Path(name).suffix
        if self.ending not in FORMATS:
            raise Unreadable(f"the server's log does not end in .json or .csv: {name}")
        self.name = f"{FORMATS[self.ending].name} of the server"

    def use(self, connection: Connection) -> None:
        """Of the same server."""
        self._connection = connection

    def files(self, known: Collection[str]) -> tuple[LogFile, ...]:  # noqa: ARG002 - a name is the identity
        """Of the folder that the server writes to."""
        found = self._ask("log_files", {"ending": self.ending})
        return tuple(
            LogFile(identity=row["name"], path=row["name"], size=row["size"], changed=row["changed"]) for row in found
        )

    def piece(self, file: LogFile, at: int, length: int) -> bytes:
        """By `pg_read_binary_file`."""
        path = f"{self._folder}/{file.path}" if self._folder else file.path
        [row] = self._ask("log_piece", {"path": path, "at": at, "length": length})
        return bytes(row["piece"] or b"")

    def _ask(self, query: str, parameters: dict[str, object]) -> list[dict[str, Any]]:
        try:
            return rows(self._connection, load(__package__, query), parameters)
        except StatementFailed as error:
            raise Unreadable(f"the server does not show its log: {error.what}") from None
