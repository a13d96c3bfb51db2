"""Reads files into sources, whatever is in them: what cannot be read is a source that says so."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from seatrial.model.source import Encoding, Source

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_regular", "read_folder", "read_regular", "read_source"]

_NAME = re.compile(r"(?P<version>[0-9]+)_(?P<name>.*)\.sql")
_DOWN = ".down.sql"
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def is_regular(path: Path) -> bool:
    """Whether there is a file, at the end of links too; false where there is nothing.

    Raises:
        OSError: there is something else, or something that cannot be looked at.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    return True


def read_regular(path: Path) -> bytes | None:
    """What is in a file; None where there is nothing of that name.

    Never opened is what is no file: a pipe without a writer would make us wait for ever.

    Raises:
        OSError: it cannot be read, or is a link that leads nowhere.
    """
    if is_regular(path):
        return path.read_bytes()
    if path.is_symlink():
        raise OSError(errno.ENOENT, "it is a link to a file that is not there")
    return None


def read_folder(root: Path, folder: Path) -> tuple[Source, ...]:
    """Every entry of the migrations folder, in text order of the version, then of the name.

    Folders are left out, as in the Supabase CLI; so are hidden files, which editors and systems leave behind.
    `NAME.down.sql` is no entry where `NAME.sql` lies beside it, which it takes back.
    """
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".") and not entry.is_dir()]
    by_name = {entry.name: read_source(root, entry) for entry in entries}
    ups = {name: f"{name.removesuffix(_DOWN)}.sql" for name in by_name if name.endswith(_DOWN)}
    downs = {up: by_name[name] for name, up in ups.items() if up in by_name}
    sources = [
        replace(source, down=downs.get(name)) for name, source in by_name.items() if ups.get(name) not in by_name
    ]  # fmt: skip
    return tuple(sorted(sources, key=lambda source: (source.version, source.path)))


def read_source(root: Path, path: Path) -> Source:
    """One file; a byte-order mark is taken off and remembered."""
    shown, file_name = _readable(PurePath(os.path.relpath(path, root)).as_posix()), _readable(path.name)
    match = _NAME.fullmatch(file_name)
    version, name = (match["version"], match["name"]) if match else ("", PurePath(file_name).stem)
    if file_name != path.name:
        return Source(
            path=shown, version=version, name=name, encoding=Encoding.UNREADABLE, text="",
            reason="its name is not UTF-8, and the ledger could not hold it",
        )  # fmt: skip
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            # Never opened: a pipe without a writer would make us wait for ever.
            return Source(
                path=shown, version=version, name=name, encoding=Encoding.UNREADABLE, text="",
                reason="not a regular file",
            )  # fmt: skip
        content = path.read_bytes()
    except OSError as error:
        return Source(
            path=shown, version=version, name=name, encoding=Encoding.UNREADABLE, text="",
            reason=error.strerror or str(error),
        )  # fmt: skip
    encoding, text = _decode(content)
    return Source(path=shown, version=version, name=name, encoding=encoding, text=text)


def _readable(name: str) -> str:
    """A name of the file system as text: bytes that are not UTF-8 become escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _decode(content: bytes) -> tuple[Encoding, str]:
    if content.startswith(_UTF16_BOMS):
        return Encoding.UTF16, ""
    marked = content.startswith(_UTF8_BOM)
    try:
        text = content.removeprefix(_UTF8_BOM).decode("utf-8")
    except UnicodeDecodeError:
        return Encoding.BINARY, ""
    if "\0" in text:
        # UTF-16 without its mark has a NUL in every other byte of plain SQL.
        return (Encoding.UTF16 if content.count(0) > len(content) / 3 else Encoding.BINARY), ""
    return (Encoding.UTF8_BOM if marked else Encoding.UTF8), text
