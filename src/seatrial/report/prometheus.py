"""A watch as Prometheus reads it. What was not seen is absent and never zero; every metric has a bounded size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from seatrial.model.sample import source_of
from seatrial.model.signal import Below, Family
from seatrial.model.watch import WatchVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatrial.model.sample import Key, Measured
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Judged, Track, Watch

__all__ = ["FIXED", "MOST_SUBJECTS", "Metric", "exposition", "metric_of"]

#: Of one metric, the worst first.
MOST_SUBJECTS = 50
MOST_SOURCES = 100
_PREFIX = "seatrial_"
_DIGITS = 12
#: Where a title does not say it.
_UNITS = {"share": ", from 0 to 1", "s": ", in seconds", "bytes": ", in bytes", "in the interval": ", in the interval"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A name, what it says, and by which labels it is told apart."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


def _fixed(name: str, words: str, *labels: str) -> Metric:
    return Metric(name=_PREFIX + name, help=words, labels=("target", *labels))


#: What is there whatever is watched.
FIXED = {
    one.name.removeprefix(_PREFIX): one
    for one in (
        _fixed("watch_info", "What is watched: always 1.", "release", "plan", "server"),
        _fixed("watch_verdict", "1 for where the watch stands, 0 for the others.", "verdict"),
        _fixed("watch_passed_seconds", "How much of the window has passed; a pause does not count."),
        _fixed("watch_window_seconds", "How long the watch is to last."),
        _fixed("watch_every_seconds", "How much time is between two samples."),
        _fixed("last_sample_timestamp_seconds", "When the last sample was taken, by the server's clock."),
        _fixed("source_up", "Whether a source was seen the last time; absent where nobody tried.", "source"),
        _fixed("open_troubles", "Subjects that reached the failure limit and still are over it.", "signal", "effect"),
        _fixed("signal_limit", "The limit of a value, in the unit of its metric.", "signal", "subject"),
        _fixed("signal_breaches", "Breaches that count toward the failure limit.", "signal", "subject"),
        _fixed("signal_failure_limit", "So many breaches are the failure limit.", "signal"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Families(Collector):
    families: tuple[GaugeMetricFamily, ...]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Those that have a value."""
        return (one for one in self.families if one.samples)


def metric_of(signal: Signal) -> Metric:
    """The metric of a signal's values."""
    title = signal.title.replace("milliseconds", "seconds") if signal.unit == "ms" else signal.title
    return Metric(
        name=_PREFIX + signal.metric,
        help=f"{title[0].upper()}{title[1:]}{_UNITS.get(signal.unit, '')}.",
        labels=("target", *_labels(signal)),
    )


def exposition(watch: Watch, judged: Judged, measured: Measured | None, *, signals: Sequence[Signal]) -> bytes:
    """The text of `/metrics`.

    Args:
        watch: what is watched.
        judged: where it stands.
        measured: the last interval; None where nothing was measured since a restart.
        signals: what is watched for.
    """
    found = {name: GaugeMetricFamily(one.name, one.help, labels=one.labels) for name, one in FIXED.items()}
    for name, labels, value in _of_watch(watch, judged, measured):
        found[name].add_metric([watch.target, *labels], value)
    families = list(found.values())
    for signal in signals:
        values = _values(signal, judged, measured)
        families.append(_of_signal(watch, signal, values))
        for name, labels, value in _of_limits(signal, judged, values):
            found[name].add_metric([watch.target, *labels], value)
    return generate_latest(_Families(tuple(families)))


def _of_watch(watch: Watch, judged: Judged, measured: Measured | None) -> Iterator[tuple[str, list[str], float]]:
    yield "watch_info", [watch.release, watch.plan[:_DIGITS], watch.server], 1
    for verdict in WatchVerdict:
        yield "watch_verdict", [verdict.value], float(judged.verdict is verdict)
    yield "watch_passed_seconds", [], judged.passed
    yield "watch_window_seconds", [], watch.window
    yield "watch_every_seconds", [], watch.every
    if measured is not None or judged.coverage:
        yield "last_sample_timestamp_seconds", [], measured.at if measured is not None else judged.at
    for source, coverage in sorted(judged.coverage.items())[:MOST_SOURCES]:
        yield "source_up", [source], float(coverage.gap_since is None and coverage.seen > 0)


def _of_signal(watch: Watch, signal: Signal, values: Mapping[str, float]) -> GaugeMetricFamily:
    metric = metric_of(signal)
    family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for subject, value in values.items():
        family.add_metric([watch.target, *_subject(signal, subject)], _scaled(signal, value))
    return family


def _of_limits(
    signal: Signal, judged: Judged, values: Mapping[str, float]
) -> Iterator[tuple[str, list[str], float]]:  # fmt: skip
    still = sum(one.key[0] == signal.name and one.is_failing for one in judged.troubles)
    if still or values:
        yield "open_troubles", [signal.name, signal.effect.value], still
        yield "signal_failure_limit", [signal.name], signal.breaches
    for subject in values:
        track = judged.tracks.get((signal.name, subject))
        if track is not None and track.limit is not None:
            yield "signal_limit", [signal.name, subject], _scaled(signal, track.limit)
            yield "signal_breaches", [signal.name, subject], sum(track.recent)


def _values(signal: Signal, judged: Judged, measured: Measured | None) -> dict[str, float]:
    """By subject, the worst first."""
    source = source_of(signal.quantity)
    if measured is None or not (source in measured.looked or source in measured.gaps):
        found = _last(signal, judged)
    elif source in measured.gaps:
        found = {}
    else:
        found = {key: value for key, value in measured.values.items() if key[0] == signal.name}
    worst = sorted(found, key=lambda key: _goodness(signal, found[key], judged.tracks.get(key)))
    return {key[1]: found[key] for key in worst[:MOST_SUBJECTS]}


def _last(signal: Signal, judged: Judged) -> dict[Key, float]:
    """Of a source that was not due: as it was when somebody looked last."""
    coverage = judged.coverage.get(source_of(signal.quantity))
    if coverage is None or coverage.gap_since is not None:
        return {}
    tracks = {key: one for key, one in judged.tracks.items() if key[0] == signal.name}
    newest = max((one.at for one in tracks.values()), default=0.0)
    return {key: one.value for key, one in tracks.items() if one.at == newest}


def _goodness(signal: Signal, value: float, track: Track | None) -> tuple[float, float]:
    """Where it stands in a list that begins with what counts toward the failure limit, then with the worst."""
    breaches = sum(track.recent) if track is not None else 0
    return (-breaches, value if isinstance(signal.limit, Below) else -value)


def _scaled(signal: Signal, value: float) -> float:
    """In the base units of Prometheus."""
    return value / 1000 if signal.unit == "ms" else value


def _labels(signal: Signal) -> tuple[str, ...]:
    if signal.per == "statement":
        return ("role", "query")
    if signal.family is Family.TENANTS:
        return ("query", signal.per)
    return (signal.per,) if signal.per else ()


def _subject(signal: Signal, subject: str) -> list[str]:
    """The values of its labels."""
    if signal.per == "statement":
        role, _, query = subject.rpartition(" ")
        return [role, query]
    if signal.family is Family.TENANTS:
        query, _, who = subject.partition(": ")
        return [query, who]
    return [subject] if signal.per else []
