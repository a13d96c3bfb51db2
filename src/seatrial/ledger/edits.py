"""What of the applied files was edited, renamed or deleted since, with the difference."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from seatrial.ledger.write import stored
from seatrial.model.edit import Edit
from seatrial.model.history import State
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.history import Status, StatusRow
    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection

__all__ = ["edits"]


def edits(connection: Connection, migrations: Sequence[Migration], status: Status) -> tuple[Edit, ...]:
    """Every disagreement on what was applied, in order; the ledger must have its columns.

    Args:
        connection: to the target, or to a stand-in with its ledger.
        migrations: of the folder.
        status: folder against that ledger.
    """
    found = status.in_state(State.EDITED, State.RENAMED, State.MISSING)
    if not found:
        return ()
    applied = {row["version"]: row["statements"] for row in rows(connection, load("seatrial.ledger", "applied"))}
    local = {migration.version: migration for migration in migrations}
    return tuple(_edit(row, applied.get(row.version), local.get(row.version)) for row in found)


def _edit(row: StatusRow, applied: list[str] | None, migration: Migration | None) -> Edit:
    known = row.state is State.EDITED and applied is not None and migration is not None
    return Edit(
        version=row.version, state=row.state, local=row.local, remote=row.remote, path=row.path,
        difference=_difference(applied or [], stored(migration)) if known and migration else (),
    )  # fmt: skip


def _difference(applied: Sequence[str], local: Sequence[str]) -> tuple[str, ...]:
    before, after = (";\n".join(statements).splitlines() for statements in (applied, local))
    return tuple(difflib.unified_diff(before, after, "applied", "in the folder", lineterm="", n=1))
