"""`seatrial new NAME`: an empty migration with a version that comes after all others."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.model.outcome import Outcome
from seatrial.project.files import read_folder
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["new"]

STAMP = "%Y%m%d%H%M%S"
#: The name as a template for the author; a file without a statement is a finding until there is one.
TEMPLATE = "-- {name}: what this changes, and why.\n"


def new(root: Path, name: str, *, now: datetime | None = None) -> Outcome:
    """Make the file; the folder too, where it is not there yet.

    Raises:
        CannotRun: the name has no letter or digit in it, or the folder cannot be written.
    """
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
        summary=f"Made {path.relative_to(root).as_posix()}.",
        next=("seatrial check", "seatrial rehearse"),
    )


def _version(root: Path, folder: Path, now: datetime) -> str:
    """The time in UTC; one second after the newest file when that one is from the future."""
    stamp = now.strftime(STAMP)
    newest = max((source.version for source in read_folder(root, folder)), default="")
    if newest < stamp:
        return stamp
    try:
        return (datetime.strptime(newest, STAMP).replace(tzinfo=UTC) + timedelta(seconds=1)).strftime(STAMP)
    except ValueError:
        # The newest is no time at all; text order is what counts.
        return f"{newest}1"
