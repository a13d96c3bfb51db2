"""Folder against target, version by version. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.history import State, Status, StatusRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.history import Applied, History
    from seatrial.model.migration import Migration

__all__ = ["compare"]


def compare(migrations: Iterable[Migration], history: History) -> Status:
    """Every version of either side in text order, with how the two agree."""
    local = {migration.version: migration for migration in migrations}
    remote = {applied.version: applied for applied in history.applied}
    newest = max(remote, default="")
    return Status(
        rows=tuple(
            _row(version, local.get(version), remote.get(version), newest=newest, begun=version in history.progress)
            for version in sorted(local.keys() | remote.keys())
        )
    )


def _row(version: str, local: Migration | None, remote: Applied | None, *, newest: str, begun: bool) -> StatusRow:
    return StatusRow(
        version=version,
        local=local.label if local else "",
        remote=f"{version}_{remote.name}".rstrip("_") if remote else "",
        state=_state(local, remote, out_of_order=version < newest, begun=begun),
        applied_at=remote.applied_at if remote else "",
        applied_by=remote.applied_by if remote else "",
        path=local.script.source.path if local else "",
    )


def _state(local: Migration | None, remote: Applied | None, *, out_of_order: bool, begun: bool) -> State:
    if local is None:
        return State.MISSING
    if remote is None:
        if begun:
            return State.UNFINISHED
        return State.OUT_OF_ORDER if out_of_order else State.PENDING
    if remote.digest and remote.digest != local.script.digest:
        return State.EDITED
    # Old ledgers and other tools leave the name empty.
    return State.RENAMED if remote.name and remote.name != local.name else State.APPLIED
