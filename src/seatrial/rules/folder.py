"""What rules ask of a folder as a whole, and the commands that change it."""

from __future__ import annotations

from pathlib import PurePosixPath
from shlex import quote
from typing import TYPE_CHECKING

from seatrial.model.source import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.source import Script

__all__ = ["file_name", "migrations", "moved", "sibling", "takes_back", "texts"]


def migrations(scripts: Iterable[Script]) -> list[Script]:
    """The files that the tools run, in the order in which Seatrial runs them: by version as text."""
    versioned = (script for script in scripts if script.source.version)
    return sorted(versioned, key=lambda script: (script.source.version, script.source.path))


def texts(scripts: Iterable[Script]) -> list[Script]:
    """The migrations that could be read as text."""
    readable = {Encoding.UTF8, Encoding.UTF8_BOM}
    return [script for script in migrations(scripts) if script.source.encoding in readable]


def file_name(script: Script) -> str:
    """The last part of the path."""
    return PurePosixPath(script.source.path).name


def sibling(script: Script, name: str) -> str:
    """The path of a file of that name in the same folder."""
    return str(PurePosixPath(script.source.path).with_name(name))


def takes_back(script: Script) -> bool:
    """Whether a file is named like one that takes another back, which is not there: `…_create_notes.down.sql`."""
    return script.source.name.endswith(".down")


def moved(renames: Sequence[tuple[Script, str]]) -> str:
    """The commands that give these files these names; one a line."""
    return "\n".join(f"git mv {quote(script.source.path)} {quote(sibling(script, name))}" for script, name in renames)
