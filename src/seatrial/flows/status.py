"""`seatrial status`: folder and target side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import Exit
from seatrial.flows.folder import again, read_folder, target_of
from seatrial.flows.undo.halfway import ends_with, half_done
from seatrial.ledger.compare import compare
from seatrial.ledger.read import read_history
from seatrial.model.history import State
from seatrial.model.outcome import Outcome, Statused
from seatrial.model.words import count
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.history import Status

__all__ = ["DISAGREEMENTS", "status"]

#: Where folder and target tell different stories.
DISAGREEMENTS = (State.MISSING, State.EDITED, State.RENAMED, State.OUT_OF_ORDER)


def status(root: Path, wanted: str) -> Outcome:
    """What is applied, what is pending, and every disagreement by name; any disagreement makes the answer no."""
    folder = read_folder(root, wanted)
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        history = read_history(connection)
    found = compare(folder.migrations, history)
    if undone := half_done(history):
        return Outcome(
            command="status", exit_code=Exit.NO, body=Statused(target=target.name, status=found),
            summary=f"The rollback of {undone} on {target.name} is half done.",
            next=(ends_with(undone, history, root, target),),
        )  # fmt: skip
    disagreements = found.in_state(*DISAGREEMENTS)
    pending = found.in_state(State.PENDING, State.UNFINISHED)
    return Outcome(
        command="status",
        exit_code=Exit.NO if disagreements else Exit.YES,
        summary=_summary(found, len(pending), len(disagreements), target.name),
        next=(again("deploy", root, target.argument),) if pending and not disagreements else (),
        body=Statused(target=target.name, status=found),
    )


def _summary(found: Status, pending: int, disagreements: int, target: str) -> str:
    applied = count(len(found.in_state(State.APPLIED)), "migration")
    if disagreements:
        differ = count(disagreements, "version")
        return f"Folder and {target} disagree on {differ}; {applied} in agreement, {pending} pending."
    if pending:
        return f"{count(pending, 'migration')} pending on {target}; {applied} applied."
    return f"{target} is up to date: {applied} applied."
