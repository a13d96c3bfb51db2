"""What the team is told of a deployment while it happens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Event", "Notification"]


class Event(StrEnum):
    """What has happened; `events` of a `[[notify]]` lists them by these words."""

    STARTED = "started"
    #: Somebody stands in the way.
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    #: Nothing: somebody wants to see a message arrive.
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message; it leaves the machine, so no value of a row and no secret is in it."""

    event: Event
    #: Name of the target, never a DSN.
    target: str
    release: str
    #: Labels of what is deployed, or was.
    migrations: tuple[str, ...] = ()
    #: Digest of the plan; empty where there is none.
    plan: str = ""
    who: str = ""
    #: What happened, as the summary of an outcome says it.
    sentence: str
    #: The next command, ready to copy.
    next: str = ""
    #: Where more is to be read; filled in by the notifier where it is empty.
    report: str = ""
    #: Of WAITING: which step waits; nobody is told twice of the same one.
    step: str = ""
