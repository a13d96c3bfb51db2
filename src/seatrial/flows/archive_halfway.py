"""Entries of a deployment or a rollback that was cut off: what is half done with them, and the command that ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.archive.holding import mirrored
from seatrial.errors import Refused
from seatrial.flows.folder import again
from seatrial.flows.undo.halfway import ends_with
from seatrial.ledger.read import read_history
from seatrial.model.archive import Cause, Contents
from seatrial.model.archiving import Standing
from seatrial.model.migration import UNDO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.model.archive import Archived
    from seatrial.model.archiving import Found
    from seatrial.model.history import History
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["marked", "refuse_halfway"]

_WORDS = {Cause.DEPLOY: "deployment", Cause.ROLLBACK: "rollback"}


def marked(connection: Connection, found: Sequence[Found]) -> tuple[Found, ...]:
    """The entries; those that something is half done with say so, and are not overdue. Reads only."""
    history = read_history(connection)
    written = mirrored(connection, [one.entry for one in found])
    return tuple(_marked(one, _half(one.entry, history, written.get(one.entry.id, ()))) for one in found)


def refuse_halfway(connection: Connection, picked: Sequence[Found], root: Path, target: Target) -> None:
    """Stop before something is taken that a deployment or a rollback goes on with.

    Raises:
        Refused: one of them is such.
    """
    history = read_history(connection)
    written = mirrored(connection, [one.entry for one in picked])
    for one in picked:
        tables = written.get(one.entry.id, ())
        if half := _half(one.entry, history, tables):
            ends = again("deploy", root, target.argument)
            if half is Cause.ROLLBACK:
                ends = ends_with(one.entry.version, history, root, target)
            writes = f", and what is written to {', '.join(tables)} goes there meanwhile" if tables else ""
            raise Refused(
                "archive.in-use", f"entry {one.entry.id} is in use; nothing was changed", where=one.entry.place,
                why=f"the {_WORDS[half]} of {one.entry.version} is half done{writes}",
                fix=f"end it first: {ends}",
            )  # fmt: skip


def _half(entry: Archived, history: History, tables: Sequence[str]) -> Cause | None:
    """What of its version is not at its end."""
    if f"{UNDO}{entry.version}" in history.progress:
        return Cause.ROLLBACK
    if entry.version in history.progress:
        return Cause.DEPLOY
    return entry.cause if tables else None


def _marked(one: Found, half: Cause | None) -> Found:
    if half is None or one.standing not in {Standing.KEPT, Standing.OVERDUE}:
        return one
    copied = "moved" if one.entry.contents is Contents.TABLE else "being copied"
    does = copied if half is one.entry.cause else "going back"
    why = f"{does}: the {_WORDS[half]} of {one.entry.version} is half done"
    return replace(one, standing=Standing.KEPT, why=why)
