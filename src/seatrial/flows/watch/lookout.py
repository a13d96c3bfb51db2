"""Whoever watches: looks at the target, writes down what that comes to, and has it judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.journal import ANOTHER, EntryKind, Stand
from seatrial.model.jsonable import from_json
from seatrial.model.notification import Told
from seatrial.model.packed import packed, unpacked
from seatrial.model.watch import Answered, Silence, WatchVerdict
from seatrial.model.watch_page import SaidLine
from seatrial.monitoring.judgement.ending import answered, begin
from seatrial.monitoring.judgement.judge import Judge
from seatrial.monitoring.judgement.measure import carried, measure
from seatrial.monitoring.signals import SIGNALS
from seatrial.monitoring.story.history import History, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.journal import Entry, Journal, Kept
    from seatrial.model.sample import Measured, Sample, StatementText
    from seatrial.model.watch import Baseline, Declared, Judged, Watch
    from seatrial.monitoring.sampler import Sampler
    from seatrial.pg.connection import Connection

__all__ = ["Lookout", "Noting"]

#: Seconds between two notes of where it stands; what came since is judged anew after a restart.
STAND_SECONDS = 600.0
BACK = "It was rolled back before the watch was over."


class Noting:
    """Before a deployment: notes what is usual, and judges nothing."""

    def __init__(self, journal: Journal, sampler: Sampler, before: Sample | None) -> None:
        self._journal = journal
        self._sampler = sampler
        self._before = before
        self._stood = 0.0
        self.intervals = 0

    def look(self, connection: Connection) -> Sample:
        """Take a sample, and write down what it comes to."""
        sample = self._sampler.sample(connection, everything=self._before is None)
        measured = measure(self._before, sample)
        if self._before is not None:
            self._journal.add(sample.at, EntryKind.USUAL, packed(replace(measured, statements={})))
            self.intervals += 1
        self._before = carried(self._before, sample)
        if sample.at - self._stood >= STAND_SECONDS:
            self.stand()
        return sample

    def stand(self) -> None:
        """Note what the next sample is held against."""
        if self._before is not None:
            self._stood = self._before.at
            self._journal.stand(Stand(sample=self._before, judged=None, number=0))


class Lookout:
    """One watch under way; after a restart it goes on from what was written down."""

    def __init__(
        self, watch: Watch, baseline: Baseline, declared: Sequence[Declared], journal: Journal, sampler: Sampler
    ) -> None:  # fmt: skip
        self.watch = watch
        self.baseline = baseline
        self.judged: Judged = begin(watch)
        #: The intervals so far, as far as a page needs them, and the last one as it is.
        self.history = History(Limits(baseline, declared))
        self.last: Measured | None = None
        self.said: list[SaidLine] = []
        self.silences: list[Silence] = []
        self.told = Told()
        #: When the release was taken back; None where it was not.
        self.rolled_back: float | None = None
        self._journal = journal
        self._sampler = sampler
        self._judge = Judge(watch, baseline, declared)
        self._before: Sample | None = None
        self._number = 0
        #: The last entry of somebody else.
        self._heard = 0
        self._stood = 0.0

    def go_on(self, kept: Kept) -> None:
        """Take up what was written down."""
        if kept.stand is not None and kept.stand.judged is not None:
            stand = kept.stand
            self._before, self.judged, self.told = stand.sample, kept.stand.judged, stand.told
            self._stood, self._number = stand.sample.at, stand.number
        behind = self._number
        for entry in kept.entries:
            self._take(entry, judge=entry.number > behind)

    def look(self, connection: Connection) -> None:
        """Take a sample and judge it; what a person has said meanwhile counts."""
        for entry in self._journal.since(self._heard):
            self._take(entry, judge=True)
        sample = self._sampler.sample(connection, everything=self._before is None)
        measured = self._in_time(measure(self._before, sample))
        verdict = self.judged.verdict
        self._judge_it(measured, sample.texts)
        self._see_overtaken()
        self._before = carried(self._before, sample)
        self._number = self._journal.add(sample.at, EntryKind.MEASURED, packed(measured))
        if sample.at - self._stood >= STAND_SECONDS or self.judged.verdict is not verdict:
            self.stand()

    @property
    def now(self) -> float:
        """By the target's clock, when it was looked at last."""
        return self.judged.at

    def stand(self) -> None:
        """Note where it stands."""
        if self._before is not None:
            self._stood = self._before.at
            self._journal.stand(
                Stand(sample=self._before, judged=self.judged, number=self._number, told=self.told)
            )  # fmt: skip

    def say(self, line: str) -> None:
        """Write down what is said."""
        self.said.append(SaidLine(at=self.now, line=line))
        self._journal.add(self.now, EntryKind.SAID, line)

    def end(self) -> None:
        """Write down how it ended."""
        self.stand()
        self._journal.end(self.judged.verdict, self.judged.sentence)

    def take_back(self) -> None:
        """Write down that the release was taken back."""
        self.rolled_back = self.now
        self._journal.add(self.now, EntryKind.ROLLED_BACK, {})

    def _take(self, entry: Entry, *, judge: bool) -> None:
        self._heard = max(self._heard, entry.number)
        match entry.kind:
            case EntryKind.MEASURED:
                measured = unpacked(entry.body)
                if judge:
                    self._number = entry.number
                    self._judge_it(measured, {})
                else:
                    self._remember(measured)
            case EntryKind.SAID:
                self.said.append(SaidLine(at=entry.at, line=entry.body))
            case EntryKind.SILENCE:
                self.silences.append(from_json(Silence, entry.body))
            case EntryKind.ANSWER:
                self._hear(from_json(Answered, entry.body))
            case EntryKind.ROLLED_BACK:
                self.rolled_back = entry.at
            case _:
                pass

    def _in_time(self, measured: Measured) -> Measured:
        """Without what says nothing as long as most of the window is to come."""
        share = self.judged.passed / self.watch.window
        early = {one.name for one in SIGNALS if share < one.after}
        values = {key: value for key, value in measured.values.items() if key[0] not in early}
        return replace(measured, values=values, weights={key: measured.weights[key] for key in values})

    def _judge_it(self, measured: Measured, texts: Mapping[str, StatementText]) -> None:
        self.judged = self._judge.step(self.judged, measured, texts)
        self._remember(measured)

    def _remember(self, measured: Measured) -> None:
        self.last = measured
        self.history.add(measured, self.judged.tracks)

    def _see_overtaken(self) -> None:
        """Somebody may have deployed or rolled back beside the watch; what has failed stays failed."""
        command = self._journal.overtaken(self.watch.attempt)
        if command == "rollback" and self.rolled_back is None:
            self.take_back()
        if command and self.judged.verdict is not WatchVerdict.FAILED:
            sentence = ANOTHER if command == "deploy" else BACK
            self.judged = replace(self.judged, verdict=WatchVerdict.INCONCLUSIVE, sentence=sentence)

    def _hear(self, said: Answered) -> None:
        """It is about what is open now; after a restart it may have been heard already."""
        if any(one.at == said.at and one.who == said.who for one in self.judged.answers):
            return
        is_open = tuple(one.key for one in self.judged.troubles if one.is_failing)
        self.judged = answered(self.judged, replace(said, keys=said.keys or is_open))
