"""A rollback that was cut off: which one it is, and the command that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.flows.folder import again
from seatrial.model.migration import UNDO

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.history import History
    from seatrial.model.release import Target

__all__ = ["ends_with", "half_done"]


def half_done(history: History) -> str:
    """The version of which some steps are taken back, and not all; empty where there is none."""
    begun = sorted(version for version in history.progress if version.startswith(UNDO))
    return begun[-1].removeprefix(UNDO) if begun else ""


def ends_with(version: str, history: History, root: Path, target: Target) -> str:
    """The command that takes back the rest of it, and no other migration."""
    below = [one.version for one in history.applied if one.version < version]
    return again(f"rollback --to {below[-1] if below else 'nothing'}", root, target.argument)
