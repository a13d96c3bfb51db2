"""Writes a target's ledger; the caller decides in which transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial import __version__
from seatrial.errors import CannotRun, StatementFailed
from seatrial.ledger.read import present, unreadable
from seatrial.model.migration import StepKind
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.database import grant_to_create
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from seatrial.model.migration import Migration, Step
    from seatrial.pg.connection import Connection

PACKAGE = "seatrial.ledger"
#: Of the shared table; the last two came later.
COLUMNS = {"version", "statements", "name"}
#: SQLSTATE of a missing privilege.
FORBIDDEN = "42501"
#: SQLSTATE, of ours, of a migration that cannot be taken back as it is not there.
NOT_THERE = "ST007"

__all__ = ["create", "forget", "forget_step", "record_applied", "record_step", "stored"]


def create(connection: Connection) -> None:
    """Make the ledger's tables where they are not there yet.

    Raises:
        CannotRun: the deploying role may not read or make them, or somebody holds a lock on them.
    """
    try:
        there = present(connection)
    except StatementFailed as error:
        raise unreadable(connection, error) from None
    # Making sure takes locks and a right on the database, which a complete ledger does not need.
    usable = there["migrations"] and there["steps"] and set(there["columns"]) >= COLUMNS
    if usable and there["attempts"] and there["batches"] and there["archive"] and there["watches"]:
        return
    try:
        with translated(connection), connection.transaction():
            execute(connection, "SET LOCAL lock_timeout = '4s'; SET LOCAL client_min_messages = warning")
            execute(connection, load(PACKAGE, "create"))
    except StatementFailed as error:
        if usable:
            # An older ledger, made by somebody else: a deployment does not need its history.
            return
        raise CannotRun(
            "ledger.unwritable",
            "the ledger of the target cannot be made",
            where=place(connection),
            why=error.what,
            fix=grant_to_create(connection) if error.sqlstate == FORBIDDEN else "mend the reason, then run it again",
        ) from None


def record_applied(connection: Connection, migration: Migration, seconds: float) -> None:
    """A migration is complete: its row in the shared ledger, our facts, its way back, and no more progress.

    A way back is complete: all of this is gone.

    Raises:
        StatementFailed: somebody else was faster.
    """
    if migration.undoes:
        _forget_undone(connection, migration)
        return
    _write(
        connection, "record_applied",
        version=migration.version, name=migration.name, statements=stored(migration),
        content_digest=migration.script.digest, seconds=seconds, tool=f"seatrial {__version__}",
    )  # fmt: skip
    if "rollback" in present(connection)["columns"]:
        _write(connection, "record_rollback", version=migration.version)


def _forget_undone(connection: Connection, migration: Migration) -> None:
    values = {"version": migration.version, "undoes": migration.undoes}
    [found] = rows(connection, load(PACKAGE, "record_undone"), values)
    if not found["undone"]:
        raise StatementFailed(
            f"{migration.undoes} is not in the ledger any more", sqlstate=NOT_THERE,
            detail="Somebody else has rolled it back, or repaired the ledger, in the meantime.",
        )  # fmt: skip


def record_step(connection: Connection, migration: Migration, step: Step, *, done: bool) -> None:
    """A step of a migration was begun or is done."""
    _write(
        connection, "record_step",
        version=migration.version, step=step.number, content_digest=_digest(migration, step), done=done,
    )  # fmt: skip
    # An older ledger, made by somebody else, has no place for it.
    if step.kind is StepKind.AHEAD and present(connection)["batches"]:
        _write(
            connection, "record_index", version=migration.version, step=step.number, index=step.statements[0].index
        )  # fmt: skip


def forget_step(connection: Connection, version: str, number: int) -> None:
    """A step that was begun came to nothing, or is wanted no more."""
    _write(connection, "delete_step", version=version, step=number)


def _digest(migration: Migration, step: Step) -> str:
    """Of the step as the file has it: one that had nothing left to do comes without its statement."""
    return next(one.digest for one in migration.steps if one.number == step.number)


def forget(connection: Connection, version: str) -> None:
    """Take a version out of the ledger; nothing else of the database changes."""
    for name in ("delete_applied", "delete_own", "delete_steps"):
        _write(connection, name, version=version)


def _write(connection: Connection, query: str, /, **values: Any) -> None:  # noqa: ANN401 - whatever the query names
    execute(connection, load(PACKAGE, query), values)


def stored(migration: Migration) -> list[str]:
    """Each statement with the comments in front of it, so that a file can be rebuilt from the ledger."""
    text, end = migration.script.source.text, 0
    pieces = []
    for statement in migration.script.statements:
        stop = statement.start + len(statement.text)
        pieces.append(text[end:stop].lstrip(";").strip())
        end = stop
    return pieces
