"""Files of a scratch that are longer than what is in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.pg.connection import rows
from seatrial.standin.page_count import PAGE
from seatrial.standin.tree import tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["data_of", "plant", "stretch"]

#: Pages of a file before the next one begins (RELSEG_SIZE), and of a relation at most (MaxBlockNumber).
SEGMENT = 2**30 // PAGE
MOST = 2**32 - 2


def data_of(server: Server, connection: Connection) -> Path:
    """The folder whose files we may change: of a server that is thrown away, and of no other.

    Args:
        server: that is said to be one.
        connection: of a superuser to it.

    Raises:
        CannotRun: it is kept, or the connection leads elsewhere.
    """
    [said] = rows(connection, "SELECT current_setting('data_directory') AS folder")
    data = server.thrown_away
    if data is None or not data.is_dir() or str(data) != said["folder"]:
        raise _refused(str(said["folder"]), "this server is kept, or it is not the one that was meant")
    return data


def stretch(data: Path, path: str, pages: int) -> None:
    """Make a relation so long; never shorter, as what is there stays.

    Args:
        data: folder of the server.
        path: of the relation in it, as `pg_relation_filepath` says.
        pages: that it will seem to have.

    Raises:
        CannotRun: it is kept outside of that folder, or the disk takes no such files.
    """
    first = _inside(data, path)
    try:
        for number, length in enumerate(_segments(min(pages, MOST))):
            _lengthen(first, number, length * PAGE)
    except OSError as error:
        raise CannotRun(
            "standin.no-sparse-files", "a table of the stand-in cannot be made as long as the target's",
            where=str(first), why=error.strerror or str(error),
            fix="set TMPDIR to a folder on a disk that takes sparse files",
        ) from error  # fmt: skip


def plant(data: Path, path: str, height: int) -> None:
    """Let an empty B-tree seem so high.

    Args:
        data: folder of the server, which has written everything and has no page of the index in memory.
        path: of the index in it.
        height: levels above the leaves; at least one.

    Raises:
        CannotRun: it is kept outside of that folder.
    """
    with _inside(data, path).open("r+b") as file:
        first = file.read(PAGE)
        if len(first) == PAGE and not file.read(1):
            file.seek(0)
            file.write(tree(height, first))


def _lengthen(first: Path, number: int, size: int) -> None:
    part = first.with_name(f"{first.name}.{number}") if number else first
    with part.open("ab") as file:
        if file.tell() < size:
            file.truncate(size)
    if number:
        # As the server would have made it: it may run as somebody else.
        owner = first.stat()
        part.chmod(owner.st_mode & 0o777)
        os.chown(part, owner.st_uid, owner.st_gid)


def _segments(pages: int) -> Iterator[int]:
    yield min(pages, SEGMENT)
    for done in range(SEGMENT, pages, SEGMENT):
        yield min(pages - done, SEGMENT)


def _inside(data: Path, path: str) -> Path:
    found = (data / path).resolve(strict=True)
    if not found.is_relative_to(data.resolve()):
        raise _refused(str(found), "it is kept outside of its server's folder")
    return found


def _refused(where: str, why: str) -> CannotRun:
    return CannotRun(
        "standin.not-a-scratch", "files are stretched on a throwaway server of our own only", where=where, why=why,
        fix="lay the stand-in on a scratch",
    )  # fmt: skip
