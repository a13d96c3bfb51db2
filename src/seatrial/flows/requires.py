"""`--requires staging`: nothing goes to a target that is not on another one already, and verified there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit, Refused
from seatrial.flows.folder import Folder, again, target_of
from seatrial.flows.verify import verify
from seatrial.ledger.compare import compare
from seatrial.ledger.read import read_history
from seatrial.model.history import State
from seatrial.model.words import count, verb
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target

__all__ = ["refuse_unknown", "refuse_unless_verified"]


def refuse_unknown(root: Path, target: Target, name: str) -> None:
    """A name on the command line must be one, whether it is needed or not.

    Raises:
        CannotRun: there is no such target, or it is the one that is deployed to.
    """
    if name:
        _refuse_itself(target, name)
        with target_of(root, name):
            pass


def _refuse_itself(target: Target, name: str) -> None:
    if name == target.name:
        raise CannotRun(
            "deploy.requires-itself", f"{name} cannot have to be deployed before {name}", where="--requires",
            fix="name the target that comes before it",
        )  # fmt: skip


def refuse_unless_verified(root: Path, folder: Folder, target: Target, asked: str, narrator: Narrator) -> None:
    """Ask the target that has to come first, now: what it was yesterday does not count.

    Args:
        root: the release folder.
        folder: what is in it.
        target: where it is to be deployed.
        asked: `--requires`; empty for what the settings of the target say.
        narrator: told how it comes along.

    Raises:
        Refused: the other one lacks a file, has another content of one, or is not as released.
    """
    name = asked or target.requires
    if not name:
        return
    _refuse_itself(target, name)
    with target_of(root, name) as first, connect(first.dsn, read_only=True) as connection:
        status = compare(folder.migrations, read_history(connection))
        differing = [row for row in status.rows if row.state is not State.APPLIED]
    if differing:
        raise Refused(
            "deploy.not-there-first", f"{name} does not have what is to be deployed to {target.name}",
            where=", ".join(f"{row.version} ({row.state})" for row in differing),
            why=f"{count(len(differing), 'version')} {verb(len(differing), 'differ')} from this folder",
            fix=again("deploy", root, name) + " && " + again("verify", root, name),
        )  # fmt: skip
    narrator.say(f"verifying {name}, which comes first")
    found = verify(root, name, narrator=narrator)
    if found.exit_code is not Exit.YES:
        raise Refused(
            "deploy.not-verified-first", f"{name} is not as released, so {target.name} has to wait",
            where=name, why=found.summary, fix=again("verify", root, name),
        )  # fmt: skip
