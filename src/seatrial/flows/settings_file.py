"""Continues `seatrial.toml`, comments and all; all of it or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["read", "with_section", "write"]


def read(path: Path) -> str:
    """As it is, line ends and all; empty where there is none."""
    return path.read_bytes().decode("utf-8") if path.exists() else ""


def with_section(existing: str, lines: Sequence[str]) -> str:
    """The text with a section at its end."""
    end = "\r\n" if "\r\n" in existing else "\n"
    gap = end if existing and not existing.endswith(end + end) else ""
    return existing + gap + end.join(lines) + end


def write(path: Path, text: str) -> None:
    """Put a text in a file's place; where it is a link to a file, that file is meant.

    Raises:
        OSError: it cannot be written, and is as it was.
    """
    real = Path(os.path.realpath(path))
    with tempfile.TemporaryDirectory(prefix=".seatrial-", dir=real.parent) as folder:
        unfinished = Path(folder) / real.name
        unfinished.write_bytes(text.encode("utf-8"))
        if real.exists():
            shutil.copymode(real, unfinished)
        unfinished.replace(real)
