"""`seatrial rehearse`: the folder, applied to a scratch as the deploying role."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.catalog.compare import owned
from seatrial.catalog.fingerprint import fingerprint
from seatrial.catalog.read import read
from seatrial.errors import CannotRun, Exit, StatementFailed
from seatrial.flows.folder import Folder, again, read_folder, target_of
from seatrial.ledger import write
from seatrial.ledger.compare import compare
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending
from seatrial.model.history import State
from seatrial.model.outcome import Outcome, Rehearsed
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.rehearsal.cause import missing_extension
from seatrial.rehearsal.replay import replay
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from seatrial.model.catalog import Catalog
    from seatrial.model.execution import Execution
    from seatrial.model.narrator import Narrator
    from seatrial.scratch.server import Server

__all__ = ["Rehearsal", "rehearsal", "rehearse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A scratch on which the folder was applied, while it lasts."""

    server: Server
    execution: Execution
    seconds: float
    #: What the release made or changed; None when a statement failed.
    catalog: Catalog | None


def rehearse(root: Path, target: str = "", *, narrator: Narrator) -> Outcome:
    """Whether the whole folder applies from nothing; with a target, its ledger tells which files were edited.

    Raises:
        CannotRun: no scratch, unusable settings.
        Refused: a finding of `check` blocks.
    """
    folder = read_folder(root, target)
    folder.refuse_if_blocked()
    edited, argument = _edited_on(root, target, folder) if target else (frozenset[str](), "")
    with rehearsal(folder, edited=edited, narrator=narrator) as done:
        body = Rehearsed(
            server=str(done.server.installation),
            platform=folder.release.platform,
            execution=done.execution,
            seconds=done.seconds,
            fingerprint=fingerprint(done.catalog) if done.catalog else "",
            objects=len(done.catalog.objects) if done.catalog else 0,
        )
    return _outcome(body, root, argument, sorted(edited))


@contextmanager
def rehearsal(folder: Folder, *, edited: frozenset[str] = frozenset(), narrator: Narrator) -> Iterator[Rehearsal]:
    """Start a scratch, apply the folder, read what came of it."""
    begun = time.perf_counter()
    with scratch(folder.release.platform) as server:
        _make_roles(server, folder.release.roles)
        with connect(server.own_dsn()) as connection:
            write.create(connection)
            before = read(connection)
            execution = replay(connection, folder.migrations, edited=edited, narrator=narrator)
            complete = execution.ending is Ending.COMPLETE
            catalog = owned(before, read(connection)) if complete else None
        yield Rehearsal(server=server, execution=execution, seconds=time.perf_counter() - begun, catalog=catalog)


def _make_roles(server: Server, script: str) -> None:
    if not script:
        return
    with server.superuser("postgres") as connection:
        try:
            execute_script(connection, script)
        except StatementFailed as error:
            raise CannotRun(
                "rehearse.roles", "the roles cannot be made on a scratch", where="supabase/roles.sql", why=error.what,
                fix="correct the file; it runs before the first migration",
            ) from error  # fmt: skip


def _edited_on(root: Path, wanted: str, folder: Folder) -> tuple[frozenset[str], str]:
    """The versions, and how the target is named in a command."""
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        status = compare(folder.migrations, read_history(connection))
        return frozenset(row.version for row in status.in_state(State.EDITED)), target.argument


def _outcome(body: Rehearsed, root: Path, target: str, edited: Sequence[str]) -> Outcome:
    done = count(len(body.execution.runs), "migration")
    if body.execution.ending is Ending.COMPLETE and edited:
        return Outcome(
            command="rehearse",
            exit_code=Exit.NO,
            summary=f"Rehearsed, but not what the target has: {', '.join(edited)} edited since applied there.",
            next=(again("status", root, target),),
            body=body,
        )
    if body.execution.ending is Ending.COMPLETE:
        return Outcome(
            command="rehearse",
            summary=f"Rehearsed: {done} applied from nothing on {body.server} in {duration(body.seconds)}.",
            next=(again("deploy", root, target),),
            body=body,
        )
    extension = missing_extension(body.execution.failure) if body.execution.failure else ""
    if extension:
        return Outcome(
            command="rehearse",
            exit_code=Exit.COULD_NOT_RUN,
            summary=f"Not rehearsed to the end: {body.server} has no extension {extension}; "
            f"{body.execution.stopped_in} and what follows was not tried.",
            next=(f"SEATRIAL_PG_BIN=<folder of a PostgreSQL that has it> {again('rehearse', root, target)}",),
            body=body,
        )
    interrupted = body.execution.ending is Ending.INTERRUPTED
    return Outcome(
        command="rehearse",
        exit_code=Exit.INTERRUPTED if interrupted else Exit.NO,
        summary=f"Interrupted in {body.execution.stopped_in}; {done} applied before it."
        if interrupted
        else f"Not ready: {body.execution.stopped_in} does not apply; {done} before it did.",
        body=body,
    )
