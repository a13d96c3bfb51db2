"""What a release says of itself: gathered from its rehearsal, and from the pages in its folder."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from seatrial.catalog.reference import read_reference
from seatrial.errors import CannotRun
from seatrial.flows.folder import again
from seatrial.flows.stage import from_nothing
from seatrial.ledger.apply import apply_all
from seatrial.model.documentation import Documentation, Page, PageState
from seatrial.model.made import made_of
from seatrial.model.narrator import Silent
from seatrial.project.page import read_page
from seatrial.report.mermaid import mermaid
from seatrial.report.release_note import digest_of, stem_of
from seatrial.report.schema_page.page import schema_page

if TYPE_CHECKING:
    from seatrial.flows.folder import Folder
    from seatrial.flows.rehearsal import Rehearsal
    from seatrial.model.reference import Reference

__all__ = [
    "differing", "documentation_of", "does_not_apply", "note_path", "page_of", "reference_from_nothing",
    "release_digest",
]  # fmt: skip

#: How many lines that differ are shown.
SHOWN = 3


def documentation_of(folder: Folder, rehearsal: Rehearsal, reference: Reference | None) -> Documentation:
    """What the proof judges.

    Args:
        folder: the release.
        rehearsal: of it, from wherever.
        reference: the schema that the whole folder makes from nothing; None where it does not apply.
    """
    if rehearsal.catalog is None:
        return Documentation(pages=_pages(folder, None))
    return Documentation(
        made=made_of(rehearsal.catalog, rehearsal.comments, rehearsal.trial.statements),
        pages=_pages(folder, reference),
    )


def reference_from_nothing(folder: Folder) -> Reference:
    """The schema that the folder makes on an empty platform.

    Raises:
        CannotRun: no scratch, or the files do not apply.
    """
    with from_nothing(folder) as stage, stage.connect() as connection:
        execution = apply_all(connection, stage.pending, {}, Silent())
        if execution.failure:
            where, why = str(execution.failure.place), execution.failure.message
            raise does_not_apply(where=where, why=why, fix=again("rehearse", folder.release.root))
        return read_reference(connection)


def does_not_apply(*, where: str, why: str, fix: str) -> CannotRun:
    """For whoever wants to describe a schema that is not there."""
    return CannotRun(
        "docs.does-not-apply", "the migrations do not apply, so there is no schema to describe",
        where=where, why=why, fix=fix,
    )  # fmt: skip


def page_of(folder: Folder, reference: Reference) -> str:
    """The schema page as it should be."""
    return schema_page(reference, name=folder.release.name, queries=folder.release.workload, diagram=mermaid(reference))


def release_digest(folder: Folder) -> str:
    """Over what the release is: the statements of its files, and its settings, targets aside."""
    content = {
        "files": {script.source.path: script.digest for script in folder.scripts},
        "settings": folder.release.settings,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def note_path(folder: Folder) -> str:
    """Where the release note of a folder is looked for first."""
    return f"{folder.release.release_notes}/{stem_of(folder.release.name)}.md"


def differing(found: str, wanted: str) -> tuple[str, ...]:
    """The first lines that differ; a line more or less moves all those behind it."""
    left, right = found.splitlines(), wanted.splitlines()
    length = max(len(left), len(right))
    left += ["(nothing)"] * (length - len(left))
    right += ["(nothing)"] * (length - len(right))
    lines = [number for number in range(length) if left[number] != right[number]]
    return tuple(
        f"line {number + 1} is {_short(left[number])} and should be {_short(right[number])}" for number in lines[:SHOWN]
    )


def _short(line: str) -> str:
    return repr(line if len(line) <= 80 else f"{line[:79]}…")  # noqa: PLR2004 - as wide as a line of a terminal


def _pages(folder: Folder, reference: Reference | None) -> tuple[Page, ...]:
    return _schema_page(folder, reference), _release_note(folder)


def _schema_page(folder: Folder, reference: Reference | None) -> Page:
    path = folder.release.schema_page
    found, command = read_page(folder.release.root / path), again("docs", folder.release.root)
    why: tuple[str, ...] = ()
    if found is None:
        state = PageState.MISSING
    elif reference is None:
        state, why = PageState.UNKNOWN, ("the folder does not apply from nothing",)
    else:
        why = differing(found, page_of(folder, reference))
        state = PageState.OUTDATED if why else PageState.CURRENT
    return Page(what="schema page", path=path, state=state, why=why, command=command)


def _release_note(folder: Folder) -> Page:
    """Any one in the folder will do that is about this release; older releases have theirs beside it."""
    root, wanted, default = folder.release.root, release_digest(folder), note_path(folder)
    paths = sorted(path for path in (root / folder.release.release_notes).glob("*.md") if path.is_file())
    digests = {path.relative_to(root).as_posix(): digest_of(read_page(path) or "") for path in paths}
    current = [path for path, digest in digests.items() if digest == wanted]
    others = [path for path, digest in digests.items() if digest]
    state = PageState.CURRENT if current else PageState.OUTDATED if others else PageState.MISSING
    return Page(
        what="release note", path=current[0] if current else default, state=state,
        why=() if current else tuple(f"{path} is about other files or settings" for path in others[-SHOWN:]),
        command=again(f"report --format markdown --out {default}", root),
    )  # fmt: skip
