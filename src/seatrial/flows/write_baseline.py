"""Writes `seatrial-baseline.json`: everything the first time, and after that it only becomes shorter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import Refused
from seatrial.model.claim import Written
from seatrial.model.words import count
from seatrial.project.baseline import BASELINE, baseline_text, entry_of, read_baseline
from seatrial.project.document import Kind, write_documents
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from seatrial.flows.folder import Folder

__all__ = ["write_baseline"]

#: Whether it is one that Seatrial has written was seen when it was read.
KIND = Kind(what="baseline", begins=r"\s*\{")


def write_baseline(folder: Folder) -> str:
    """Write the file for what was found in a folder, or take out of it what is gone; the sentence that says so.

    A finding that came later is never added: a file that grew by itself would let everything through.

    Raises:
        Refused: a file cannot be parsed, so that nobody knows what is wrong in it.
        CannotRun: the file cannot be written.
    """
    faulty = next((script.source.path for script in folder.scripts if script.fault), "")
    if faulty:
        raise Refused(
            "baseline-file.unparsed", "a baseline is made of files that can be parsed", where=faulty,
            why="nobody knows what else is wrong in this one", fix="correct it; seatrial check shows the place",
        )  # fmt: skip
    root, waivable = folder.release.root, {rule.code for rule in rules() if rule.waivable}
    old = read_baseline(root)
    new = [entry_of(finding) for finding in folder.findings if finding.code in waivable]
    if old is None:
        write_documents(KIND, {root / BASELINE: baseline_text(new)})
        return f"{BASELINE} holds {count(len(new), 'old finding')}"
    baseline = [one for one in folder.claimed if one.claim.written is Written.BASELINE]
    gone = {one.claim.code for one in baseline if one.decidable and not one.findings}
    kept = [entry for entry, _ in old if entry.key not in gone]
    if gone:
        write_documents(KIND, {root / BASELINE: baseline_text(kept)})
    added = f"; {count(len(new), 'finding')} since then {'was' if len(new) == 1 else 'were'} not added" if new else ""
    return f"{BASELINE} holds {count(len(kept), 'old finding')}, {len(gone):,} gone{added}"
