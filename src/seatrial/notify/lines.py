"""Troubles of a watch as lines that may leave the machine: shapes, objects and counts, and no organization's name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.signal import Effect, Family
from seatrial.model.words import count, figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.sample import Key, Measured
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Change, Declared, Judged, Trouble

__all__ = ["Words", "lines", "without_names"]

#: What is said of a long list, and letters of a statement.
MOST_LINES = 10
MOST_TIES = 2
MOST_SHAPE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What things are called."""

    signals: Sequence[Signal]
    #: Queries of the release, which say what they are per.
    declared: Sequence[Declared] = ()

    def signal(self, key: Key) -> Signal | None:
        """The signal of a key; None where this version knows it no more."""
        return next((one for one in self.signals if one.name == key[0]), None)

    def is_named(self, key: Key) -> bool:
        """Whether the subject is somebody, as a declared query calls them."""
        found = self.signal(key)
        return found is not None and found.family is Family.TENANTS

    def is_noted(self, key: Key) -> bool:
        """Whether it is shown only, and changes nothing of the verdict."""
        found = self.signal(key)
        return found is not None and found.effect is Effect.NOTES

    def per(self, key: Key) -> str:
        """What a declared query has an answer for each of."""
        query = _query(key)
        found = self.signal(key)
        return next((one.per for one in self.declared if one.name == query), found.per if found else "")


#: In place of a name; no text has it.
_SOMEBODY = "\0"


def lines(
    adds: Mapping[Key, str], judged: Judged, words: Words, measured: Measured | None = None
) -> tuple[str, ...]:  # fmt: skip
    """One for each trouble, and one for all organizations of a query; at most ten, and how many more there are.

    Args:
        adds: the troubles, each with what stands after its line.
        judged: where their values are.
        words: what they are called.
        measured: everybody who had a value in the interval; without it nobody knows how many others there are.
    """
    everybody = measured.values if measured is not None else {}
    troubles = {one.key: one for one in judged.troubles}
    crowds: dict[Key, list[Key]] = defaultdict(list)
    for key in adds:
        crowds[(key[0], _query(key)) if words.is_named(key) else key].append(key)
    found = []
    for keys in crowds.values():
        if words.is_named(keys[0]):
            said = _crowd(keys, troubles, everybody, words)
        else:
            said = _line(keys[0], troubles.get(keys[0]), judged, words)
        found.append("; ".join(filter(None, (*said, adds[keys[0]]))))
    more = len(found) - MOST_LINES
    return (*found[:MOST_LINES], *([f"and {more:,} more"] if more > 0 else []))


def without_names(sentence: str, judged: Judged, words: Words) -> str:
    """A sentence of the judgement without whom a declared query names in it, also where the name is cut."""
    named = filter(words.is_named, {*judged.tracks, *(one.key for one in judged.troubles)})
    parts = {
        key[1][:end]: key for key in sorted(named) if f"{_query(key)}: " in sentence
        for end in range(len(_query(key)) + 3, len(key[1]) + 1)
    }  # fmt: skip
    # The longest first, as two names may begin alike; and what was put in is no beginning of another one.
    for part in sorted(parts, key=lambda one: (-len(one), one)):
        sentence = sentence.replace(part, f"{_query(parts[part])}:{_SOMEBODY}{words.per(parts[part])}")
    return sentence.replace(_SOMEBODY, " one ")


def _query(key: Key) -> str:
    return key[1].partition(": ")[0]


def _line(key: Key, trouble: Trouble | None, judged: Judged, words: Words) -> tuple[str, ...]:
    signal = words.signal(key)
    title, subject = signal.title if signal else key[0], _subject(key, judged, words)
    figures = _figures(trouble, signal.unit if signal else "") if trouble and trouble.over is None else ""
    return (f"{title}: {figures}" if figures else title, subject, _tied(trouble.ties) if trouble else "")


def _subject(key: Key, judged: Judged, words: Words) -> str:
    signal = words.signal(key)
    if signal is None or signal.per != "statement":
        return key[1]
    if text := judged.texts.get(key[1]):
        shape = " ".join(text.shape.split())
        return f"as {text.role}: {shape if len(shape) <= MOST_SHAPE else shape[: MOST_SHAPE - 1] + '…'}"
    role, _, number = key[1].rpartition(" ")
    return f"as {role}: statement {number}" if role else "all other statements"


def _crowd(
    keys: list[Key], troubles: Mapping[Key, Trouble], everybody: Mapping[Key, float], words: Words
) -> tuple[str, ...]:
    """`failures, of what was tried (sends): 1 of 2,000 organizations`, and how bad the worst is."""
    signal, query = words.signal(keys[0]), _query(keys[0])
    others = {one for one in everybody if one[0] == keys[0][0] and _query(one) == query}
    who = count(len(keys), words.per(keys[0]))
    if others:
        who = f"{len(keys):,} of {count(len(others | set(keys)), words.per(keys[0]))}"
    title = signal.title if signal else keys[0][0]
    bad = [found for key in keys if (found := troubles.get(key)) and found.over is None]
    worst = max(bad, key=lambda one: one.value, default=None)
    figures = f"the worst at {_figures(worst, signal.unit if signal else '')}" if worst else ""
    return (f"{title} ({query}): {who}", figures, _tied(worst.ties) if worst else "")


def _figures(trouble: Trouble, unit: str) -> str:
    # Of events there may be those of several intervals together.
    unit = "" if unit == "in the interval" else unit
    usual = f", usually {figure(trouble.usual, unit)}" if trouble.usual is not None else ""
    return f"{figure(trouble.value, unit)} (limit {figure(trouble.limit, unit)}{usual})"


def _tied(ties: Sequence[Change]) -> str:
    if not ties:
        return ""
    more = len(ties) - MOST_TIES
    names = [f"{one.kind} {one.name} ({one.label})" for one in ties[:MOST_TIES]]
    return f"tied to {', '.join(names)}{f' and {more} more' if more > 0 else ''}"
