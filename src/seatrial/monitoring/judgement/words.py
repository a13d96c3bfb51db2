"""The sentence of a watch: where it stands, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.signal import Effect, Family

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.signal import Signal
    from seatrial.model.watch import Answered, Judged, Trouble, Watch

__all__ = [
    "all_of", "answered", "asks", "duration", "failed", "goes_on", "inconclusive", "open_still", "source", "successful",
    "time_of", "unanswered",
]  # fmt: skip

#: What nobody knows by its name.
_SOURCES = {
    "log": "the server's log",
    "statements": "pg_stat_statements",
    "database": "the statistics of the database",
    "activity": "pg_stat_activity",
    "locks": "the table of locks",
    "security": "what was proved of security",
}
_MINUTE, _HOUR = 60.0, 3600.0
#: A name in a sentence is no longer than this.
_LONGEST = 60


def source(name: str) -> str:
    """A source, for a person."""
    return _SOURCES.get(name, name)


def all_of(sources: Sequence[str]) -> str:
    """`the server's log and 4 other sources`."""
    first, *others = sources
    return f"{first} and {len(others)} other source{'' if len(others) == 1 else 's'}" if others else first


def duration(seconds: float) -> str:
    """`20 minutes`, `3 hours`."""
    for unit, word in ((_HOUR, "hour"), (_MINUTE, "minute"), (1.0, "second")):
        if seconds >= unit * (1 if unit == 1.0 else 2) or unit == 1.0:
            number = f"{seconds / unit:.1f}".removesuffix(".0")
            return f"{number} {word}{'' if number == '1' else 's'}"
    raise AssertionError


def time_of(watch: Watch, passed: float) -> str:
    """`4 of 15 minutes`."""
    unit, word = (_HOUR, "hours") if watch.window >= 2 * _HOUR else (_MINUTE, "minutes")
    if watch.window < 2 * _MINUTE:
        unit, word = 1.0, "seconds"
    whole = f"{watch.window / unit:.1f}".removesuffix(".0")
    return f"{min(passed, watch.window) / unit:.1f}".removesuffix(".0") + f" of {whole} {word}"


def goes_on(watch: Watch, passed: float, still: Sequence[Trouble], signals: Mapping[str, Signal]) -> str:
    """While it goes on."""
    if not still:
        return f"{time_of(watch, passed)}, all signals inside limits"
    worst = max(still, key=lambda one: one.breaches / one.needed)
    return f"{time_of(watch, passed)}, {_name(worst, signals)}: over its limit {_counted(worst)}{_more(still)}"


def failed(found: Sequence[Trouble], signals: Mapping[str, Signal]) -> str:
    """It has failed, and what of the release it is."""
    first = min(found, key=lambda one: one.failed or 0.0)
    tie = f", tied to {first.ties[0].kind} {first.ties[0].name} by {first.ties[0].label}" if first.ties else ""
    if first.ties and first.ties[0].kind == "migration":
        tie = f", asked of the tables of {first.ties[0].label}"
    return f"{_figures(first, signals)}{tie}{_more(found)}"


def asks(found: Sequence[Trouble], signals: Mapping[str, Signal]) -> str:
    """A person is asked; the countdown stands."""
    if not found:
        return "a person is asked whether it goes on: what was over its limit is within it again"
    first = found[0]
    tie = "" if first.ties else ", not tied to the release"
    return f"a person is asked whether it goes on: {_figures(first, signals)}{tie}{_more(found)}"


def unanswered(found: Sequence[Trouble], signals: Mapping[str, Signal], watch: Watch) -> str:
    """Nobody has answered."""
    what = f": {_figures(found[0], signals)}{_more(found)}" if found else ""
    return f"a person was asked, and has not answered for {duration(watch.window)}{what}"


def answered(answer: Answered) -> str:
    """Somebody has."""
    return (
        f"{answer.who} said that it goes on: {answer.because}"
        if answer.because
        else f"{answer.who} said that it goes on"
    )


def open_still(found: Sequence[Trouble], signals: Mapping[str, Signal]) -> str:
    """At the end."""
    return f"{_figures(found[0], signals)}{_more(found)}, and nobody has said that this is no fault of the release"


def inconclusive(reasons: Sequence[str]) -> str:
    """Why nobody can say."""
    return "nobody can say that it is successful: " + "; ".join(reasons)


def successful(judged: Judged, watch: Watch, signals: Mapping[str, Signal]) -> str:
    """It is through."""
    still = [one for one in judged.troubles if one.is_failing]
    noted = sum(signals[one.key[0]].effect is Effect.NOTES for one in still)
    answered_for = len(still) - noted
    inside = "all signals inside limits"
    if judged.answers:
        inside = (
            f"{inside} but {answered_for} that a person has" if answered_for else f"{inside} now, after a person has"
        )
        inside = f"{inside} answered for"
    return f"{duration(watch.window)}, {inside}{f'; noted: {noted}' if noted else ''}"


def _figures(one: Trouble, signals: Mapping[str, Signal]) -> str:
    signal = signals[one.key[0]]
    usual = "" if one.usual is None or signal.exposure else f", usually {_number(one.usual)}"
    if signal.family is Family.SECURITY:
        return _name(one, signals)
    unit = f" {signal.unit}" if signal.unit else ""
    return f"{_name(one, signals)}: {_number(one.value)}{unit} (limit {_number(one.limit)}{usual})"


def _name(one: Trouble, signals: Mapping[str, Signal]) -> str:
    title, subject = signals[one.key[0]].title, one.key[1]
    if not subject:
        return title
    return (
        f"{title}, {signals[one.key[0]].per} {subject if len(subject) <= _LONGEST else subject[: _LONGEST - 1] + '…'}"
    )


def _counted(one: Trouble) -> str:
    return f"{one.breaches} of {one.needed}"


def _more(found: Sequence[Trouble]) -> str:
    return f", and {len(found) - 1} more" if len(found) > 1 else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) or value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - digits shown
