"""One who is on duty: samples at their times, says what is new, offers the way out, and knows when it is over."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError
from seatrial.flows.watch.begin import declared_in
from seatrial.flows.watch.remedy import prepared, unprepared
from seatrial.flows.watch.stages import marks, stages, way_here
from seatrial.model.notification import Event, Notification
from seatrial.model.watch import WatchVerdict
from seatrial.monitoring.judgement.ending import FINAL, ended
from seatrial.monitoring.signals import SIGNALS
from seatrial.monitoring.story.page import page_of
from seatrial.notify.grouping import announced
from seatrial.notify.lines import Words
from seatrial.notify.notifier import Notifier
from seatrial.report.prometheus import exposition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.flows.watch.begin import Beginning
    from seatrial.flows.watch.lookout import Lookout
    from seatrial.model.watch_page import WatchPage, WayOut

__all__ = ["Duty"]


class Duty:
    """A watch under way, with everybody who is told of it."""

    def __init__(self, lookout: Lookout, begin: Beginning) -> None:
        self.lookout = lookout
        self.root, self.target, self.wanted = begin.root, begin.target, begin.wanted
        self._at, self._settings, self._narrator = begin.at, begin.settings, begin.narrator
        self._declared = declared_in(begin.settings)
        self._words = Words(signals=SIGNALS, declared=self._declared)
        self._way = way_here(self._at.connected(), lookout.watch)
        self._way_out: WayOut = unprepared(lookout.watch, begin.root, begin.target)
        self._is_prepared = False
        #: When the target did not answer any more; None while it does.
        self._silent_since: float | None = None
        self._unread: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._shown: WatchPage | None = None

    @property
    def verdict(self) -> WatchVerdict:
        """Where it stands."""
        return self.lookout.judged.verdict

    @property
    def way_out(self) -> WayOut:
        """The rollback, as far as it is prepared."""
        return self._way_out

    def look(self) -> None:
        """One sample, judged and told; a target that does not answer is said once, and is a gap."""
        try:
            self.lookout.look(self._at.connected())
        except SeatrialError as error:
            self._did_not_answer(error)
            return
        if self._silent_since is not None:
            self.say(f"{self.target.name} answers again")
            self._silent_since = None
        watch = self.lookout.watch
        if self.verdict not in FINAL and self.lookout.judged.passed >= watch.window:
            self.lookout.judged = ended(self.lookout.judged, watch)
        self._say_unread()
        self._announce()
        self._shown = None

    def page(self, *, frozen: bool = False) -> WatchPage:
        """What there is to be shown, as of the last sample; from any thread."""
        with self._lock:
            shown = self._shown
            if shown is None or frozen:
                shown = self._shown = self._page(frozen=frozen)
            return shown

    def metrics(self) -> bytes:
        """For Prometheus."""
        lookout = self.lookout
        return exposition(lookout.watch, lookout.judged, lookout.last, signals=SIGNALS)

    def prepare(self) -> WayOut:
        """Rehearse the way back, once."""
        if not self._is_prepared:
            self._is_prepared = True
            self._narrator.begin("rehearsing the way back")
            self._way_out = prepared(
                self.lookout.watch, self.root, self.target, self._at.connected(), self.wanted
            )  # fmt: skip
            self._narrator.end("refused" if self._way_out.refused else "ok")
            self._shown = None
        return self._way_out

    def say(self, line: str) -> None:
        """In the terminal, and in the record."""
        self._narrator.say(line)
        with suppress(SeatrialError):
            self.lookout.say(line)
        self._shown = None

    def rolled_back(self) -> None:
        """The release is not there any more."""
        self.lookout.take_back()
        self._shown = None

    def _page(self, *, frozen: bool) -> WatchPage:
        lookout = self.lookout
        return page_of(
            lookout.watch, lookout.baseline, lookout.judged, lookout.history,
            stages=stages(self._way, lookout, self.verdict), marks=tuple(marks(lookout)), said=tuple(lookout.said),
            way_out=self._way_out, silences=tuple(lookout.silences), now=lookout.now, declared=self._declared,
            is_frozen=frozen,
        )  # fmt: skip

    def _announce(self) -> None:
        lookout = self.lookout
        lookout.told, messages = announced(
            lookout.watch, lookout.judged, lookout.told, self._words, silences=lookout.silences,
            measured=lookout.last,
            following=self._way_out.command if self.verdict is WatchVerdict.FAILED else "",
        )  # fmt: skip
        for message in messages:
            for line in (message.sentence, *(f"  {trouble}" for trouble in message.troubles)):
                self.say(line)
        if messages:
            self._tell(messages)

    def _tell(self, messages: Sequence[Notification]) -> None:
        with Notifier(self._settings, self._narrator) as notifier:
            for message in messages:
                notifier.tell(message)

    def _did_not_answer(self, error: SeatrialError) -> None:
        if self._silent_since is not None:
            return
        self._silent_since = self.lookout.now
        watch = self.lookout.watch
        line = f"{self.target.name} does not answer: {error.what}"
        self._narrator.say(f"! {line}")
        down = Notification(
            event=Event.BREACHED, target=watch.target, release=watch.release, migrations=watch.migrations,
            plan=watch.plan, who=watch.who, sentence=f"{self.target.name} does not answer.",
        )  # fmt: skip
        self._tell([down])

    def _say_unread(self) -> None:
        """Why a source is not watched is said when that begins, once."""
        unread = {name: one.why for name, one in self.lookout.judged.coverage.items() if one.gap_since is not None}
        for name in sorted(unread.keys() - self._unread):
            self.say(f"not watched: {name}: {unread[name]}")
        self._unread = frozenset(unread)
