"""`seatrial check`: the folder alone, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import Exit
from seatrial.flows.folder import again, read_folder
from seatrial.model.finding import Level
from seatrial.model.outcome import Checked, Outcome
from seatrial.model.words import count
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check"]


def check(root: Path) -> Outcome:
    """Every finding in the folder; the answer is no when one of them blocks."""
    folder = read_folder(root)
    body = Checked(
        folder=folder.release.migrations_folder,
        files=len(folder.scripts),
        statements=sum(len(script.statements) for script in folder.scripts),
        rules=sum(rule.check is not None for rule in rules()),
        findings=folder.findings,
    )
    blocked = any(finding.level is Level.BLOCKS for finding in folder.findings)
    looked = f"{count(body.files, 'file')}, {count(body.statements, 'statement')}, {count(body.rules, 'rule')}"
    return Outcome(
        command="check",
        exit_code=Exit.NO if blocked else Exit.YES,
        summary=f"{looked}: {_levels(body)}.",
        next=() if blocked else (again("rehearse", root),),
        body=body,
    )


def _levels(body: Checked) -> str:
    verbs = {Level.BLOCKS: "blocking", Level.WARNS: "warning", Level.INFORMS: "informing"}
    counted = [(sum(finding.level is level for finding in body.findings), verb) for level, verb in verbs.items()]
    said = ", ".join(f"{number} {verb}" for number, verb in counted if number)
    return f"{said}" if said else "nothing to object to"
