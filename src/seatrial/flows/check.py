"""`seatrial check`: the folder alone, without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import Exit
from seatrial.flows.folder import again, read_folder
from seatrial.flows.write_baseline import write_baseline
from seatrial.model.finding import Level
from seatrial.model.outcome import Checked, Outcome
from seatrial.model.words import count
from seatrial.project.changed import changed_since
from seatrial.rules.registry import rules
from seatrial.rules.run import is_clear

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.model.finding import Finding

__all__ = ["check"]


def check(root: Path, *, against: str = "", as_of: date | None = None, baseline: bool = False) -> Outcome:
    """Every finding in the folder; the answer is no when one of them blocks.

    Args:
        root: the release folder.
        against: a reference of git: only what is wrong in files that differ from it; the others are read all the same.
        as_of: the day by which waivers hold or are over, where it is not today.
        baseline: write the baseline file, or shorten it.

    Raises:
        CannotRun: no such folder, unusable settings or baseline, or git cannot compare.
        Refused: no baseline can be made, as a file cannot be parsed.
    """
    folder = read_folder(root, today=as_of)
    written = ""
    if baseline:
        written = f"; {write_baseline(folder)}"
        folder = read_folder(root, today=as_of)
    if against:
        folder = _only(folder, changed_since(root, against))
    understood = folder.schema is not None and is_clear(folder.findings)
    body = Checked(
        folder=folder.release.migrations_folder,
        files=len(folder.scripts),
        statements=sum(len(script.statements) for script in folder.scripts),
        rules=sum(bool(rule.check or rule.review or (rule.read and understood)) for rule in rules()),
        findings=folder.findings,
        waived=folder.waived,
    )
    blocked = any(finding.level is Level.BLOCKS for finding in folder.findings)
    looked = f"{count(body.files, 'file')}, {count(body.statements, 'statement')}, {count(body.rules, 'rule')}"
    return Outcome(
        command="check",
        exit_code=Exit.NO if blocked else Exit.YES,
        summary=f"{looked}: {_levels(body)}{f' in what differs from {against}' if against else ''}{written}"
        + ("." if understood else "; what the files do was not looked at, as not all of them can be read in order."),
        next=() if blocked else (again("rehearse", root),),
        body=body,
    )


def _only(folder: Folder, changed: frozenset[str]) -> Folder:
    """The same, with what is wrong in those files, and what is wrong elsewhere because of them."""
    migrations = f"{folder.release.migrations_folder}/"
    names = {path.rpartition("/")[2] for path in changed if path.startswith(migrations)}

    def concerned(finding: Finding) -> bool:
        return finding.place.path in changed or any(name in finding.what for name in names)

    waived = tuple(one for one in folder.waived if concerned(one.finding))
    return replace(folder, findings=tuple(filter(concerned, folder.findings)), waived=waived)


def _levels(body: Checked) -> str:
    verbs = {Level.BLOCKS: "blocking", Level.WARNS: "warning", Level.INFORMS: "informing"}
    counted = [(sum(finding.level is level for finding in body.findings), verb) for level, verb in verbs.items()]
    said = ", ".join(f"{number} {verb}" for number, verb in counted if number)
    return f"{said}" if said else "nothing to object to"
