"""`seatrial docs`: the schema that the migrations make, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit, SeatrialError
from seatrial.flows.documentation import differing, page_of, reference_from_nothing
from seatrial.flows.folder import again, read_folder
from seatrial.model.outcome import Done, Outcome
from seatrial.model.words import count
from seatrial.project.page import read_page, write_page

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.model.narrator import Narrator
    from seatrial.model.reference import Reference

__all__ = ["docs"]


def docs(root: Path, *, check: bool, out: Path | None = None, narrator: Narrator) -> Outcome:
    """Write the schema reference, or only say whether it is current.

    Args:
        root: the release folder.
        check: write nothing; the answer is no where the page is missing or out of date.
        out: another file than the one of the settings.
        narrator: told how it comes along.

    Raises:
        CannotRun: no scratch, the files do not apply, or the page cannot be written.
        Refused: a finding of `check` blocks.
    """
    folder = read_folder(root)
    folder.refuse_if_unrunnable()
    reference = _told(folder, narrator)
    wanted = page_of(folder, reference)
    path = out or root / folder.release.schema_page
    _refuse_outside(path, root, given=out is not None)
    found = read_page(path)
    if found is not None and not differing(found, wanted):
        return Outcome(command="docs", summary=f"{path} is current: {_size(reference)}.")
    if check:
        return _outdated(path, found, wanted, again(f"docs{f' --out {out}' if out else ''}", root))
    write_page(path, wanted)
    return Outcome(command="docs", summary=f"{path} is written: {_size(reference)}.")


def _told(folder: Folder, narrator: Narrator) -> Reference:
    narrator.begin("applying the folder to a scratch")
    try:
        reference = reference_from_nothing(folder)
    except SeatrialError:
        narrator.end("failed")
        raise
    narrator.end("ok")
    return reference


def _outdated(path: Path, found: str | None, wanted: str, command: str) -> Outcome:
    return Outcome(
        command="docs", exit_code=Exit.NO, next=(command,),
        summary=f"{path} is {'missing' if found is None else 'out of date'}.",
        body=Done(notes=() if found is None else differing(found, wanted)),
    )  # fmt: skip


def _refuse_outside(path: Path, root: Path, *, given: bool) -> None:
    """What a repository says must not reach another file of the machine, not even through a link in it."""
    if given or path.resolve().is_relative_to(root.resolve()):
        return
    raise CannotRun(
        "docs.outside", "the schema page would be outside of the release folder", where=str(path),
        why="a part of the path is a symbolic link", fix="remove the link, or give --out FILE",
    )  # fmt: skip


def _size(reference: Reference) -> str:
    return f"{count(len(reference.tables), 'relation')}, {count(len(reference.functions), 'function')}"
