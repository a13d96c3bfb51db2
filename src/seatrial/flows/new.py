"""`seatrial new NAME`: an empty migration with a version that comes after all others."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows.folder import again
from seatrial.model.outcome import Outcome
from seatrial.project.files import read_folder
from seatrial.project.settings import read_settings
from seatrial.rules.versions import following, mended, time_fault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["new"]

STAMP = "%Y%m%d%H%M%S"
#: The name as a template for the author; a file without a statement is a finding until there is one.
TEMPLATE = "-- {name}: what this changes, and why.\n"


def new(root: Path, name: str, *, now: datetime | None = None) -> Outcome:
    """Make the file; the folder too, where it is not there yet.

    Raises:
        CannotRun: the name has no letter or digit in it or looks like a DSN, no version comes after the newest one, or
            the folder cannot be written.
    """
    if "://" in name or "=" in name:
        # Not shown: it may be a DSN with a password.
        raise CannotRun("new.name", "this is no name for a migration", fix="seatrial new add_invoice_table")
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not stem:
        raise CannotRun("new.name", f"{name!r} is no name for a migration", fix="seatrial new add_invoice_table")
    folder = root / read_settings(root / "seatrial.toml").project.migrations
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{_version(root, folder, now or datetime.now(UTC))}_{stem}.sql"
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.format(name=stem.replace("_", " ")))
    except OSError as error:
        raise CannotRun(
            "new.unwritable", "the migration cannot be written", where=str(folder), why=error.strerror or str(error),
            fix="make the folder writable, then run the command again",
        ) from None  # fmt: skip
    return Outcome(
        command="new",
        summary=f"Made {PurePath(os.path.relpath(path, root)).as_posix()}.",
        next=(again("check", root), again("rehearse", root)),
    )


def _version(root: Path, folder: Path, now: datetime) -> str:
    """The time in UTC; the next valid version after the newest file when that one is from the future."""
    stamp = now.strftime(STAMP)
    newest = max((source.version for source in read_folder(root, folder)), default="")
    if newest < stamp:
        return stamp
    # What follows 20991399000000 is as little a time as that is; what follows the last time before it is one.
    for wish in (following(newest, ()), following(mended(newest), ())):
        # Text order is what counts.
        if wish > newest and not time_fault(wish):
            return wish
    raise CannotRun(
        "new.no-version",
        f"no valid version comes after {newest}",
        where=str(folder),
        why="migrations run in text order of their versions, and the newest one is the last that there can be",
        fix="rename that file to a version that is a time, then run the command again",
    )
