"""The tables of a page: troubles, signals, organizations, statements, and what is not watched; the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.figures import span
from seatrial.model.sample import StatementText, StatementUse, source_of
from seatrial.model.signal import Above, Effect, Never, Often
from seatrial.model.watch import Standing
from seatrial.model.watch_page import SignalRow, StatementRow, TenantRow, TroubleRow
from seatrial.monitoring.signals import BY_NAME, SIGNALS
from seatrial.monitoring.story.frame import ORDER, Frame, query_of
from seatrial.monitoring.story.wording import figures, named, tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.sample import Key
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Silence, Trouble
    from seatrial.monitoring.story.frame import Stand

__all__ = ["not_run", "signals", "statements", "tenants", "troubles"]

#: Of a trouble; others are counted.
MOST_TIES = 6
#: Signals that say something of one statement.
_OF_STATEMENTS = ("slow", "new", "silent", "blocks", "rows")
_UNKNOWN = StatementText(shape="a statement whose text is not known", role="", relations=())


def troubles(frame: Frame, silences: Iterable[Silence]) -> tuple[TroubleRow, ...]:
    """Those that last first, and those that have failed before the others."""
    found = sorted(frame.troubles, key=_order)
    kept = tuple(silences)
    return tuple(_trouble(frame, BY_NAME[one.key[0]], one, _silenced(one.key, kept, frame.now)) for one in found)


def _order(one: Trouble) -> tuple[bool, bool, bool, float]:
    is_noted = BY_NAME[one.key[0]].effect is Effect.NOTES
    return one.over is not None, is_noted, one.failed is None, one.since


def _trouble(frame: Frame, signal: Signal, one: Trouble, silenced: str) -> TroubleRow:
    text = frame.judged.texts.get(one.key[1]) if signal.per == "statement" else None
    subject = named(signal, one.key[1], frame.judged.texts)
    usual = None if isinstance(signal.limit, Often) else one.usual
    is_noted = signal.effect is Effect.NOTES
    more = [f"and {len(one.ties) - MOST_TIES:,} more"] if len(one.ties) > MOST_TIES else []
    return TroubleRow(
        title=signal.title, subject=f"{subject}, as {text.role}" if text and text.role else subject,
        standing=Standing.BREACHED if one.failed is None or is_noted else Standing.FAILED, is_noted=is_noted,
        figures=figures(signal, one.value, one.limit, usual), since=one.since, over=one.over,
        detected=None if one.failed is None else one.failed - frame.watch.deployed,
        statement=text.shape if text else "", ties=(*map(tie, one.ties[:MOST_TIES]), *more), silenced=silenced,
    )  # fmt: skip


def _silenced(key: Key, silences: Iterable[Silence], now: float) -> str:
    for one in silences:
        if one.covers(key, now):
            return f"{one.because} ({one.who}, for {span(one.until - now)} more)"
    return ""


def signals(frame: Frame) -> tuple[SignalRow, ...]:
    """In the order of the list, each as its worst subject."""
    return tuple(_signal(frame, one, frame.stands.get(one.name, [])) for one in SIGNALS)


def _signal(frame: Frame, signal: Signal, found: Sequence[Stand]) -> SignalRow:
    seen, why = frame.seen(signal)
    if not found:
        standing = seen if seen is not Standing.WITHIN else _of_nothing(signal)
        return SignalRow(
            name=signal.name, title=signal.title, family=signal.family, standing=standing, subjects=0, why=why
        )
    worst = found[0]
    return SignalRow(
        name=signal.name, title=signal.title, family=signal.family, standing=worst.standing, subjects=len(found),
        worst=named(signal, worst.subject, frame.judged.texts), breaches=worst.breaches, why=why,
        figures=figures(signal, worst.track.value, worst.track.limit, worst.usual),
    )  # fmt: skip


def _of_nothing(signal: Signal) -> Standing:
    """Where its source is looked at: no error and no waiting session is good news, no call is none."""
    is_average = bool(signal.over) and not signal.exposure
    is_of_somebody = (
        isinstance(signal.limit, Above) and bool(signal.per) and signal.name not in {"waiting", "longest_wait"}
    )
    is_none = isinstance(signal.limit, Never | Often) or not (is_average or is_of_somebody)
    return Standing.WITHIN if is_none else Standing.QUIET


def tenants(frame: Frame) -> tuple[TenantRow, ...]:
    """Organizations and whatever else declared queries tell apart."""
    told = {one.name: one.per for one in frame.declared}
    return tuple(_tenant(one, told) for one in _ranked(frame, ("failing", "count")))


def _ranked(frame: Frame, names: Iterable[str]) -> list[Stand]:
    """Of several signals, the worst first."""
    return sorted((each for name in names for each in frame.stands.get(name, ())), key=lambda one: one.rank)


def _tenant(one: Stand, told: dict[str, str]) -> TenantRow:
    query, who = query_of(one.subject)
    return TenantRow(
        query=query, per=told.get(query, one.signal.per), who=who, standing=one.standing, breaches=one.breaches,
        figures=figures(one.signal, one.track.value, one.track.limit, one.usual),
        badness=one.nearness,
    )  # fmt: skip


def statements(frame: Frame) -> tuple[StatementRow, ...]:
    """Those on what the release changed, and those in trouble; what is slow or fails first, then by time."""
    judged = frame.judged
    worst: dict[str, Standing] = {}
    for one in _ranked(frame, _OF_STATEMENTS):
        worst.setdefault(one.subject, one.standing)
    rows = [
        (_statement(frame, subject, judged.statements.get(subject, StatementUse()), worst.get(subject)), subject)
        for subject in {*judged.texts, *judged.statements}
    ]
    rows.sort(key=lambda row: (ORDER.index(row[0].standing), -sum(row[0].errors.values()), -_whole(row[0]), row[1]))
    return tuple(row for row, _ in rows)


def _whole(row: StatementRow) -> float:
    return row.calls * (row.milliseconds or 0.0)


def _statement(frame: Frame, subject: str, use: StatementUse, standing: Standing | None) -> StatementRow:
    text = frame.judged.texts.get(subject, _UNKNOWN)
    known = frame.baseline.usual.get(("slow", subject)) if frame.baseline else None
    return StatementRow(
        shape=text.shape, role=text.role, relations=text.relations, calls=use.calls,
        milliseconds=use.milliseconds / use.calls if use.calls else None,
        usual_milliseconds=known.middle if known else None, rows=use.rows / use.calls if use.calls else None,
        errors=dict(use.errors), is_new=bool(frame.baseline) and subject not in _before(frame),
        standing=standing or Standing.QUIET,
    )  # fmt: skip


def _before(frame: Frame) -> frozenset[str]:
    return frame.baseline.statements if frame.baseline else frozenset()


def not_run(frame: Frame) -> tuple[str, ...]:
    """What was not watched and why, a line for each source; then where some of the time is missing."""
    return (*_never(frame), *_gaps(frame))


def _never(frame: Frame) -> Iterator[str]:
    groups: dict[tuple[str, str], list[str]] = {}
    for signal in SIGNALS:
        standing, why = frame.seen(signal)
        if standing is Standing.NOT_RUN:
            groups.setdefault((source_of(signal.quantity), why), []).append(signal.title)
    for (source, why), titles in groups.items():
        yield f"{source}: {why}; so nobody watches: {', '.join(titles)}"


def _gaps(frame: Frame) -> Iterator[str]:
    """Also of parts of a source: a declared query that fails."""
    said: dict[str, list[str]] = {}
    for source, one in sorted(frame.judged.coverage.items()):
        if one.seen and one.missed:
            longest = f", {span(one.longest)} at once" if one.longest and one.longest < one.missed else ""
            why = f"not seen for {span(one.missed)}{longest}{f': {one.why}' if one.why else ''}"
            said.setdefault(why, []).append(source)
        elif one.why and source_of(source) != source:
            said.setdefault(one.why, []).append(source)
    yield from (f"{', '.join(sources)}: {why}" for why, sources in said.items())
