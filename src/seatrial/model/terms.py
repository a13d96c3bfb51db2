"""How considerate a deployment is of those who work on the target meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Limits that hold for every step."""

    #: How long the strong locks of a transaction may be queued for, all of them together; everybody queues behind us.
    deadline_ms: int = 500
    #: How long they may be held.
    hold_seconds: float = 2.0
    #: How long a step is tried again and again while somebody is in its way.
    patience_seconds: float = 300.0
    #: Whoever is in the way and older than this is cancelled; None for nobody.
    cancel_older_than: float | None = None
