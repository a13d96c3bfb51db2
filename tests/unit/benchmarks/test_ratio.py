"""What is made of the rounds of a comparison."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks import measured
from benchmarks.measured import Comparison, document, publish, said
from benchmarks.shown.results import parsed
from tests.unit.benchmarks.results import compared


def test_the_ratio_is_the_middle_of_the_rounds_own_ratios_and_not_the_ratio_of_the_middles() -> None:
    one = compared(rounds=((1.0, 2.0), (9.0, 3.0), (4.0, 4.0)))

    assert (one.ratio, one.lowest, one.highest) == (1.0, 0.5, 3.0)
    assert one.middles == (4.0, 3.0)


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({}, "3 rounds)"),
        ({"limit": 0.9}, "FALLS SHORT"),
        ({"limit": 1.0}, "limit 1"),
        ({"limit": 1.1, "more_is_better": True}, "FALLS SHORT"),
        ({"limit": 1.0, "more_is_better": True}, "limit 1"),
    ],
)
def test_a_ratio_falls_short_beyond_its_limit_and_not_at_it(fields: dict[str, Any], end: str) -> None:
    one = compared(0.5, 1.0, 2.0, **fields)

    assert one.falls_short is (end == "FALLS SHORT")
    assert said(one).endswith(end)


def test_against_nothing_the_ratio_is_infinite_and_falls_short() -> None:
    one = compared(rounds=((1.0, 0.0),), limit=5.0)

    assert one.falls_short


def test_what_is_written_down_can_be_read_again() -> None:
    one = compared(0.5, 1.0, limit=1.5, aim="as fast as initdb")
    read = parsed(json.dumps(document("start", [one], {"tables": 3})))

    assert read.comparisons == (one,)
    assert (read.script, read.figures) == ("start", {"tables": 3})


def test_the_machine_is_described_and_nobody_is_named() -> None:
    written = document("start", [compared(1.0)], {})
    machine = written["machine"]

    assert isinstance(machine, dict)
    assert machine.keys() == {"processor", "cores", "memory_gb", "kernel", "python", "postgresql", "load"}
    assert str(Path.home()) not in json.dumps(written)
    assert str(Path(__file__).parents[3]) not in json.dumps(written)


@pytest.mark.parametrize(("limit", "code"), [(1.0, 0), (0.9, 1)])
def test_publishing_writes_the_result_and_ends_with_1_where_a_limit_is_passed(
    limit: float, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measured, "RESULTS", tmp_path)

    assert publish("start", [compared(1.0, limit=limit), compared(5.0, name="another")]) == code

    assert parsed((tmp_path / "start.json").read_text(encoding="utf-8")).comparisons[0].limit == limit
    assert "a start: ours 2.0 s, initdb 2.0 s; ratio 1.00 (1.00–1.00, 1 rounds)" in capsys.readouterr().out


def test_a_comparison_needs_words_for_both_sides() -> None:
    with pytest.raises(TypeError):
        Comparison(name="a start", rounds=((1.0, 1.0),))  # type: ignore[call-arg]
