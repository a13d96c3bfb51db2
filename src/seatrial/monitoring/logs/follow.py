"""Follows a log through its files: new ones, renamed, truncated and deleted ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError
from seatrial.monitoring.logs.entry import FORMATS, time_of
from seatrial.monitoring.logs.log import History
from seatrial.monitoring.probe import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seatrial.monitoring.logs.clock import Clock
    from seatrial.monitoring.logs.entry import Entry
    from seatrial.monitoring.logs.folder import Folder, LogFile
    from seatrial.monitoring.logs.log import LogLine
    from seatrial.monitoring.logs.understand import Understander
    from seatrial.pg.connection import Connection

__all__ = ["FollowedLog"]

#: The beginning of a file, by which it is known again: it has the time of its first line.
_HEAD = 64
#: What is read at once to find out from when it is.
_PEEK = 65_536
#: Some sources say in whole seconds when a file was changed.
_COARSE = 2.0
#: More behind than so many looks can read, it goes on with the newest.
_LOOKS_BEHIND = 4
_HISTORY = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """How far a file has been read."""

    at: int
    #: When it was looked at last: its size, and its beginning.
    size: int
    head: bytes


class FollowedLog:
    """The log of a server, in files."""

    def __init__(
        self, folder: Folder, clock: Clock, understander: Understander, connection: Connection, *, since: float
    ) -> None:
        """From a moment on.

        Raises:
            Unreadable: the files cannot be listed or read.
        """
        self.name = folder.name
        self.lost = False
        self._folder, self._clock, self._understander = folder, clock, understander
        self._connection = connection
        self._format = FORMATS[folder.ending]
        # The times of a log end with the millisecond.
        self._since = math.floor(since * 1000) / 1000
        self._places: dict[str, _Place] = {}
        files = self._files(())
        for one in files:
            self._places[one.identity] = self._place(one, self._start(one, since, folder.most))
        self._newest = files[-1].identity

    def read(self, connection: Connection | None = None) -> tuple[LogLine, ...]:
        """See `Log`."""
        if connection is not None:
            self._connection = connection
            self._folder.use(connection)
        files = self._files(self._places)
        self.lost = self._newest not in {one.identity for one in files}
        self._drop(files)
        self._skip(files)
        before = self._places.copy()
        try:
            # All of it is read before the catalog is asked for names.
            found = self._understander.named(self._connection, list(self._understander.read(self._entries(files))))
        except (SeatrialError, Unreadable):
            # With the next connection, or when the file can be read again, nothing is missing.
            self._places = before
            raise
        self._newest = files[-1].identity
        return found

    def history(self, since: float, until: float) -> History:
        """See `Log`."""
        since = max(since, until - _HISTORY)
        parts: list[tuple[LogFile, int]] = []
        left, begins = self._folder.most, since
        for file in reversed(self._files(self._places)):
            start = max(self._start(file, since, left), file.size - left)
            left -= file.size - start
            parts.insert(0, (file, start))
            if left <= 0:
                break
        oldest, start = parts[0]
        # Where the oldest file begins later, the log does.
        if start < oldest.size and (first := self._first(oldest, start)[1]) is not None:
            begins = max(since, first)
        found = (
            entry
            for file, at in parts
            for record in self._format.records(self._pieces(file, at))
            if (entry := self._format.entry(record, self._clock)) and begins <= entry.at < until
        )
        return History(since=begins, lines=self._understander.named(self._connection, self._understander.read(found)))

    def _files(self, known: Collection[str]) -> tuple[LogFile, ...]:
        files = self._folder.files(known)
        if not files:
            raise Unreadable(f"{self.name}: there is no file in it")
        return files

    def _drop(self, files: Sequence[LogFile]) -> None:
        """Forget files that are gone, and begin anew with those that are not what they were."""
        self._places = {one.identity: self._places[one.identity] for one in files if one.identity in self._places}
        for file in files:
            place = self._places.get(file.identity)
            if place is None or (file.size == place.size and file.identity != self._newest):
                continue
            if file.size < place.size or not self._folder.piece(file, 0, _HEAD).startswith(place.head):
                self.lost |= file.identity == self._newest
                del self._places[file.identity]

    def _skip(self, files: Sequence[LogFile]) -> None:
        behind = sum(one.size - self._at(one) for one in files)
        if behind <= _LOOKS_BEHIND * self._folder.most:
            return
        self.lost = True
        left = self._folder.most
        for file in reversed(files):
            at = max(self._at(file), file.size - left)
            left -= file.size - at
            if at > self._at(file):
                at = self._first(file, at)[0] if at < file.size else at
                self._places[file.identity] = self._place(file, at)

    def _entries(self, files: Sequence[LogFile]) -> Iterator[Entry]:
        left = self._folder.most
        for file in files:
            begun = at = self._at(file)
            for record in self._format.records(self._pieces(file, at, left)):
                at += len(record)
                entry = self._format.entry(record, self._clock)
                if entry and entry.at >= self._since:
                    yield entry
            self._places[file.identity] = self._place(file, at)
            left -= at - begun
            if left <= 0:
                return

    def _at(self, file: LogFile) -> int:
        place = self._places.get(file.identity)
        return place.at if place else 0

    def _place(self, file: LogFile, at: int) -> _Place:
        known = self._places.get(file.identity)
        head = known.head if known and len(known.head) == _HEAD else self._folder.piece(file, 0, min(_HEAD, file.size))
        return _Place(at=at, size=file.size, head=head)

    def _pieces(self, file: LogFile, at: int, most: int | None = None) -> Iterator[bytes]:
        """Up to the size that it had when it was listed; what is written meanwhile is for the next look."""
        end = file.size if most is None else min(file.size, at + most)
        while at < end and (piece := self._folder.piece(file, at, min(self._folder.step, end - at))):
            yield piece
            at += len(piece)

    def _start(self, file: LogFile, since: float, most: int) -> int:
        """Where the lines of a moment begin, or a little before; at most so many bytes before the end."""
        if file.changed + _COARSE < since:
            return file.size
        step = _PEEK
        while True:
            at = max(0, file.size - step)
            begins, moment = self._first(file, at)
            if at == 0 or step >= most or (moment is not None and moment < since):
                return begins
            step *= 4

    def _first(self, file: LogFile, at: int) -> tuple[int, float | None]:
        """The first record that begins at a place or behind it, and its time."""
        chunk = self._folder.piece(file, at, _PEEK)
        begins = at
        if at:
            first, _, chunk = chunk.partition(b"\n")
            begins += len(first) + 1
        for line in chunk.splitlines(keepends=True):
            if (moment := time_of(line, self._clock)) is not None:
                return begins, moment
            begins += len(line)
        return at, None
