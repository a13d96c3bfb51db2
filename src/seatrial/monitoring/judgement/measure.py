"""What two samples come to: differences of what only grows, events and levels as they are, and what nobody saw."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from seatrial.model.sample import WHOLE, Measured, Sample, StatementUse, source_of
from seatrial.monitoring.signals import ASKED, SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seatrial.model.sample import Key
    from seatrial.model.signal import Signal

__all__ = ["ANEW", "BACK", "carried", "measure"]

ANEW = "its counters began anew: the server was restarted, or somebody has reset them"
BACK = "the server's clock went back"
#: Between a source and the counter of another one, as it stood when the source was last looked at.
_WHEN = "|"

#: Quantity → subject → value.
_Quantities: TypeAlias = "dict[str, dict[str, float]]"


def measure(before: Sample | None, now: Sample, signals: Sequence[Signal] = SIGNALS) -> Measured:
    """The values of an interval, by signal; what was not seen, or what nobody asked for, has none.

    Args:
        before: what `carried` made of the samples before, or the sample before; None for the first.
        now: the newest one.
        signals: what is watched.
    """
    seconds = now.at - before.at if before else 0.0
    gaps = _gaps(before, now, seconds)
    grown = _grown(before, now) if before and seconds > 0 else {}
    events, levels = _sorted(now.events), _sorted(now.levels)
    found = {**levels, **events, **grown}
    values: dict[Key, float] = {}
    weights: dict[Key, float] = {}
    for signal in signals:
        if signal.quantity in found and source_of(signal.quantity) in now.looked:
            _value(signal, found, _asked(signal, found, before, now), values, weights)
    return Measured(
        at=now.at,
        seconds=max(seconds, 0.0),
        values=values,
        weights=weights,
        gaps=gaps,
        looked=now.looked,
        statements=_statements(grown, events.get("log.statement", {})),
    )


def carried(before: Sample | None, now: Sample) -> Sample:
    """What the next sample is held against: this one, and the last counters of sources that it did not look at.

    A source that is looked at now and then is held against the time when it was looked at last; so are the
    transactions that its events are held against, also after nobody could look for hours.

    Args:
        before: what this made of the samples before.
        now: the newest one.
    """
    asked = now.counters.get((ASKED, WHOLE))
    older = {} if before is None else before.counters
    names = {quantity for quantity, _ in older}
    stay = {one for one in names if source_of(one).partition(_WHEN)[0] not in now.looked}
    kept = {key: value for key, value in older.items() if key[0] in stay} if stay else {}
    if asked is not None:
        kept |= {(f"{source}{_WHEN}{ASKED}", WHOLE): asked for source in now.looked if source != source_of(ASKED)}
    epochs = {**(before.epochs if before else {}), **now.epochs}
    looked = now.looked | (before.looked if before else frozenset())
    return replace(now, counters={**kept, **now.counters}, epochs=epochs, looked=looked, texts={}, events={}, levels={})


def _gaps(before: Sample | None, now: Sample, seconds: float) -> dict[str, str]:
    gaps = dict(now.unread)
    if before is None:
        return gaps
    for source in now.looked:
        if seconds <= 0:
            gaps[source] = BACK
        elif now.epochs.get(source) != before.epochs.get(source) and source in before.looked:
            gaps[source] = ANEW
    return gaps


def _sorted(found: Mapping[Key, float]) -> _Quantities:
    quantities: _Quantities = defaultdict(dict)
    for (quantity, subject), value in found.items():
        if 0 <= value < inf:
            quantities[quantity][subject] = value
    return dict(quantities)


def _grown(before: Sample, now: Sample) -> _Quantities:
    """What has grown; what began anew, or was not there before, has no difference."""
    quantities: _Quantities = {}
    usable = {one for one in now.looked if now.epochs.get(one) == before.epochs.get(one)}
    was = before.counters
    for key, value in now.counters.items():
        older = was.get(key)
        if older is None or not older <= value < inf:
            continue
        subjects = quantities.get(key[0])
        if subjects is None:
            subjects = quantities[key[0]] = {}
        subjects[key[1]] = value - older
    return {quantity: subjects for quantity, subjects in quantities.items() if source_of(quantity) in usable}


def _asked(signal: Signal, found: _Quantities, before: Sample | None, now: Sample) -> float | None:
    """The server's divisor since the signal's source was last looked at; None where nobody knows."""
    if not signal.whole:
        return None
    total = now.counters.get((signal.over, WHOLE))
    source = source_of(signal.quantity)
    pinned = before.counters.get((f"{source}{_WHEN}{signal.over}", WHOLE)) if before else None
    grown = found.get(signal.over, {}).get(WHOLE)
    if pinned is None or total is None or grown is None:
        return grown
    return total - pinned if grown <= total - pinned < inf else None


def _value(
    signal: Signal, found: _Quantities, whole: float | None, values: dict[Key, float], weights: dict[Key, float]
) -> None:
    divisors = found.get(signal.over, {})
    for subject, value in found[signal.quantity].items():
        key = (signal.name, subject)
        if not signal.over:
            values[key], weights[key] = value, 1.0
        elif signal.exposure:
            if value or whole:
                # Of unknown weight is what happened while nobody counted the transactions.
                values[key], weights[key] = value, max(whole, value) if whole is not None else 0.0
        elif (divisor := whole if signal.whole else divisors.get(subject)) and value / divisor < inf:
            values[key], weights[key] = value / divisor, divisor


def _statements(grown: _Quantities, events: Mapping[str, float]) -> dict[str, StatementUse]:
    times, rows = grown.get("statements.time", {}), grown.get("statements.rows", {})
    calls = grown.get("statements.calls", {})
    errors = _errors(events.items())
    return {
        subject: StatementUse(
            calls=calls.get(subject, 0.0),
            milliseconds=times.get(subject, 0.0),
            rows=rows.get(subject, 0.0),
            errors=errors.get(subject, {}),
        )
        for subject in dict.fromkeys([*(one for one, number in calls.items() if number), *errors])
    }


def _errors(events: Iterable[tuple[str, float]]) -> dict[str, dict[str, int]]:
    errors: dict[str, dict[str, int]] = defaultdict(dict)
    for subject, number in events:
        statement, _, code = subject.rpartition(" ")
        errors[statement][code] = errors[statement].get(code, 0) + round(number)
    return dict(errors)
