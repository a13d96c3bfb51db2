"""What a deployment will do, in time: its transactions, and who waits behind the locks that each of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.evidence import LockMode
from seatrial.model.place import Place, place_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.evidence import Lock
    from seatrial.model.trial import StatementTrial

__all__ = ["Hold", "Span", "Timeline", "TimelineStatement", "TimelineTransaction", "Waiting", "timeline_of"]

#: Characters of a statement that stand for it.
LABEL_LENGTH = 72


class Waiting(StrEnum):
    """Who waits for a lock, the most first."""

    EVERYBODY = "reads and writes wait"
    WRITES = "writes wait"
    #: No lock of the table, but of the rows that were changed or deleted.
    ROWS = "writes to the same rows wait"
    NOBODY = "nobody waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long something takes, in seconds."""

    low: float
    high: float
    #: For an example of a size, as nobody knows the target's.
    assumed: bool = False

    def __add__(self, other: Span) -> Span:
        return Span(low=self.low + other.low, high=self.high + other.high, assumed=self.assumed or other.assumed)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineStatement:
    """One statement."""

    #: Its beginning, on one line.
    label: str
    place: Place
    #: None where nobody knows; nought where it was not measured, as it works on no rows that are there.
    length: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A lock on a relation that was there before the release, held to the end of its transaction."""

    relation: str
    #: As LOCK TABLE spells it.
    mode: str
    waiting: Waiting
    #: Of the statement that takes it, among those of its transaction.
    statement: int
    #: None where nobody knows.
    length: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineTransaction:
    """What is done and undone together."""

    path: str
    #: Which transaction of the file it is, from one.
    step: int
    statements: tuple[TimelineStatement, ...]
    holds: tuple[Hold, ...]
    #: As for a statement.
    length: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A deployment, one transaction after the other."""

    transactions: tuple[TimelineTransaction, ...] = ()


def timeline_of(statements: Sequence[StatementTrial]) -> Timeline:
    """The deployment that a rehearsal lets expect.

    Args:
        statements: in the order in which they ran.
    """
    transactions = groupby(statements, key=lambda one: (one.script.source.path, one.step))
    return Timeline(transactions=tuple(_transaction(path, step, tuple(of)) for (path, step), of in transactions))


def _transaction(path: str, step: int, trials: tuple[StatementTrial, ...]) -> TimelineTransaction:
    lengths = [_length(trial) for trial in trials]
    holds = tuple(hold for number, trial in enumerate(trials) for hold in _holds(number, trial, lengths[number:]))
    whole = _together(lengths)
    if whole and not whole.high:
        whole = max((hold.length for hold in holds if hold.length), key=lambda one: one.high, default=whole)
    shown = tuple(_statement(trial, length) for trial, length in zip(trials, lengths, strict=True))
    return TimelineTransaction(path=path, step=step, statements=shown, holds=holds, length=whole)


def _length(trial: StatementTrial) -> Span | None:
    if trial.forecast:
        return Span(low=trial.forecast.low, high=trial.forecast.high, assumed=trial.forecast.assumed)
    # What works on no row that is there takes as long as on the scratch, whatever the target holds.
    return None if trial.works_on_rows else Span(low=0.0, high=0.0)


def _together(lengths: Sequence[Span | None]) -> Span | None:
    known = [length for length in lengths if length]
    return sum(known, Span(low=0.0, high=0.0)) if len(known) == len(lengths) else None


def _holds(number: int, trial: StatementTrial, to_the_end: Sequence[Span | None]) -> Iterator[Hold]:
    length = _together(to_the_end)
    changed = {one.relation for one in (trial.at_size or trial.evidence).written if one.updated or one.deleted}
    for lock in trial.evidence.locks:
        if lock.existed and lock.kind in {"table", "materialized view"} and (waiting := _waiting(lock, changed)):
            yield Hold(
                relation=lock.relation, mode=lock.mode.words, waiting=waiting, statement=number,
                length=length if length is None or length.high else _on_the_scratch(lock),
            )  # fmt: skip


def _on_the_scratch(lock: Lock) -> Span:
    return Span(low=lock.held_seconds, high=lock.held_seconds)


def _waiting(lock: Lock, changed: set[str]) -> Waiting | None:
    if "reads" in lock.blocks:
        return Waiting.EVERYBODY
    if "writes" in lock.blocks:
        return Waiting.WRITES
    if lock.relation in changed:
        return Waiting.ROWS
    return Waiting.NOBODY if lock.mode is LockMode.SHARE_UPDATE_EXCLUSIVE else None


def _statement(trial: StatementTrial, length: Span | None) -> TimelineStatement:
    source, text = trial.script.source, " ".join(trial.statement.text.split())
    label = text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"
    return TimelineStatement(
        label=label, place=place_at(source.path, source.text, trial.statement.start), length=length
    )
