"""What stays of a watch: the page as it was, and the tracking document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows.folder import typed_name
from seatrial.report.watch.page import page
from seatrial.report.watch.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.release import Target
    from seatrial.model.watch_page import WatchPage

__all__ = ["folder_of", "write_record"]

FOLDER = "seatrial-watch"
PAGE, RECORD = "page.html", "record.md"


def folder_of(root: Path, target: Target, out: Path | None) -> Path:
    """Where the record goes, and the journal of a target that takes no writes."""
    return out or root / FOLDER / re.sub(r"[^\w.-]+", "-", typed_name(target))


def write_record(folder: Path, shown: WatchPage) -> Path:
    """Both documents, each replaced when it is complete; returns the tracking document.

    Raises:
        CannotRun: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in ((PAGE, page(shown, live=False)), (RECORD, record(shown))):
            new = folder / f"{name}.new"
            new.write_text(text, encoding="utf-8")
            new.replace(folder / name)
    except OSError as error:
        raise CannotRun(
            "watch.no-record", "the record of the watch cannot be written", where=str(folder),
            why=error.strerror or "", fix="run it again with --out and a folder that can be written: nothing is lost",
        ) from None  # fmt: skip
    return folder / RECORD
