"""What a deployment is asked to do, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Undertaking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """The options of `deploy`."""

    #: Also files that are older than the newest one applied.
    include_all: bool = False
    #: Whether the answer to the question is known already.
    agreed: bool = False
    #: Show the statements and leave.
    dry_run: bool = False
    #: A plan that a rehearsal saved: it is deployed as it is, or not at all.
    plan: Path | None = None
    #: Of the plan that somebody has seen and approved; empty where that is not asked for.
    digest: str = ""
    #: Deploy what nobody has rehearsed.
    unrehearsed: bool = False
    #: A file for a SQL editor, in place of a deployment.
    as_script: Path | None = None
    #: `02:00-04:00 Europe/Rome`; empty for any time.
    window: str = ""
    #: A target that must have all of it, verified; empty for what the settings say.
    requires: str = ""
    #: Run the command that makes a backup first.
    backup: bool = False
    #: Seconds; None for what the settings say.
    hold_seconds: float | None = None
    patience_seconds: float | None = None
    #: Seconds that somebody in the way must be older than to be cancelled; None for nobody.
    cancel_older_than: float | None = None
