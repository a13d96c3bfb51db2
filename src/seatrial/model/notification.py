"""What the team is told of a deployment and of the watch after it, while they happen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.sample import Key

__all__ = ["Event", "Notification", "Told", "ToldOf"]


class Event(StrEnum):
    """What has happened; `events` of a `[[notify]]` lists them by these words."""

    STARTED = "started"
    #: Somebody stands in the way.
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    #: A watch has begun, or goes on after a person said so.
    WATCHING = "watching"
    #: Signals have reached their failure limit: all of one interval at once.
    BREACHED = "breached"
    #: They are within their limits again.
    RECOVERED = "recovered"
    #: The watch has paused: a person is needed.
    ASKED = "asked"
    #: How the watch ended.
    SUCCEEDED = "succeeded"
    RELEASE_FAILED = "release_failed"
    INCONCLUSIVE = "inconclusive"
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
    #: Of a watch: what is wrong, or is over, a line each; the last may say how many more there are.
    troubles: tuple[str, ...] = ()
    #: Nothing of it has happened: somebody wants to see what such a message looks like.
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOf:
    """What the team knows of one trouble. Times are seconds since 1970, by the server's clock."""

    is_open: bool
    #: When it opened or closed last.
    changed: float
    #: When it opened within the last hour.
    begins: tuple[float, ...] = ()
    #: When the team was told of it last; None where it does not know that it is open.
    at: float | None = None
    #: It comes and goes, and the team knows.
    flaps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the team knows of a watch; the next messages are decided from here, also after a restart."""

    #: The verdict that it was told, and when; empty where it knows of no watch.
    verdict: str = ""
    at: float = 0.0
    troubles: Mapping[Key, ToldOf] = field(default_factory=dict)
