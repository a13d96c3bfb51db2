"""What Prometheus is told of a watch: nothing that was not seen, and never without an end."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.unit.report.watched import (
    AWKWARD,
    EVERYTHING,
    SLOW,
    WATCH,
    failing,
    judged,
    lines,
    measured,
    subject_of,
)

from seatrial.model.sample import source_of
from seatrial.model.watch import Judged, Track, WatchVerdict
from seatrial.monitoring.signals import SIGNALS, signal_named
from seatrial.report.prometheus import FIXED, MOST_SUBJECTS, exposition, metric_of

if TYPE_CHECKING:
    from seatrial.model.signal import Signal

NAME = re.compile(r"seatrial_[a-z]+(_[a-z]+)*")


def test_a_value_has_the_name_of_its_signal_and_labels_for_its_subject() -> None:
    told = lines(judged(), measured({SLOW: 212.0, ("denials", "public.contacts"): 7.0, ("cache", ""): 0.25}))
    assert 'seatrial_statement_seconds_per_call{query="81",role="app user",target="production"} 0.212' in told
    assert 'seatrial_policy_denials{table="public.contacts",target="production"} 7.0' in told
    assert 'seatrial_cache_hit_share{target="production"} 0.25' in told


def test_an_organization_has_its_query_beside_it() -> None:
    told = lines(judged(), measured({("failing", "sends: A: B"): 0.5}))
    assert 'seatrial_declared_failure_share{organization="A: B",query="sends",target="production"} 0.5' in told


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda one: one.name)
def test_what_was_not_seen_is_absent_and_not_zero(signal: Signal) -> None:
    told = lines(judged(), measured({}))
    assert not [line for line in told if line.startswith(f"{metric_of(signal).name}{{")]
    assert not [line for line in told if line.startswith(f"# HELP {metric_of(signal).name} ")]


def test_a_gap_has_no_values_though_there_were_some_before() -> None:
    before = judged({SLOW: Track(recent=(False,), value=4, limit=8, at=940)}, gaps=frozenset({"statements"}))
    told = lines(before, measured({}, looked=frozenset({"log"}), statements="it was reset"))
    assert not [line for line in told if "statement_seconds" in line]
    assert 'seatrial_source_up{source="statements",target="production"} 0.0' in told
    assert 'seatrial_source_up{source="log",target="production"} 1.0' in told


def test_a_source_that_is_looked_at_now_and_then_keeps_its_last_values() -> None:
    bloat = {
        ("bloat", name): Track(recent=(False,), value=0.3, limit=0.5, at=at) for name, at in (("a", 100), ("b", 50))
    }
    told = lines(judged(bloat), measured({}, looked=frozenset({"statements"})))
    assert [line for line in told if line.startswith("seatrial_index_bloat_share{")] == [
        'seatrial_index_bloat_share{index="a",target="production"} 0.3'
    ], "b was not there any more when somebody looked"
    assert not [line for line in lines(judged(bloat, gaps=frozenset({"indexes"})), None) if "index_bloat" in line]


def test_before_the_first_sample_there_is_only_the_watch() -> None:
    told = exposition(WATCH, Judged(at=0), None, signals=SIGNALS).decode()
    names = {family.name for family in text_string_to_metric_families(told)}
    assert names == {
        f"seatrial_watch_{part}" for part in ("info", "verdict", "passed_seconds", "window_seconds", "every_seconds")
    }  # fmt: skip


def test_one_verdict_is_one_and_the_others_are_zero() -> None:
    for verdict in WatchVerdict:
        told = lines(replace(judged(), verdict=verdict), measured({}))
        stands = [line for line in told if line.startswith("seatrial_watch_verdict{")]
        assert len(stands) == len(WatchVerdict)
        assert [line for line in stands if line.endswith(" 1.0")] == [
            f'seatrial_watch_verdict{{target="production",verdict="{verdict}"}} 1.0'
        ]


def test_a_watch_says_how_far_it_is() -> None:
    told = lines(judged(), measured({}))
    assert 'seatrial_watch_passed_seconds{target="production"} 960.0' in told
    assert 'seatrial_watch_window_seconds{target="production"} 172800.0' in told
    assert 'seatrial_last_sample_timestamp_seconds{target="production"} 1000.0' in told
    info = 'seatrial_watch_info{plan="abababababab",release="boats",server="18.6",target="production"} 1.0'
    assert info in told


def test_limits_and_breaches_are_in_the_unit_of_the_values() -> None:
    track = Track(recent=(True, False, True), value=212, limit=8, at=1_000)
    told = lines(judged({SLOW: track}, failing()), measured({SLOW: 212.0}))
    subject = 'signal="slow",subject="app user 81",target="production"'
    assert f"seatrial_signal_limit{{{subject}}} 0.008" in told
    assert f"seatrial_signal_breaches{{{subject}}} 2.0" in told
    assert 'seatrial_signal_failure_limit{signal="slow",target="production"} 3.0' in told
    assert 'seatrial_open_troubles{effect="fails",signal="slow",target="production"} 1.0' in told


def test_a_trouble_stays_open_in_a_gap_and_is_counted_no_more_when_it_is_over() -> None:
    gone = measured({}, looked=frozenset(), statements="it is gone")
    count = 'seatrial_open_troubles{effect="fails",signal="slow",target="production"}'
    assert f"{count} 1.0" in lines(judged({}, failing()), gone)
    assert f"{count} 0.0" in lines(judged({}, replace(failing(), over=120)), measured({SLOW: 4.0}))
    assert f"{count} 0.0" in lines(judged({}, replace(failing(), failed=None)), measured({SLOW: 4.0}))


@pytest.mark.parametrize(("name", "worst"), [("denials", 499), ("silent", 0)])
def test_of_many_subjects_the_worst_are_told(name: str, worst: int) -> None:
    signal = signal_named(name)
    values = {(name, subject_of(signal, number)): float(number) for number in range(500)}
    late = (name, subject_of(signal, 250))
    told = lines(judged({late: Track(recent=(True,), limit=1)}), measured(values))
    found = [float(line.split()[-1]) for line in told if line.startswith(f"{metric_of(signal).name}{{")]
    assert len(found) == MOST_SUBJECTS
    assert found[:2] == [250, worst], "what counts toward a failure limit comes first"


def test_what_prometheus_reads_is_what_was_there() -> None:
    families = {one.name: one for one in text_string_to_metric_families(EVERYTHING.decode())}
    assert families.keys() == {metric_of(one).name for one in SIGNALS} | {one.name for one in FIXED.values()}
    for signal in SIGNALS:
        metric = metric_of(signal)
        found = families[metric.name].samples
        assert all(set(one.labels) == set(metric.labels) for one in found)
        assert len(found) == (2 if signal.per else 1)
    tables = {one.labels["table"] for one in families["seatrial_policy_denials"].samples}
    assert tables == {"public.t1", AWKWARD}


def test_every_signal_has_a_name_of_its_own() -> None:
    names = [metric_of(one).name for one in SIGNALS] + [one.name for one in FIXED.values()]
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)
    assert all(source_of(one.quantity) for one in SIGNALS)
