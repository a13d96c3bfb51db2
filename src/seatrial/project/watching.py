"""Waits for somebody to save a file of a release folder."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.project.settings import ProjectSettings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["changes"]

#: Seconds between two looks. A look at a thousand files takes some milliseconds, and works on every file system.
PAUSE = 0.3

_Looks = dict["Path", tuple[int, int, int]]


def changes(root: Path) -> Iterator[None]:
    """Once now, and again each time that files have changed and nobody is writing any more; never ends."""
    seen = _look(root)
    yield
    while True:
        time.sleep(PAUSE)
        now = _look(root)
        if now == seen:
            continue
        # An editor may write twice, or put a new file in the place of the old one.
        while (later := _after_a_moment(root)) != now:
            now = later
        seen = now
        yield


def _after_a_moment(root: Path) -> _Looks:
    time.sleep(PAUSE / 3)
    return _look(root)


def _look(root: Path) -> _Looks:
    """Settings and migrations, each with what tells a saved file from the one before it."""
    migrations = root / _migrations(root)
    found: _Looks = {}
    with suppress(OSError):
        for path in chain(root.glob("seatrial*"), root.glob("supabase/config.toml"), migrations.glob("*")):
            with suppress(OSError):
                told = path.stat()
                found[path] = (told.st_mtime_ns, told.st_size, told.st_ino)
    return found


def _migrations(root: Path) -> str:
    try:
        return read_settings(root / "seatrial.toml").project.migrations
    except CannotRun:
        # Said by the check itself; what is wrong with them will be mended.
        return ProjectSettings().migrations
