"""An applied file that is no longer what was applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.history import State

__all__ = ["Edit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One version on which folder and ledger disagree."""

    version: str
    #: EDITED, RENAMED or MISSING.
    state: State
    #: As the folder names it, and as the ledger does.
    local: str
    remote: str
    path: str
    #: Lines of a unified diff from what was applied to what the file holds; empty where the ledger does not say.
    difference: tuple[str, ...] = ()
