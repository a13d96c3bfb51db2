"""Writes what Seatrial makes: all of it or nothing, through links, and never over what somebody else has made."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.project.baseline import BASELINE
from seatrial.project.files import is_regular
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Kind", "refuse_irregular", "refuse_unwritable", "write_documents"]

#: Characters at the beginning of a file by which it is known again.
HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a document is, and how an older one is known again, which may be replaced."""

    what: str
    #: A pattern that its text begins with.
    begins: str
    #: What to do for another file.
    elsewhere: str = "give --out FILE"
    #: Whether the folder of the file is made.
    makes_folder: bool = True


def refuse_irregular(path: Path) -> None:
    """Stop where something is there that is no file: a folder, a device, a pipe, a link in a circle.

    Raises:
        CannotRun: says what it is.
    """
    try:
        if path.is_dir():
            raise _unwritable(path, "it is a folder")
        is_regular(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None


def refuse_unwritable(kind: Kind, *paths: Path, root: Path) -> None:
    """Before minutes go by for nothing.

    Args:
        kind: what would be written.
        paths: to where.
        root: the release folder; nothing is ever written over what the release is made of.

    Raises:
        CannotRun: one of them cannot be written, or what is there is not ours.
    """
    for path in paths:
        refuse_irregular(path)
        # First: nobody is told to move a migration away.
        _refuse_source(path, kind, root)
        _refuse(path, kind)


def write_documents(kind: Kind, texts: Mapping[Path, str | bytes]) -> None:
    """Save them all: each is written beside its place, and only then put there; on failure nothing has changed.

    Raises:
        CannotRun: one of them cannot be written, or what is there is not ours.
    """
    for path in texts:
        _refuse(path, kind)
    path = Path()
    unfinished: dict[Path, Path] = {}
    with ExitStack() as undo:
        try:
            for path, text in texts.items():
                # Where it is a link to a file, that file is meant.
                real = Path(os.path.realpath(path))
                _make_folder(real.parent, undo)
                unfinished[path] = real.with_name(f".seatrial-{secrets.token_hex(8)}")
                undo.callback(unfinished[path].unlink, missing_ok=True)
                _write_beside(unfinished[path], real, text)
            for path, written in unfinished.items():
                written.replace(os.path.realpath(path))
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from None
        undo.pop_all()


def _write_beside(unfinished: Path, real: Path, text: str | bytes) -> None:
    with unfinished.open("xb") as file:
        file.write(text if isinstance(text, bytes) else text.encode("utf-8"))
    if real.exists():
        shutil.copymode(real, unfinished)


def _make_folder(folder: Path, undo: ExitStack) -> None:
    for missing in reversed([above for above in (folder, *folder.parents) if not above.exists()]):
        missing.mkdir(exist_ok=True)
        undo.callback(_remove_empty, missing)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _refuse(path: Path, kind: Kind) -> None:
    refuse_irregular(path)
    real = Path(os.path.realpath(path))
    above = next(parent for parent in real.parents if parent.exists())
    if not above.is_dir():
        raise _unwritable(path, f"{above} is no folder")
    if above != real.parent and not kind.makes_folder:
        raise _unwritable(path, f"there is no folder {real.parent}")
    if not os.access(above, os.W_OK):
        raise _unwritable(path, f"{above} may not be written to")
    if real.exists() and not _is_ours(real, kind):
        raise CannotRun(
            "document.not-ours", "a file that Seatrial has not written is not replaced", where=str(path),
            why=f"it does not begin as a {kind.what} does, and what is in it would be lost",
            fix=f"mv {quote(str(path))} {quote(f'{path}.old')}, then run the command again; or {kind.elsewhere}",
        )  # fmt: skip


def _is_ours(real: Path, kind: Kind) -> bool:
    """Also where there is nothing in it that could be lost."""
    try:
        with real.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise _unwritable(real, error.strerror or str(error)) from None
    return not head or re.match(kind.begins, head.decode("utf-8", "replace").removeprefix("\ufeff")) is not None


def _refuse_source(path: Path, kind: Kind, root: Path) -> None:
    real = os.path.realpath(path)
    names = ("seatrial.toml", BASELINE, "supabase/config.toml")
    migrations = root / read_settings(root / "seatrial.toml").project.migrations
    is_migration = os.path.realpath(migrations) == str(Path(real).parent) and real.endswith(".sql")
    if is_migration or real in {os.path.realpath(root / name) for name in names}:
        raise CannotRun(
            "document.source", "a document is not written where the release itself is", where=str(path),
            why=f"a {kind.what} there would be taken for a migration or for settings",
            fix=f"write it elsewhere: {kind.elsewhere}",
        )  # fmt: skip


def _unwritable(path: Path, why: str) -> CannotRun:
    return CannotRun(
        "document.unwritable", "the document cannot be written", where=str(path), why=why,
        fix="give a file in a folder that can be written",
    )  # fmt: skip
