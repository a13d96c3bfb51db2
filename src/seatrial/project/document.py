"""Writes a document that a person reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["refuse_unwritable", "write_document"]


def write_document(path: Path, text: str) -> Path:
    """Save it; what was there before is replaced only when all of it is written.

    Raises:
        CannotRun: the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise _unwritable(path, error.strerror or str(error)) from None
    return path


def refuse_unwritable(path: Path) -> None:
    """Before minutes go by for nothing.

    Raises:
        CannotRun: it is a folder, or lies in something that is none.
    """
    if path.is_dir():
        raise _unwritable(path, "it is a folder")
    above = next(parent for parent in (*path.parents, path.parent) if parent.exists())
    if not above.is_dir():
        raise _unwritable(path, f"{above} is no folder")
    if not os.access(above, os.W_OK):
        raise _unwritable(path, f"{above} may not be written to")


def _unwritable(path: Path, why: str) -> CannotRun:
    return CannotRun(
        "document.unwritable", "the document cannot be written", where=str(path), why=why,
        fix="give a file in a folder that can be written",
    )  # fmt: skip
