"""Small migrations folders on a real disk, read and parsed as the commands do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from seatrial.model.source import Encoding, Source
from seatrial.project.files import read_folder
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from seatrial.model.source import Script
    from seatrial.rules.page import Example


class Release(Protocol):
    """A release folder of a test."""

    root: Path

    def write(self, files: Iterable[Example]) -> None:
        """Put these files into the migrations folder."""

    def scripts(self) -> tuple[Script, ...]:
        """What lies there now."""


class _Release:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "supabase" / "migrations"
        self.folder.mkdir(parents=True)

    def write(self, files: Iterable[Example]) -> None:
        for file in files:
            path = self.folder / file.name
            if file.content is None:
                # A link that leads nowhere cannot be read by root either.
                path.symlink_to("nowhere")
            else:
                path.write_bytes(file.content)

    def scripts(self) -> tuple[Script, ...]:
        # Git removes a folder with its last file.
        self.folder.mkdir(parents=True, exist_ok=True)
        return tuple(parse(source) for source in read_folder(self.root, self.folder))


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A release folder without a migration."""
    return _Release(tmp_path)


@pytest.fixture
def script_of() -> ScriptOf:
    """Parses a text as if it were the one migration of a folder."""

    def made(text: str, name: str = "20250122120000_notes.sql") -> Script:
        version, _, rest = name.partition("_")
        return parse(
            Source(
                path=f"supabase/migrations/{name}",
                version=version,
                name=rest.removesuffix(".sql"),
                encoding=Encoding.UTF8,
                text=text,
            )
        )

    return made


class ScriptOf(Protocol):
    """See the fixture `script_of`."""

    def __call__(self, text: str, name: str = ...) -> Script:
        """Parse it."""
