"""Generated pages on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.project.files import read_regular

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_page"]


def read_page(path: Path) -> str | None:
    """The text with plain line ends, or None where there is no file; what is no text is no generated page."""
    try:
        content = read_regular(path)
        return None if content is None else content.decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""
