"""Decides what the team is told after an interval of a watch. Nothing is sent here, and there is no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.figures import span
from seatrial.model.notification import Event, Notification, Told, ToldOf
from seatrial.model.watch import WatchVerdict
from seatrial.model.words import count
from seatrial.notify.lines import lines, without_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.sample import Key, Measured
    from seatrial.model.watch import Judged, Silence, Watch
    from seatrial.notify.lines import Words

__all__ = ["FLAPS", "HOUR", "REMINDER", "announced"]

#: Seconds after which the team is reminded of what is still open.
REMINDER = 4 * 3600.0
#: What opens so often within an hour comes and goes: told once, and then nothing until it was quiet for an hour.
FLAPS = 3
HOUR = 3600.0

_FINAL = {
    WatchVerdict.SUCCESSFUL: Event.SUCCEEDED,
    WatchVerdict.FAILED: Event.RELEASE_FAILED,
    WatchVerdict.INCONCLUSIVE: Event.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """Of one trouble: what the team knows from now on, and what it is told."""

    knows: ToldOf | None
    #: Stands after its line; None where nothing is told.
    adds: str | None = None


def announced(
    watch: Watch, judged: Judged, told: Told, words: Words, *,
    measured: Measured | None = None, silences: Sequence[Silence] = (), following: str = "",
) -> tuple[Told, tuple[Notification, ...]]:  # fmt: skip
    """What the team knows after this interval, and the messages that make it so: one of each kind at most.

    Args:
        watch: what is watched.
        judged: where it stands.
        told: what the team knew before; `Told()` when the watch begins.
        words: what signals and their subjects are called.
        measured: the interval, for how many others there are.
        silences: hold back what is told of a signal, but never how the watch ended.
        following: the next command, ready to copy.
    """
    now = judged.at
    is_open = {
        one.key for one in judged.troubles
        if one.is_failing and not words.is_noted(one.key)
    }  # fmt: skip
    keys = sorted(is_open | told.troubles.keys())
    hushed = {key for key in keys if any(one.covers(key, now) for one in silences)}
    news = {
        key: _news(told.troubles.get(key), is_open=key in is_open, is_hushed=key in hushed, now=now) for key in keys
    }
    event = _event(judged, told, is_held=bool(is_open) and is_open <= hushed)
    after = replace(told, troubles={key: one.knows for key, one in news.items() if one.knows is not None})
    if event:
        after = replace(after, verdict=judged.verdict.value, at=now)
    said = {key: one.adds for key, one in news.items() if one.adds is not None}
    wrong = {key: adds for key, adds in said.items() if key in is_open}
    if event is not Event.WATCHING and event is not None:
        # Whoever has to decide sees all of it.
        shown = is_open if event in _FINAL.values() else is_open - hushed
        wrong = {key: said.get(key, "") for key in sorted(shown)}
    right = {key: adds for key, adds in said.items() if key not in is_open}
    letters = _letters(watch, judged, event, wrong, right, is_new=not told.verdict)
    return after, tuple(
        Notification(
            event=kind, target=watch.target, release=watch.release, migrations=watch.migrations, plan=watch.plan,
            who=watch.who, sentence=without_names(sentence, judged, words), next=following,
            troubles=lines(keys, judged, words, measured),
        )
        for kind, sentence, keys in letters
    )  # fmt: skip


def _news(known: ToldOf | None, *, is_open: bool, is_hushed: bool, now: float) -> _News:
    before = known or ToldOf(is_open=False, changed=now)
    begins = tuple(at for at in before.begins if now - at < HOUR)
    if is_open is not before.is_open:
        before = replace(before, is_open=is_open, changed=now)
        begins += (now,) if is_open else ()
    before = replace(before, begins=begins)
    if is_hushed:
        # What the team does not know yet, it is told when the silence ends, if it is still so.
        return _News(knows=before)
    return _opened(before, now) if is_open else _closed(before, now)


def _opened(seen: ToldOf, now: float) -> _News:
    if len(seen.begins) >= FLAPS and not seen.flaps:
        return _News(
            knows=replace(seen, at=now, flaps=True), adds=f"comes and goes: {len(seen.begins)} times in an hour"
        )
    if seen.at is None:
        return _News(knows=replace(seen, at=now), adds="")
    if now - seen.at >= REMINDER:
        return _News(knows=replace(seen, at=now), adds=f"still so, after {(now - seen.changed) / HOUR:.0f} h")
    return _News(knows=seen)


def _closed(seen: ToldOf, now: float) -> _News:
    if seen.flaps and now - seen.changed < HOUR:
        return _News(knows=seen)
    if seen.at is not None:
        adds = "has been quiet for an hour" if seen.flaps else ""
        return _News(knows=replace(seen, at=None, flaps=False), adds=adds)
    return _News(knows=seen if seen.begins else None)


def _event(judged: Judged, told: Told, *, is_held: bool) -> Event | None:
    """What is told of the verdict, if that is new."""
    is_known = told.verdict == judged.verdict.value
    if judged.verdict in _FINAL:
        return None if is_known else _FINAL[judged.verdict]
    if judged.verdict is WatchVerdict.PAUSED:
        return None if is_held or (is_known and judged.at - told.at < REMINDER) else Event.ASKED
    return None if is_known else Event.WATCHING


def _letters(
    watch: Watch, judged: Judged, event: Event | None, wrong: dict[Key, str], right: dict[Key, str], *, is_new: bool
) -> list[tuple[Event, str, dict[Key, str]]]:
    """Each message: its kind, its sentence, and the troubles in it."""
    found: list[tuple[Event, str, dict[Key, str]]] = []
    if right:
        found.append((Event.RECOVERED, f"{count(len(right), 'signal')} within the limit again.", right))
    if event is Event.WATCHING:
        found.append((event, _begins(watch) if is_new else judged.sentence, {}))
    if event is Event.RELEASE_FAILED:
        found.append((event, f"The watch failed, not the deployment, which had gone through: {judged.sentence}", wrong))
    elif event is not None and event is not Event.WATCHING:
        found.append((event, judged.sentence, wrong))
    elif wrong:
        found.append((Event.BREACHED, _breached(wrong), wrong))
    return found


def _begins(watch: Watch) -> str:
    return f"It is watched for {span(watch.window)}, with a sample every {span(watch.every)}."


def _breached(wrong: dict[Key, str]) -> str:
    fresh = sum(not adds.startswith("still") for adds in wrong.values())
    said = [f"{count(fresh, 'signal')} reached the failure limit"] if fresh else []
    said += [f"{count(len(wrong) - fresh, 'signal')} still over it"] if fresh < len(wrong) else []
    return f"{', '.join(said)}."
