"""Generated pages on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_page", "write_page"]


def read_page(path: Path) -> str | None:
    """The text with plain line ends, or None where there is no file; what is no text is no generated page."""
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return ""


def write_page(path: Path, text: str) -> None:
    """Write it, with the folders that it needs.

    Raises:
        CannotRun: it may not be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotRun(
            "docs.unwritable", "a page cannot be written", where=str(path), why=error.strerror or str(error),
            fix="make its folder writable, or write it elsewhere with --out FILE",
        ) from None  # fmt: skip
