"""`seatrial repair`: corrects a ledger that tells a wrong story; the rest of the database is not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from seatrial.deployment.lock import deployment_lock
from seatrial.errors import CannotRun
from seatrial.flows.folder import read_folder, target_of
from seatrial.ledger import write
from seatrial.model.outcome import Done, Outcome
from seatrial.model.words import count
from seatrial.pg.connection import connect, display, refuse_read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from seatrial.model.migration import Migration
    from seatrial.model.release import Target

__all__ = ["repair"]


def repair(
    root: Path,
    wanted: str,
    versions: Sequence[str],
    status: Literal["applied", "reverted"],
    *,
    confirm: Callable[[str, str], None],
) -> Outcome:
    """Say of versions that they are applied, with the local file's content, or that they are not.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        versions: as in the file names.
        status: what the ledger is to say of them.
        confirm: asks a person, with the target's name and what will change; raises to refuse.

    Raises:
        CannotRun: what was given is no version, or a version to be marked as applied has no file here.
    """
    if not all(version.isdecimal() for version in versions):
        # Not shown: it may be a DSN that stands in the wrong place.
        raise CannotRun("repair.version", "a version is digits, as in the file's name", fix="seatrial repair --help")
    folder = read_folder(root, wanted)
    local = {migration.version: migration for migration in folder.migrations}
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        if status == "applied":
            _refuse_unknown(versions, local, target)
        refuse_read_only(connection)
        confirm(target.name, f"mark {', '.join(versions)} as {status} in the ledger of {display(target.dsn)}")
        with connect(target.dsn, application_name="seatrial lock") as guard, deployment_lock(guard):
            write.create(connection)
            with connection.transaction():
                for version in versions:
                    write.forget(connection, version)
                    if status == "applied":
                        write.record_applied(connection, local[version], 0.0)
    return Outcome(
        command="repair",
        summary=f"The ledger of {target.name} now says {status} of {count(len(versions), 'version')}.",
        next=(f"seatrial status --target {target.argument}",),
        body=Done(notes=("only the ledger was changed: no migration was run, and none was undone",)),
    )


def _refuse_unknown(versions: Sequence[str], local: dict[str, Migration], target: Target) -> None:
    unknown = [version for version in versions if version not in local]
    if unknown:
        raise CannotRun(
            "repair.unknown-version",
            f"this folder has no migration {', '.join(unknown)}",
            why="a version is marked as applied with the content of its file",
            fix=f"seatrial status --target {target.argument} lists the versions",
        )
