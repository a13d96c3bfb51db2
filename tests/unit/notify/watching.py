"""A watch in a few words, for what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.notification import Event, Notification, Told
from seatrial.model.sample import Measured, StatementText
from seatrial.model.watch import Change, Declared, Judged, Silence, Trouble, Watch, WatchVerdict
from seatrial.monitoring.signals import SIGNALS
from seatrial.notify.grouping import announced
from seatrial.notify.lines import Words

if TYPE_CHECKING:
    from seatrial.model.sample import Key

__all__ = ["DENIALS", "INDEX", "MINUTE", "SLOW", "TEXTS", "WATCH", "Team", "judged", "trouble"]

MINUTE = 60.0
SLOW = ("slow", "app user 81")
DENIALS = ("denials", "public.contacts")
INDEX = Change(kind="index", name="public.contacts_name", relation="public.contacts", label="1_indexes", gone=True)
TEXTS = {SLOW[1]: StatementText(shape="SELECT *\n  FROM contacts WHERE name = $1", role="app user", relations=())}
WATCH = Watch(
    attempt=1, target="production", release="boats", migrations=("1_indexes",), plan="ab" * 32, who="ann",
    deployed=0, began=0, window=48 * 3600, every=60,
)  # fmt: skip


def trouble(key: Key = SLOW, *, failed: bool = True, over: float | None = None, value: float = 212.4) -> Trouble:
    """One that began at 0."""
    return Trouble(
        key=key, since=0, failed=0 if failed else None, value=value, limit=8.2, usual=4.1, breaches=3, needed=3,
        ties=(INDEX,), over=over,
    )  # fmt: skip


def judged(at: float, *troubles: Trouble, verdict: WatchVerdict = WatchVerdict.WATCHING, said: str = "") -> Judged:
    """Where it stands."""
    return Judged(at=at, troubles=troubles, verdict=verdict, sentence=said, texts=TEXTS)


class Team:
    """Who is told, and remembers."""

    def __init__(self, *silences: Silence, following: str = "") -> None:
        self.told = Told()
        self.silences = silences
        self.following = following

    def hears(self, found: Judged, *, people: int = 0) -> list[Notification]:
        """What comes of one interval, in which so many organizations were seen."""
        values = {("failing", f"sends: Company {number}"): 0.0 for number in range(people)}
        words = Words(signals=SIGNALS, declared=[Declared(name="rings", sql="", per="provider")])
        self.told, news = announced(
            WATCH, found, self.told, words, silences=self.silences, following=self.following,
            measured=Measured(at=found.at, seconds=60, values=values),
        )  # fmt: skip
        return list(news)

    def events(self, found: Judged) -> list[Event]:
        """Only of what kind."""
        return [one.event for one in self.hears(found)]
