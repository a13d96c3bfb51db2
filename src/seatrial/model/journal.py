"""Where a watch keeps what it has seen, so that it survives restarts: on the target, or in files beside the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from seatrial.model.notification import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.sample import Sample
    from seatrial.model.watch import Baseline, Judged, Watch, WatchVerdict

__all__ = ["ANOTHER", "Entry", "EntryKind", "Journal", "Kept", "Stand"]


#: Why a watch ends that was not over.
ANOTHER = "Another deployment came before it was over."


class EntryKind(StrEnum):
    """What an entry is."""

    #: The versions that were applied when the time before a deployment began.
    FOUND = "found"
    #: An interval before the deployment.
    USUAL = "usual"
    #: An interval of the watch.
    MEASURED = "measured"
    #: A line that was said.
    SAID = "said"
    SILENCE = "silence"
    #: Of a person: a watch that has paused goes on.
    ANSWER = "answer"
    #: The release was taken back.
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was written down; nothing is changed afterwards."""

    number: int
    #: Seconds since 1970, by the target's clock.
    at: float
    kind: EntryKind
    #: JSON.
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where it stood at one moment: what the next sample is held against, and which entries are in it."""

    sample: Sample
    judged: Judged | None
    number: int
    #: What the team was told.
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The newest watch of a target: one that has begun, or the time before a deployment that it will begin with."""

    #: None before the deployment.
    watch: Watch | None
    baseline: Baseline | None
    stand: Stand | None
    entries: tuple[Entry, ...]
    #: None as long as it lasts.
    verdict: WatchVerdict | None = None


class Journal(Protocol):
    """Keeps watches, one after the other; what is written belongs to the newest."""

    #: For a person: `schema seatrial of production`, a folder.
    place: str

    def latest(self, kinds: Sequence[EntryKind] | None = None) -> Kept | None:
        """The newest one, with its entries of some kinds, or of all; None where there was none."""

    def open(self) -> None:
        """Begin with the time before a deployment."""

    def begin(self, watch: Watch, baseline: Baseline) -> None:
        """The deployment is through, and the watch begins."""

    def add(self, at: float, kind: EntryKind, body: Any) -> int:  # noqa: ANN401 - JSON
        """Write one thing down; returns the number of the entry."""

    def since(self, entry: int) -> Sequence[Entry]:
        """What others have written since: answers and silences."""

    def overtaken(self, attempt: int) -> str:
        """What was done since the deployment with this number: `deploy`, `rollback`, or nothing."""

    def stand(self, stand: Stand) -> None:
        """Keep where it stands, in place of where it stood."""

    def end(self, verdict: WatchVerdict, sentence: str) -> None:
        """It is over."""
