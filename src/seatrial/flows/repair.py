"""`seatrial repair`: corrects a ledger that tells a wrong story; the rest of the database is not touched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from seatrial.deployment.lock import deployment_lock
from seatrial.errors import CannotRun
from seatrial.flows.folder import read_folder, target_of, typed_name
from seatrial.ledger import write
from seatrial.ledger.read import read_history
from seatrial.model.outcome import Done, Outcome
from seatrial.model.words import count
from seatrial.pg.connection import connect, display, refuse_read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from seatrial.model.migration import Migration
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["repair"]

#: What may be shown of a text that stands where a version belongs: no DSN looks like it.
_HARMLESS = re.compile(r"[\w.-]{1,40}")


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
        versions: as in the file names; to take them out of the ledger, as they stand there.
        status: what the ledger is to say of them.
        confirm: asks a person, with the target's name and what will change; raises to refuse.

    Raises:
        CannotRun: what was given is no version, one to be marked as applied has no file here, or one to be taken
            out of the ledger is not in it.
    """
    if status == "applied" and not all(version.isdecimal() for version in versions):
        # Not shown: it may be a DSN that stands in the wrong place.
        raise CannotRun("repair.version", "a version is digits, as in the file's name", fix="seatrial repair --help")
    folder = read_folder(root, wanted)
    local = {migration.version: migration for migration in folder.migrations}
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        if status == "applied":
            _refuse_unknown(versions, local, target)
        else:
            # Before it is shown in the question; of the others the ledger tells once nobody else writes in it.
            _refuse_unrecorded([v for v in versions if not _HARMLESS.fullmatch(v)], connection, target)
        refuse_read_only(connection)
        confirm(typed_name(target), f"mark {', '.join(versions)} as {status} in the ledger of {display(target.dsn)}")
        with connect(target.dsn, application_name="seatrial lock") as guard, deployment_lock(guard):
            if status == "reverted":
                _refuse_unrecorded(versions, connection, target)
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


def _refuse_unrecorded(versions: Sequence[str], connection: Connection, target: Target) -> None:
    history = read_history(connection)
    recorded = {applied.version for applied in history.applied} | history.progress.keys()
    unknown = [version for version in versions if version not in recorded]
    if unknown:
        shown = [version if _HARMLESS.fullmatch(version) else "of the given name" for version in unknown]
        raise CannotRun(
            "repair.not-recorded",
            f"the ledger of {target.name} has no version {', '.join(shown)}",
            why="only what the ledger says can be taken back; nothing was changed",
            fix=f"seatrial status --target {target.argument} lists the versions",
        )
